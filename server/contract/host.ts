import { z } from 'zod'

/** A host's short unique name in URLs, topics and the CLI; given when the host is added. */
export const hostSlug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'small letters, digits and dashes, at most 63')

/**
 * - `connecting`: a first or a new try is under way
 * - `online`: answers
 * - `degraded`: connected, but answers late or not at all at the moment
 * - `offline`: not reachable; it is tried again by itself
 * - `refused`: the way in is shut (key, login, permission); tried again only when somebody mends it
 */
export const hostState = z.enum(['connecting', 'online', 'degraded', 'offline', 'refused'])
export type HostState = z.infer<typeof hostState>

/** Why a host is not online. Each kind has its own words and remedy in the message catalogues. */
export const hostFailureKind = z.enum([
  'unknown-key',
  'changed-key',
  'denied',
  'connection-refused',
  'unresolved',
  'unreachable',
  'timeout',
  'no-ssh',
  'no-libvirt',
  'no-permission',
  'closed',
  'not-answering',
  'protocol',
  'libvirt',
  'bad-uri',
])
export type HostFailureKind = z.infer<typeof hostFailureKind>

export const hostKey = z.object({
  type: z.string().describe('such as ssh-ed25519'),
  fingerprint: z.string().describe('SHA256:…'),
})
export type HostKey = z.infer<typeof hostKey>

export const hostFailure = z.object({
  kind: hostFailureKind,
  message: z.string().describe('what ssh or libvirt said, cleaned'),
  remedy: z
    .string()
    .describe('what to do next, in English; the page has it in its language'),
  hostKeys: z
    .array(hostKey)
    .optional()
    .describe('unknown-key, changed-key: the keys the host shows'),
  libvirt: z
    .object({ code: z.number().int(), domain: z.number().int(), message: z.string() })
    .optional(),
})
export type HostFailure = z.infer<typeof hostFailure>

const kib = z.number().nonnegative()

/** The host's own memory, from virNodeGetMemoryStats, in KiB. `used` = total - free - buffers - cached. */
export const hostMemory = z.object({
  totalKiB: kib,
  freeKiB: kib,
  buffersKiB: kib,
  cachedKiB: kib,
  usedKiB: kib,
})
export type HostMemory = z.infer<typeof hostMemory>

/** Sums over the running domains of one host, in KiB. */
export const hostCommitment = z.object({
  balloonKiB: kib.describe('sum of current balloon targets'),
  maximumKiB: kib.describe('sum of maxima: what the guests may take'),
  rssKiB: kib.describe('sum of RSS of the QEMU processes, where known'),
  usedKiB: kib.describe('sum of what the guests themselves count as used, where known'),
})

/** One host as cards, lists and filters need it. */
export const hostSummary = z.object({
  host: hostSlug,
  name: z.string().describe('what people call it; the slug unless given'),
  uri: z.string(),
  state: hostState,
  sinceMs: z.number().describe('since when in this state, epoch ms'),
  failure: hostFailure.nullable(),
  nextTryMs: z.number().nullable().describe('offline: when the next try starts, epoch ms'),
  sampledMs: z.number().nullable().describe('time of the newest sample, epoch ms'),
  stale: z.boolean().describe('the figures below are older than three ticks'),
  tickMs: z
    .number()
    .describe('the sampling interval in force; longer than 1000 when sweeps are slow'),
  sweepMs: z.number().nullable().describe('how long the last stats call took'),
  domains: z.object({ running: z.number().int(), total: z.number().int() }),
  cpuPercent: z.number().nullable().describe('of all CPUs of the host, 0..100'),
  memory: hostMemory.nullable(),
  committed: hostCommitment,
})
export type HostSummary = z.infer<typeof hostSummary>

export const networkSummary = z.object({
  uuid: z.string(),
  name: z.string(),
  active: z.boolean(),
})
export type NetworkSummary = z.infer<typeof networkSummary>

export const poolSummary = z.object({
  uuid: z.string(),
  name: z.string(),
  active: z.boolean(),
  capacityBytes: z.number(),
  allocationBytes: z.number(),
  availableBytes: z.number(),
})
export type PoolSummary = z.infer<typeof poolSummary>

/** One host as its own page needs it. */
export const hostDetail = hostSummary.extend({
  hostname: z.string().nullable().describe('what the host calls itself'),
  hostUuid: z.string().nullable(),
  versions: z
    .object({ libvirt: z.string(), hypervisor: z.string(), hypervisorType: z.string() })
    .nullable(),
  cpu: z
    .object({
      model: z.string(),
      arch: z.string(),
      cpus: z.number().int(),
      mhz: z.number().int(),
      numaCells: z.number().int(),
      sockets: z.number().int(),
      cores: z.number().int(),
      threads: z.number().int(),
    })
    .nullable(),
  statsPeriodSeconds: z
    .number()
    .int()
    .describe(
      'the guest statistics period Ballast sets where it is 0; 0 = leaves it alone',
    ),
  networks: z.array(networkSummary),
  pools: z.array(poolSummary),
})
export type HostDetail = z.infer<typeof hostDetail>

/** Columns of equal length; null is a gap. All in KiB but `tMs` (epoch ms) and `cpuPercent`. */
export const hostSeries = z.object({
  tMs: z.array(z.number()),
  totalKiB: z.array(z.number().nullable()),
  usedKiB: z.array(z.number().nullable()),
  balloonKiB: z.array(z.number().nullable()),
  maximumKiB: z.array(z.number().nullable()),
  rssKiB: z.array(z.number().nullable()),
  cpuPercent: z.array(z.number().nullable()),
})
export type HostSeries = z.infer<typeof hostSeries>
/** Before any sample. */
export const emptyHostSeries: HostSeries = {
  tMs: [],
  totalKiB: [],
  usedKiB: [],
  balloonKiB: [],
  maximumKiB: [],
  rssKiB: [],
  cpuPercent: [],
}

const hostUri = z.string().min(1).max(2048).describe('a libvirt URI as virsh -c takes it')
const statsPeriodSeconds = z.number().int().min(0).max(60)

export const addHostRequest = z.strictObject({
  uri: hostUri,
  host: hostSlug.optional().describe('made from the name or the URI when left out'),
  name: z.string().trim().min(1).max(100).optional(),
  statsPeriodSeconds: statsPeriodSeconds.optional(),
})
export type AddHostRequest = z.infer<typeof addHostRequest>

export const patchHostRequest = z.strictObject({
  uri: hostUri.optional(),
  name: z.string().trim().min(1).max(100).optional(),
  statsPeriodSeconds: statsPeriodSeconds.optional(),
})
export type PatchHostRequest = z.infer<typeof patchHostRequest>

export const testHostRequest = z.strictObject({ uri: hostUri })

/** The steps of a connection test, in the order in which they are taken. */
export const hostTestStep = z.object({
  step: z.enum(['uri', 'ssh', 'libvirt', 'permission', 'statistics']),
  status: z.enum(['ok', 'failed', 'skipped']),
  detail: z.string(),
  elapsedMs: z.number(),
})
export type HostTestStep = z.infer<typeof hostTestStep>

export const hostTestResult = z.object({
  ok: z.boolean(),
  steps: z.array(hostTestStep),
  failure: hostFailure.nullable(),
})
export type HostTestResult = z.infer<typeof hostTestResult>

/** Accepting a key names the fingerprint the person saw, so that no other key slips in between. */
export const acceptHostKeyRequest = z.strictObject({
  uri: hostUri,
  fingerprint: z.string().regex(/^SHA256:[A-Za-z0-9+/=]{20,64}$/),
})
export type AcceptHostKeyRequest = z.infer<typeof acceptHostKeyRequest>
