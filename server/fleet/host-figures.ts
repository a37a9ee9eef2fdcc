import type { HostMemory, HostSummary } from '../contract/host.ts'
import type { LiveDomain } from './live-domain.ts'
import { cpuPercent, Rate } from './rates.ts'
import type { HostSample } from './sampler.ts'
import { Series } from './series.ts'

const columns = [
  'totalKiB',
  'usedKiB',
  'balloonKiB',
  'maximumKiB',
  'rssKiB',
  'cpuPercent',
] as const

/** What a host as a whole uses, from sample to sample. */
export class HostFigures {
  readonly series = new Series<(typeof columns)[number]>(columns)
  /** Epoch ms; null = not yet. */
  sampledMs: number | null = null
  /** The same, monotonic ms. */
  sampledAtMs: number | null = null
  sweepMs: number | null = null
  memory: HostMemory | null = null
  /** 0..100 over all CPUs. */
  cpuPercent: number | null = null
  readonly #busyRate = new Rate()
  readonly #totalRate = new Rate()

  /** @param domains of the host, which have taken the sample in already */
  sample({ time, sweepMs, memory, cpu }: HostSample, domains: Iterable<LiveDomain>): void {
    this.sampledMs = time.wallMs
    this.sampledAtMs = time.monotonicMs
    this.sweepMs = Math.round(sweepMs * 10) / 10
    if (memory) this.memory = memory
    const busy = this.#busyRate.next(cpu?.busyNs ?? null, time.monotonicMs)
    const total = this.#totalRate.next(cpu?.totalNs ?? null, time.monotonicMs)
    this.cpuPercent = busy === null || !total ? null : cpuPercent((busy / total) * 1e9, 1)
    const { balloonKiB, maximumKiB, rssKiB } = commitmentOf(domains)
    this.series.append(time.tickMs, {
      totalKiB: memory?.totalKiB ?? null,
      usedKiB: memory?.usedKiB ?? null,
      balloonKiB,
      maximumKiB,
      rssKiB,
      cpuPercent: this.cpuPercent,
    })
  }

  /** The host does not answer any more: what is known stays, the chart gets a gap. */
  lose(): void {
    this.series.gap()
    this.#busyRate.reset()
    this.#totalRate.reset()
    this.cpuPercent = null
  }
}

/** Sums over running domains, KiB. */
export function commitmentOf(domains: Iterable<LiveDomain>): HostSummary['committed'] {
  const sum = { balloonKiB: 0, maximumKiB: 0, rssKiB: 0, usedKiB: 0 }
  for (const domain of domains) {
    if (!domain.active) continue
    sum.balloonKiB += domain.balloonKiB ?? domain.maximumKiB
    sum.maximumKiB += domain.maximumKiB
    sum.rssKiB += domain.stats.rss ?? 0
    sum.usedKiB += domain.memory.derived.usedKiB ?? 0
  }
  return sum
}
