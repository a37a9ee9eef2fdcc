import type { MemoryStatField, MemoryStats } from '../contract/memory.ts'
import type { StatsFrame } from '../libvirt/stats-columns.ts'
import { stateFactsOf } from './domain-state.ts'
import type { SweepRow } from './host-link.ts'
import { noStats } from './live-domain.ts'

/** dommemstat's names by those of domstats. `actual` is `balloon.current`, see rowsOf. */
const statFields = {
  swap_in: 'balloon.swap_in',
  swap_out: 'balloon.swap_out',
  major_fault: 'balloon.major_fault',
  minor_fault: 'balloon.minor_fault',
  unused: 'balloon.unused',
  available: 'balloon.available',
  usable: 'balloon.usable',
  last_update: 'balloon.last-update',
  disk_caches: 'balloon.disk_caches',
  hugetlb_pgalloc: 'balloon.hugetlb_pgalloc',
  hugetlb_pgfail: 'balloon.hugetlb_pgfail',
  rss: 'balloon.rss',
} as const satisfies Record<Exclude<MemoryStatField, 'actual'>, string>

const otherFields = [
  'state.state',
  'state.reason',
  'cpu.time',
  'vcpu.current',
  'vcpu.maximum',
  'vcpu.*.delay',
  'balloon.current',
  'balloon.maximum',
] as const

/** What a sweep's decoder is asked for. */
export const sweepFields = [...otherFields, ...Object.values(statFields)]

/** QEMU fills what it does not know with 2^64-1. */
const unknownFrom = 2 ** 63

/** Takes the rows out of the decoder's columns, which the next sweep overwrites. */
export function rowsOf(frame: StatsFrame): SweepRow[] {
  const column = (field: string) => {
    const values = frame.column(field)
    return (row: number): number | null => {
      const value = values[row]!
      return Number.isNaN(value) || value >= unknownFrom ? null : value
    }
  }
  const state = column('state.state')
  const reason = column('state.reason')
  const cpuTimeNs = column('cpu.time')
  const vcpuWaitNs = column('vcpu.*.delay')
  const vcpus = column('vcpu.current')
  const vcpusMaximum = column('vcpu.maximum')
  const balloonKiB = column('balloon.current')
  const maximumKiB = column('balloon.maximum')
  const stats = (Object.keys(statFields) as (keyof typeof statFields)[]).map((name) => ({
    name,
    value: column(statFields[name]),
  }))
  return frame.domains.map((ref, row) => {
    const stateNumber = state(row)
    // dommemstat leaves `actual` out where there is no balloon; domstats always has a current size.
    const figures: MemoryStats = { ...noStats }
    for (const { name, value } of stats) figures[name] = value(row)
    if (figures.last_update !== null) figures.actual = balloonKiB(row)
    return {
      ref,
      state: stateNumber === null ? null : stateFactsOf(stateNumber, reason(row) ?? 0),
      cpuTimeNs: cpuTimeNs(row),
      vcpuWaitNs: vcpuWaitNs(row),
      vcpus: vcpus(row),
      vcpusMaximum: vcpusMaximum(row),
      balloonKiB: balloonKiB(row),
      maximumKiB: maximumKiB(row),
      stats: figures,
    }
  })
}
