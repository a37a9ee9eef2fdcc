import { z } from 'zod'

import { domainState, domainUuid } from './domain.ts'
import { hostSlug } from './host.ts'

/** What is looked at before a move; keys of the catalogue `preflight.check.*`. */
export const preflightCheckName = z.enum([
  'host',
  'name',
  'cpu',
  'machine',
  'versions',
  'memory',
  'hugepages',
  'network',
  'storage',
  'devices',
  'port',
  'emulation',
])
export type PreflightCheckName = z.infer<typeof preflightCheckName>

export const preflightLevel = z.enum(['ok', 'warning', 'error'])
export type PreflightLevel = z.infer<typeof preflightLevel>

/** What was found; keys of the catalogue `preflight.finding.*`, with what to do in `preflight.remedy.*`. */
export const preflightCode = z.enum([
  'host-ok',
  'host-offline',
  'host-source-offline',
  'host-same',
  'host-same-uuid',
  'name-free',
  'name-taken',
  'uuid-running',
  'uuid-defined',
  'cpu-ok',
  'cpu-incompatible',
  'cpu-passthrough-differs',
  'cpu-unknown',
  'machine-ok',
  'machine-missing',
  'machine-unknown',
  'emulator-missing',
  'virt-type-missing',
  'versions-ok',
  'libvirt-older',
  'qemu-older',
  'versions-unknown',
  'memory-ok',
  'memory-overcommitted',
  'memory-short',
  'memory-unknown',
  'hugepages-none',
  'hugepages-ok',
  'hugepages-short',
  'network-none',
  'network-ok',
  'network-missing',
  'network-inactive',
  'network-other-kind',
  'bridge-unknown',
  'storage-none',
  'storage-shared',
  'storage-same-path',
  'storage-copy',
  'storage-no-pool',
  'storage-pool-inactive',
  'storage-no-room',
  'storage-medium-missing',
  'storage-outside',
  'devices-none',
  'devices-hostdev',
  'port-worked',
  'port-open',
  'port-closed',
  'port-local-name',
  'port-unknown',
  'kvm',
  'tcg',
  'not-running',
])
export type PreflightCode = z.infer<typeof preflightCode>

/** What one click mends on the target. `xml` is what is sent, shown before. */
export const preflightRemedy = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('define-network'), name: z.string(), xml: z.string() }),
  z.object({ kind: z.literal('start-network'), name: z.string() }),
  z.object({ kind: z.literal('define-pool'), name: z.string(), xml: z.string() }),
  z.object({ kind: z.literal('start-pool'), name: z.string() }),
])
export type PreflightRemedy = z.infer<typeof preflightRemedy>

export const preflightFinding = z.object({
  check: preflightCheckName,
  level: preflightLevel,
  code: preflightCode,
  params: z
    .record(z.string(), z.union([z.string(), z.number()]))
    .describe('names, KiB (…KiB) and bytes (…Bytes) for the words'),
  remedy: preflightRemedy.nullable(),
})
export type PreflightFinding = z.infer<typeof preflightFinding>

/** Whether a domain may go to one host, and what it would meet there. */
export const preflightTarget = z.object({
  host: hostSlug,
  hostName: z.string(),
  level: preflightLevel,
  findings: z.array(preflightFinding),
  copyDisks: z.array(z.string()).describe('targets (vda) that have to be copied'),
  copyBytes: z.number(),
  freeKiB: z.number().nullable().describe('of the host, now'),
  freeAfterKiB: z.number().nullable().describe('with the guest there'),
})
export type PreflightTarget = z.infer<typeof preflightTarget>

export const preflightReply = z.object({
  host: hostSlug,
  uuid: domainUuid,
  name: z.string(),
  state: domainState,
  targets: z.array(preflightTarget).describe('all other hosts, the best first'),
})
export type PreflightReply = z.infer<typeof preflightReply>

export const matrixQuery = z.strictObject({
  search: z.string().max(200).default(''),
  host: hostSlug.optional().describe('only the domains of this host'),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(100).default(50),
})
export type MatrixQuery = z.infer<typeof matrixQuery>

/** One cell: the worst that was found, and what it is. */
export const matrixCell = z.object({
  host: hostSlug,
  level: preflightLevel,
  findings: z.array(preflightFinding).describe('without those that are ok'),
})
export const matrixReply = z.object({
  total: z.number().int(),
  offset: z.number().int(),
  hosts: z.array(z.object({ host: hostSlug, name: z.string() })),
  rows: z.array(
    z.object({
      host: hostSlug,
      uuid: domainUuid,
      name: z.string(),
      state: domainState,
      cells: z.array(matrixCell).describe('one for each host but its own'),
    }),
  ),
})
export type MatrixReply = z.infer<typeof matrixReply>

/** Which prepared remedy to carry out on a host; the XML is made anew by the server from the source. */
export const makeAlikeRequest = z.strictObject({
  source: hostSlug.describe('the host that has it'),
  kind: z.enum(['define-network', 'start-network', 'define-pool', 'start-pool']),
  name: z.string().min(1).max(255),
})
export type MakeAlikeRequest = z.infer<typeof makeAlikeRequest>

export const alikeQuery = z.strictObject({ source: hostSlug })
/** All networks and pools that a host lacks, beside another one, to be made in one go. */
export const alikeReply = z.object({ remedies: z.array(preflightRemedy) })
export type AlikeReply = z.infer<typeof alikeReply>

/** What of them was confirmed. */
export const makeAllAlikeRequest = z.strictObject({
  source: hostSlug.describe('the host that has them'),
  items: z
    .array(makeAlikeRequest.omit({ source: true }))
    .min(1)
    .max(200),
})
export type MakeAllAlikeRequest = z.infer<typeof makeAllAlikeRequest>
export const makeAllAlikeReply = z.object({
  made: z.array(
    z.object({
      kind: makeAlikeRequest.shape.kind,
      name: z.string(),
      error: z.string().nullable().describe('in words; null = it is there now'),
    }),
  ),
})
export type MakeAllAlikeReply = z.infer<typeof makeAllAlikeReply>
