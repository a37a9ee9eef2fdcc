import { z } from 'zod'

/** One line of who did what. Never changed, never removed through the API. */
export const auditEntry = z.object({
  id: z.number().int(),
  atMs: z.number(),
  who: z.string().describe('username, or token:NAME'),
  address: z.string().nullable(),
  action: z.string().describe('such as domain.start or host.add'),
  host: z.string().nullable(),
  domainUuid: z.string().nullable(),
  domainName: z.string().nullable(),
  command: z.string().nullable().describe('the equivalent virsh line, secrets masked'),
  outcome: z.enum(['ok', 'refused', 'failed']),
  detail: z.string().nullable().describe('the reason when not ok'),
})
export type AuditEntry = z.infer<typeof auditEntry>
export type NewAuditEntry = Omit<AuditEntry, 'id' | 'atMs'>

export const auditQuery = z.object({
  before: z.coerce.number().int().optional().describe('id: older than this line'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  host: z.string().optional(),
  domainUuid: z.string().optional(),
  who: z.string().optional(),
  action: z.string().optional(),
  search: z.string().max(200).optional(),
})
export type AuditQuery = z.infer<typeof auditQuery>

export const auditPage = z.object({ entries: z.array(auditEntry), more: z.boolean() })
export type AuditPage = z.infer<typeof auditPage>
