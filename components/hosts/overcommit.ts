import type { HostSummary } from '../../server/contract/host.ts'

export interface Overcommit {
  /** What all running guests may take together, as a share of the RAM: 1.5 = half more than there is. */
  ratio: number
  /** What would be missing if every running guest took its maximum; 0 = it fits. */
  missingKiB: number
}

/** null while the host's RAM is not known. */
export function overcommitOf(
  host: Pick<HostSummary, 'memory' | 'committed'>,
): Overcommit | null {
  const totalKiB = host.memory?.totalKiB
  if (!totalKiB) return null
  const { maximumKiB } = host.committed
  return { ratio: maximumKiB / totalKiB, missingKiB: Math.max(0, maximumKiB - totalKiB) }
}

export interface HostBar {
  /** Percent of the bar, which is as wide as RAM or the sum of maxima, whichever is more. */
  used: number
  cache: number
  ram: number
  balloon: number
  maximum: number
}

/** Where the parts of a host's memory bar lie; null while the host's RAM is not known. */
export function hostBarOf(host: Pick<HostSummary, 'memory' | 'committed'>): HostBar | null {
  if (!host.memory?.totalKiB) return null
  const { totalKiB, usedKiB, buffersKiB, cachedKiB } = host.memory
  const { balloonKiB, maximumKiB } = host.committed
  const scale = Math.max(totalKiB, maximumKiB, balloonKiB)
  const percent = (kib: number) => (Math.max(0, kib) / scale) * 100
  const used = Math.min(usedKiB, totalKiB)
  return {
    used: percent(used),
    cache: percent(Math.min(buffersKiB + cachedKiB, totalKiB - used)),
    ram: percent(totalKiB),
    balloon: percent(balloonKiB),
    maximum: percent(maximumKiB),
  }
}
