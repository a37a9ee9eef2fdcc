import type { z } from 'zod'

/** What a route takes and gives. The role it needs is in server/contract/access.ts. */
export interface RouteSpec {
  summary: string
  params?: z.ZodType
  query?: z.ZodType
  /** 'bytes': handed to the handler as they come, without a limit. */
  body?: z.ZodType | 'bytes'
  /** null: nothing (204); 'xml': text. */
  reply: z.ZodType | null | 'xml'
  /** 200 when left out, or 204 without a reply. */
  status?: 201
  /** The action in the audit log. Every route that changes something has one. */
  audit?: string
  /** Changes nothing, though it is a POST: no line in the audit log. */
  readOnly?: boolean
}
