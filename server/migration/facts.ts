import type { WorkingSet, DirtyRateSummary } from '../contract/dirty-rate.ts'
import type { ForecastFacts, ForecastRun, LinkProbe } from '../contract/forecast.ts'
import type { MemoryStats } from '../contract/memory.ts'
import { earlierFirstPassMiB, linkOf, modelError, overheadOf } from './learn.ts'

/** What is known of a domain when its move is forecast. */
export interface MovingDomain {
  uuid: string
  source: string
  /** RAM that QEMU has allotted. */
  ramKiB: number
  /** null = not known. */
  balloonKiB: number | null
  rssKiB: number | null
  stats: Pick<MemoryStats, 'available' | 'unused'>
  workingSet: WorkingSet
  dirtyRate: DirtyRateSummary | null
  /** Of all vCPUs, 0..100. */
  cpuPercent: number | null
  vcpus: number
  /** Emulated by TCG: its RSS holds translated code too, and says little about the guest. */
  emulated: boolean
  diskBytes: number
}

/** Puts together what a forecast needs. `runs`: of the whole fleet, newest first. */
export function factsOf(
  domain: MovingDomain,
  target: string,
  runs: readonly ForecastRun[],
  probe: LinkProbe | null = null,
): ForecastFacts {
  return {
    memory: memoryOf(domain, earlierFirstPassMiB(runs, domain.uuid)),
    dirty: dirtyOf(domain),
    link: linkOf(runs, domain.source, target, probe),
    cpuShare: Math.min(1, Math.max(0, (domain.cpuPercent ?? 100) / 100)),
    vcpus: domain.vcpus,
    diskBytes: domain.diskBytes,
    ...overheadOf(runs),
    error: modelError(runs),
  }
}

/**
 * What the first pass sends: pages with something in them. At least what the guest says is not free;
 * at most its whole balloon, or what the host gave QEMU, for freed pages keep their content.
 */
function memoryOf(
  domain: MovingDomain,
  earlierMiB: number | null,
): ForecastFacts['memory'] {
  const { ramKiB, rssKiB, emulated, stats } = domain
  const balloonKiB = Math.min(ramKiB, domain.balloonKiB ?? ramKiB)
  const base = { ramKiB, balloonKiB }
  const resident = rssKiB === null || emulated ? balloonKiB : Math.min(balloonKiB, rssKiB)
  if (stats.unused === null) {
    return {
      ...base,
      lowKiB: resident / 4,
      likelyKiB: resident,
      highKiB: resident,
      from: 'whole',
    }
  }
  const lowKiB = Math.max(0, Math.min(resident, balloonKiB - stats.unused))
  if (earlierMiB !== null) {
    // Pages once written stay so until the guest hands them back, so it is seldom less.
    const earlierKiB = Math.min(balloonKiB, earlierMiB * 1024)
    const likelyKiB = Math.max(lowKiB, earlierKiB)
    return {
      ...base,
      lowKiB,
      likelyKiB,
      highKiB: Math.max(likelyKiB, resident),
      from: 'earlier',
    }
  }
  const likelyKiB = lowKiB + (resident - lowKiB) * (emulated ? 0.1 : 0.5)
  return { ...base, lowKiB, likelyKiB, highKiB: resident, from: 'guest' }
}

function dirtyOf({ workingSet, dirtyRate }: MovingDomain): ForecastFacts['dirty'] {
  const flat = workingSet.verdict === 'flat'
  const points = workingSet.points.map(({ seconds, lowMiB, highMiB }) => ({
    seconds,
    lowMiB,
    highMiB,
  }))
  const [first] = points
  if (dirtyRate && first) {
    // The mean of many short windows knows more than one window does.
    first.lowMiB = dirtyRate.lowMiBps * first.seconds
    first.highMiB = dirtyRate.highMiBps * first.seconds
  }
  return { points, flat, measuredMs: dirtyRate?.measuredMs ?? null }
}
