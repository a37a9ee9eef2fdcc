import { z } from 'zod'

import { domainState, domainUuid } from './domain.ts'
import { hostSlug } from './host.ts'
import { jobId, jobSummary } from './job.ts'
import { migrationWay } from './migration-way.ts'
import { libvirtCause } from './problem.ts'
import { migrationPhase } from './row-move.ts'

/*
 * Moving a domain to another host: what may be asked for, what is seen while it runs, what came of it.
 * Bytes are bytes, MiB/s are virsh's MiB/s, times are ms (epoch ms where the name is a moment).
 */

export { migrationWay } from './migration-way.ts'
export type { MigrationWay } from './migration-way.ts'

export const migrationCompression = z.enum(['xbzrle', 'mt', 'zlib', 'zstd'])

/** No control characters and no leading `-`: it becomes a word of a command line. */
const plainText = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    // oxlint-disable-next-line no-control-regex
    .regex(/^[^-\u0000-\u001f\u007f][^\u0000-\u001f\u007f]*$/)
const whole = (least: number, most: number) => z.number().int().min(least).max(most)
const xml = z.string().min(1).max(1_000_000)

/** The most that virsh and QEMU take for a limit, MiB/s: beyond it libvirt says overflow. */
export const mostBandwidthMiBps = 8_796_093_022_207
const bandwidth = whole(1, mostBandwidthMiBps)

/** Everything that `virsh migrate` can be told and that matters; the defaults are Ballast's. */
export const migrationOptions = z.strictObject({
  way: migrationWay.default('direct'),
  live: z.boolean().default(true).describe('false: the guest stands still meanwhile'),
  offline: z
    .boolean()
    .default(false)
    .describe('only the definition of a domain that is shut off'),
  persistent: z.boolean().default(true).describe('defined on the target'),
  undefineSource: z.boolean().default(true),
  paused: z.boolean().default(false).describe('stays paused on the target'),
  copyStorage: z.enum(['none', 'full', 'incremental']).default('none'),
  copyDisks: z
    .array(plainText(64))
    .max(64)
    .default([])
    .describe('targets such as vda; empty = all that are not shared'),
  autoConverge: z
    .strictObject({
      initialPercent: whole(1, 99).nullable().default(null),
      incrementPercent: whole(1, 99).nullable().default(null),
    })
    .nullable()
    .default(null),
  postCopy: z.boolean().default(false).describe('may be switched to; does not switch'),
  postCopyAfterFirstPass: z.boolean().default(false),
  compression: z.array(migrationCompression).max(4).default([]),
  compressionXbzrleCacheBytes: whole(4_096, 2 ** 50)
    .nullable()
    .default(null),
  compressionMtLevel: whole(0, 9).nullable().default(null),
  compressionMtThreads: whole(1, 255).nullable().default(null),
  compressionMtDthreads: whole(1, 255).nullable().default(null),
  parallelConnections: whole(1, 255).nullable().default(null).describe('null = one stream'),
  bandwidthMiBps: bandwidth.nullable().default(null).describe('null = no limit'),
  postCopyBandwidthMiBps: bandwidth.nullable().default(null),
  maxDowntimeMs: whole(1, 2_000_000)
    .nullable()
    .default(null)
    .describe('set at the start of the move; null = as it is, 300 in QEMU'),
  abortOnError: z.boolean().default(false),
  unsafe: z.boolean().default(false).describe('moves also where disks may be corrupted'),
  tunnelled: z.boolean().default(false).describe('peer-to-peer only'),
  migrateUri: plainText(2_048).nullable().default(null).describe('tcp://host:port'),
  listenAddress: plainText(255).nullable().default(null),
  disksUri: plainText(2_048).nullable().default(null),
  destinationName: plainText(255).nullable().default(null),
  destinationXml: xml.nullable().default(null),
  persistentXml: xml.nullable().default(null),
  peerUri: plainText(2_048)
    .nullable()
    .default(null)
    .describe('the target as the source host sees it; null = made from its URI'),
})
export type MigrationOptions = z.infer<typeof migrationOptions>
export type MigrationOptionsInput = z.input<typeof migrationOptions>

/** The options as they are when nothing is said. */
export const defaultMigrationOptions: MigrationOptions = migrationOptions.parse({})

export const startMigrationRequest = z.strictObject({
  target: hostSlug,
  options: migrationOptions.default(defaultMigrationOptions),
  /** What was foreseen when it was started, kept with the job: server/contract/forecast. */
  forecast: z.record(z.string(), z.unknown()).nullable().default(null),
})
export type StartMigrationRequest = z.infer<typeof startMigrationRequest>

/** Options that exclude each other, or that lack each other. Keys of the catalogue `migration.conflict.*`. */
export const migrationConflict = z.enum([
  'same-host',
  'offline-not-persistent',
  'offline-copies-nothing',
  'tunnelled-needs-peer-to-peer',
  'tunnelled-excludes-parallel',
  'tunnelled-excludes-post-copy',
  'disks-without-copy',
  'post-copy-excludes-compression',
  'compression-detail-without-method',
  'peer-uri-needs-peer-to-peer',
  'peer-to-peer-needs-host',
])
export type MigrationConflict = z.infer<typeof migrationConflict>

const figure = z.number().nullable()

/** What libvirt's job statistics say at one moment; null = not said. */
export const migrationFigures = z.object({
  atMs: z.number(),
  elapsedMs: figure,
  pass: figure.describe('memory_iteration'),
  totalBytes: figure,
  remainingBytes: figure,
  processedBytes: figure,
  memoryTotalBytes: figure,
  memoryRemainingBytes: figure,
  memoryProcessedBytes: figure,
  memoryBytesPerSecond: figure.describe('memory_bps: what the link gives'),
  dirtyPagesPerSecond: figure,
  pageBytes: figure,
  dirtyBytesPerSecond: figure.describe(
    'what the guest writes anew; null in the first pass',
  ),
  zeroPages: figure.describe('memory_constant'),
  normalPages: figure,
  normalBytes: figure,
  throttlePercent: figure.describe('how much auto-converge brakes the vCPUs'),
  postCopyRequests: figure.describe('pages that the guest had to wait for'),
  diskTotalBytes: figure,
  diskRemainingBytes: figure,
  diskProcessedBytes: figure,
  diskBytesPerSecond: figure,
  compression: z
    .object({
      cacheBytes: figure,
      bytes: figure,
      pages: figure,
      cacheMisses: figure,
      overflow: figure,
    })
    .nullable(),
  downtimeMs: figure.describe('expected while it runs, real once it ended'),
  downtimeNetMs: figure,
  setupMs: figure,
})
export type MigrationFigures = z.infer<typeof migrationFigures>

/** The columns of the job's series (server/contract/job.ts); null where libvirt does not say. */
export const migrationColumns = [
  'pass',
  'memoryRemainingBytes',
  'diskRemainingBytes',
  /** What the link gives. */
  'bytesPerSecond',
  /** What the guest writes anew. */
  'dirtyBytesPerSecond',
  'throttlePercent',
  'processedBytes',
] as const

/** How it goes, judged from the series; keys of the catalogue `migration.verdict.*`. */
export const migrationVerdict = z.object({
  kind: z.enum([
    'starting',
    'copying-disks',
    'first-pass',
    'converging',
    'stuck',
    'stalled',
    'switching',
    'post-copy',
    'ended',
  ]),
  sinceMs: z.number().describe('since when it is so'),
  dirtyMiBps: figure.describe('what the guest dirties'),
  linkMiBps: figure.describe('what the link gives'),
  neededDowntimeMs: figure.describe('a limit of so much would let it end now'),
  neededThrottlePercent: figure.describe('braking so much would let it converge'),
  wasStuck: z
    .boolean()
    .optional()
    .describe('as of the last look while it was sending, however it ended'),
  endsAtMs: figure.describe('expected; null = cannot be said, or never'),
})
export type MigrationVerdict = z.infer<typeof migrationVerdict>

/** Why the bar stands still: the guest wrote again what had been sent. */
export const migrationSetback = z.object({
  atMs: z.number(),
  pass: figure,
  grewBytes: z.number(),
})

/** What can be done to a move under way; keys of the catalogue `migration.control.*`. */
export const migrationControlName = z.enum([
  'bandwidth',
  'downtime',
  'throttle',
  'post-copy',
  'abort',
  'resume',
])
export type MigrationControlName = z.infer<typeof migrationControlName>

export const migrationControl = z.discriminatedUnion('control', [
  z.strictObject({
    control: z.literal('bandwidth'),
    mibPerSecond: bandwidth,
    postCopy: z.boolean().default(false).describe('the limit of the post-copy phase'),
  }),
  z.strictObject({ control: z.literal('downtime'), ms: whole(1, 2_000_000) }),
  z
    .strictObject({
      control: z.literal('throttle'),
      incrementPercent: whole(1, 99),
      maxPercent: whole(1, 99),
    })
    .describe('of auto-converge that was asked for at the start; by QMP, which taints'),
  z
    .strictObject({ control: z.literal('post-copy') })
    .describe('the guest goes to the target now: from then on there is no way back'),
  z.strictObject({ control: z.literal('abort') }),
  z
    .strictObject({ control: z.literal('resume') })
    .describe('goes on with a post-copy whose link broke'),
])
export type MigrationControl = z.infer<typeof migrationControl>

/** Why a control is not possible now; null = it is. Keys of the catalogue `migration.blocked.*`. */
export const migrationBlocked = z.enum([
  'not-running',
  'not-asked-for',
  'no-way-back',
  'not-failed',
  'host-offline',
])
export const migrationControls = z.record(migrationControlName, migrationBlocked.nullable())
export type MigrationControls = z.infer<typeof migrationControls>

/** A control that was used, in the order of use. */
export const migrationSteering = z.object({
  atMs: z.number(),
  by: z.string(),
  control: migrationControlName,
  value: z.string().nullable().describe('with its unit, such as 200 MiB/s'),
  command: z.string().nullable(),
  error: z.string().nullable(),
})

/** Whether the guest lives on the target: what was looked at, and what was seen. */
export const migrationGuestCheck = z.object({
  state: domainState.nullable().describe('as libvirt tells it on the target'),
  vcpuTime: z.enum(['moving', 'still', 'unknown']),
  balloonStats: z
    .enum(['moving', 'still', 'none'])
    .describe('none: had none before either'),
  agent: z
    .enum(['answers', 'silent', 'none'])
    .describe('none: did not answer before either'),
  seconds: z.number().describe('how long it was watched'),
  answers: z.boolean(),
})

/** How it ended; keys of the catalogue `migration.outcome.*`. */
export const migrationOutcome = z.enum([
  'moved',
  'arrived-silent',
  'aborted',
  'failed',
  'interrupted',
  'unclear',
])
export type MigrationOutcome = z.infer<typeof migrationOutcome>

/** What came of it. The figures are libvirt's completed statistics where it had some. */
export const migrationResult = z.object({
  outcome: migrationOutcome,
  where: z
    .enum(['source', 'target', 'both', 'nowhere', 'unknown'])
    .describe('where the guest runs now'),
  cause: z
    .string()
    .nullable()
    .describe('in words, with the remedy; null when all went well'),
  libvirt: libvirtCause.nullable(),
  totalMs: figure,
  downtimeMs: figure,
  downtimeNetMs: figure,
  setupMs: figure,
  transferredBytes: figure,
  passes: figure,
  final: migrationFigures.nullable(),
  check: migrationGuestCheck
    .nullable()
    .describe('null: not a live migration, or not moved'),
})
export type MigrationResult = z.infer<typeof migrationResult>

/** One move, running or ended, as its page and the API show it. */
export const migrationDetail = z.object({
  id: jobId.describe('that of its job'),
  /** Started from outside, by virsh or another tool: seen, watched, aborted. */
  external: z.boolean(),
  by: z.string().nullable().describe('username; null when external'),
  uuid: domainUuid,
  name: z.string(),
  source: hostSlug,
  sourceName: z.string(),
  target: hostSlug.nullable().describe('null: not a host of this fleet, or not known'),
  targetName: z.string().nullable(),
  operation: z
    .string()
    .describe(
      "libvirt's word: migration-out; for other external jobs save, dump, backup …",
    ),
  options: migrationOptions.nullable().describe('null when external'),
  command: z.string().nullable().describe('the same as a virsh line'),
  startedMs: z.number(),
  endedMs: figure,
  phase: migrationPhase,
  progressPercent: z.number().min(0).max(100).describe('never runs backwards'),
  setback: migrationSetback.nullable(),
  figures: migrationFigures.nullable(),
  verdict: migrationVerdict,
  bandwidthMiBps: figure.describe('the limit in force; null = none, or not known'),
  maxDowntimeMs: figure.describe('the limit in force'),
  controls: migrationControls,
  steering: z.array(migrationSteering).max(100),
  /** As handed in at the start. */
  forecast: z.record(z.string(), z.unknown()).nullable(),
  result: migrationResult.nullable(),
})
export type MigrationDetail = z.infer<typeof migrationDetail>

export { migrationPhase, rowMove } from './row-move.ts'
export type { MigrationPhase, RowMove } from './row-move.ts'

/** The virsh line (or lines) that do the same, and what does not fit together. */
export const migrationPreview = z.object({
  command: z.string(),
  conflicts: z.array(migrationConflict),
})
export type MigrationPreview = z.infer<typeof migrationPreview>

export const startMigrationResponse = z.object({
  job: jobSummary,
  command: z.string().nullable(),
})
