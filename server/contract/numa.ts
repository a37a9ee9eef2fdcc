import { z } from 'zod'

import { domainState } from './domain.ts'
import { hostSlug } from './host.ts'
import { claimSums, hugePagePool } from './overcommit.ts'

const kib = z.number().nonnegative()
const cellId = z.number().int().nonnegative()
const cpuId = z.number().int().nonnegative()

/** One NUMA cell of a host. */
export const hostCell = z.object({
  id: cellId,
  totalKiB: kib.describe('capabilities: with huge pages'),
  freeKiB: kib.nullable().describe('virsh freecell; null = the host did not say'),
  cpus: z.array(cpuId).describe('logical CPUs of the host'),
  threadsPerCore: z.number().int().positive(),
  distances: z
    .array(z.object({ cell: cellId, value: z.number().int() }))
    .describe('ACPI: 10 = this cell itself, 20 = twice as far'),
  hugePages: z.array(hugePagePool),
  bound: claimSums.describe('running guests whose memory must lie here alone'),
  shared: claimSums.describe('running guests whose memory may lie here and elsewhere'),
  vcpusHere: z.number().int().describe('vCPUs that were on a CPU of this cell when asked'),
})
export type HostCell = z.infer<typeof hostCell>

/**
 * What is to be said of where a domain is allowed to be and where it is.
 * - `one-cell-host`: the host has one cell, nothing can be far
 * - `auto`: numad chose the cells when the domain was started
 * - `bound`: memory and vCPUs are bound to the same cells
 * - `free`: neither is bound: the kernel puts memory where a vCPU first touched it
 * - `memory-unbound`: vCPUs are bound, memory is not
 * - `vcpus-unbound`: memory is bound, vCPUs are not: they may run far from it
 * - `remote`: vCPUs may run in cells where the memory may not be
 * - `vcpus-apart`: when asked the vCPUs were in cells where the memory may not be
 * - `vcpus-spread`: when asked the vCPUs were in several cells, and the guest knows of none
 * - `too-large`: bound to cells that are smaller than the guest's maximum
 * - `no-such-cell`: bound to a cell that the host does not have
 */
export const placementNote = z.enum([
  'one-cell-host',
  'auto',
  'bound',
  'free',
  'memory-unbound',
  'vcpus-unbound',
  'remote',
  'vcpus-apart',
  'vcpus-spread',
  'too-large',
  'no-such-cell',
])
export type PlacementNote = z.infer<typeof placementNote>

export const vcpuPlace = z.object({
  number: z.number().int().nonnegative(),
  state: z.enum(['offline', 'running', 'blocked']),
  cpu: cpuId.nullable().describe('of the host, when asked; null = libvirt does not say'),
  cell: cellId.nullable(),
  allowedCpus: z.string().describe("in libvirt's words: 0-3,8"),
  allowedCells: z.array(cellId),
})
export type VcpuPlace = z.infer<typeof vcpuPlace>

export const guestCell = z.object({
  id: cellId,
  cpus: z.string().describe('vCPUs: 0-3'),
  memoryKiB: kib,
  mode: z.string().nullable().describe('of its own memnode; null = as the whole domain'),
  cells: z.array(cellId).nullable().describe('of the host, by its memnode'),
})

/** Where a domain may be and where it is. */
export const domainPlacement = z.object({
  uuid: z.string(),
  name: z.string(),
  state: domainState,
  vcpus: z.number().int(),
  balloonKiB: kib.nullable(),
  maximumKiB: kib,
  rssKiB: kib.nullable(),
  memory: z.object({
    mode: z.string().nullable().describe('strict, preferred, …; null = no numatune'),
    placement: z.enum(['static', 'auto']).nullable(),
    cells: z.array(cellId).nullable().describe('where it may be; null = anywhere'),
    source: z
      .enum(['live', 'xml'])
      .describe('live: DomainGetNumaParameters of the running domain'),
    hugePageKiB: z.number().int().nullable().describe('null = ordinary pages'),
  }),
  guestCells: z.array(guestCell),
  vcpuPlacement: z.enum(['static', 'auto']),
  vcpuList: z.array(vcpuPlace).describe('empty while it does not run'),
  vcpuCells: z.array(cellId).describe('cells that its vCPUs were in when asked'),
  emulatorCpus: z.string().nullable().describe('emulatorpin; null = not pinned'),
  ioThreads: z.array(z.object({ id: z.number().int(), cpus: z.string() })),
  notes: z.array(placementNote),
})
export type DomainPlacement = z.infer<typeof domainPlacement>

/** Whether numad is on the host, which libvirt asks for `placement='auto'`. */
export const numadFacts = z.object({
  state: z.enum(['present', 'absent', 'unknown']),
  source: z
    .enum(['running-domain', 'probe'])
    .nullable()
    .describe('a running domain that numad placed, or a start that libvirt was asked for'),
  domain: z.string().nullable(),
  words: z.string().nullable().describe("libvirt's, of the probe"),
  askedMs: z.number().nullable(),
})
export type NumadFacts = z.infer<typeof numadFacts>

const readAt = {
  host: hostSlug,
  readMs: z.number().nullable().describe('when the cells were read, epoch ms'),
}

export const hostNuma = z.object({
  ...readAt,
  cells: z.array(hostCell),
  domains: z.array(domainPlacement).describe('running ones first, at most 200'),
  domainsTotal: z.number().int(),
  numad: numadFacts,
  commands: z.object({ cells: z.string(), pages: z.string(), capabilities: z.string() }),
})
export type HostNuma = z.infer<typeof hostNuma>

export const domainNuma = z.object({
  ...readAt,
  cells: z.array(hostCell),
  placement: domainPlacement,
  commands: z.object({
    numatune: z.string(),
    vcpuinfo: z.string(),
    vcpupin: z.string(),
    emulatorpin: z.string(),
  }),
})
export type DomainNuma = z.infer<typeof domainNuma>

/** The size of a guest that a place is wanted for. */
export const numaAdviceQuery = z.strictObject({
  vcpus: z.coerce.number().int().min(1).max(4096),
  memoryKiB: z.coerce
    .number()
    .int()
    .min(1024)
    .max(2 ** 42),
  pageKiB: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe('size of huge pages to back it with; left out = ordinary pages'),
})

/**
 * - `one-cell-host`: nothing to choose, and it fits
 * - `fits`: in one cell
 * - `splits`: no cell is large enough, several together are
 * - `does-not-fit`: not even in all cells together
 */
export const numaVerdict = z.enum(['one-cell-host', 'fits', 'splits', 'does-not-fit'])

export const adviceCandidate = z.object({
  cells: z.array(cellId),
  cpus: z.number().int(),
  availableKiB: kib.describe('free, without what guests bound there may still take'),
  fits: z.boolean(),
  short: z.enum(['memory', 'cpus', 'both']).nullable(),
  shortKiB: kib,
})
export type AdviceCandidate = z.infer<typeof adviceCandidate>

export const numaAdvice = z.object({
  host: hostSlug,
  vcpus: z.number().int(),
  memoryKiB: kib,
  pageKiB: z.number().int().nullable(),
  verdict: numaVerdict,
  cells: z.array(cellId).describe('where to put it; empty = nowhere'),
  candidates: z.array(adviceCandidate).describe('each cell alone, then the choice'),
  needsCache: z
    .boolean()
    .describe('only what is free counts; it would fit if the kernel gave page cache back'),
  xml: z.string().nullable().describe('what goes into the domain XML'),
  virtInstall: z.string().nullable().describe('options for a virt-install line'),
})
export type NumaAdvice = z.infer<typeof numaAdvice>
