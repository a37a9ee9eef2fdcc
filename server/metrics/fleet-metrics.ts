import { monitorEventLoopDelay } from 'node:perf_hooks'

import type { HostSummary } from '../contract/host.ts'
import { headOf, labelText, sampleLine } from './exposition.ts'
import type { Family } from './exposition.ts'
import { domainFigures, hostFigures } from './families.ts'
import type { DomainFigures } from './families.ts'

/** One host with what is told of it; the domains are only computed when asked for. */
export interface HostFigures {
  summary: HostSummary
  domains(): DomainFigures[]
}

export interface FleetMetricsOptions {
  version: string
  fleet: { figures(): Iterable<HostFigures> }
  /** Bytes that the history takes. */
  historyBytes(): number
}

/** How long other work may have to wait while a large fleet is written out, ms. */
const turnMs = 10
/** Hosts are sampled once a second; a second scrape within it costs nothing. */
const freshMs = 500

const seconds = (ns: number) => ns / 1e9

/**
 * Everything in Prometheus' text format. The lines of a host are made once a sample, only when
 * somebody scrapes, and host after host, so that thousands of domains hold up nobody.
 */
export class FleetMetrics {
  readonly #options: FleetMetricsOptions
  readonly #delay = monitorEventLoopDelay({ resolution: 20 })
  /** Per host the lines of each family, hosts' families first, valid for one sample. */
  readonly #hosts = new Map<string, { key: string; lines: string[] }>()
  #made: { atMs: number; text: Promise<string> } | null = null

  constructor(options: FleetMetricsOptions) {
    this.#options = options
    this.#delay.enable()
  }

  /** The text of a scrape. */
  render(): Promise<string> {
    const nowMs = performance.now()
    if (!this.#made || nowMs - this.#made.atMs > freshMs) {
      const text = this.#render()
      this.#made = { atMs: nowMs, text }
      text.catch(() => (this.#made = null))
    }
    return this.#made.text
  }

  async #render(): Promise<string> {
    const families = [...hostFigures, ...domainFigures]
    const parts: string[][] = families.map((family) => [headOf(family)])
    const seen = new Set<string>()
    let turn = performance.now()
    for (const host of Array.from(this.#options.fleet.figures())) {
      seen.add(host.summary.host)
      this.#linesOf(host).forEach((lines, at) => parts[at]!.push(lines))
      if (performance.now() - turn < turnMs) continue
      await new Promise((resolve) => setImmediate(resolve))
      turn = performance.now()
    }
    for (const host of this.#hosts.keys()) if (!seen.has(host)) this.#hosts.delete(host)
    return this.#own() + parts.map((lines) => lines.join('')).join('')
  }

  #linesOf({ summary, domains }: HostFigures): string[] {
    const { host, state, sampledMs } = summary
    const key = `${state} ${sampledMs}`
    const made = this.#hosts.get(host)
    if (made?.key === key) return made.lines
    const answers = state === 'online'
    const labels = labelText({ host })
    const lines = hostFigures.map(({ name, always, value }) =>
      answers || always ? sampleLine(name, labels, value(summary)) : '',
    )
    // Old figures of a host that does not answer would look like new ones.
    const shown = answers ? domains() : []
    const labelled = shown.map((domain) => ({
      domain,
      labels: labelText({ host, domain: domain.name, uuid: domain.uuid }),
    }))
    for (const { name, always, value } of domainFigures) {
      let text = ''
      for (const one of labelled) {
        if (one.domain.active || always) {
          text += sampleLine(name, one.labels, value(one.domain))
        }
      }
      lines.push(text)
    }
    this.#hosts.set(host, { key, lines })
    return lines
  }

  /** Ballast itself. */
  #own(): string {
    const memory = process.memoryUsage()
    const cpu = process.cpuUsage()
    const own: (Family & { value: number; labels?: string })[] = [
      {
        name: 'ballast_build_info',
        type: 'gauge',
        help: 'Always 1; the version is in the label.',
        value: 1,
        labels: labelText({ version: this.#options.version }),
      },
      {
        name: 'process_cpu_seconds_total',
        type: 'counter',
        help: 'CPU time of the server process.',
        value: (cpu.user + cpu.system) / 1e6,
      },
      {
        name: 'process_resident_memory_bytes',
        type: 'gauge',
        help: 'Resident memory of the server process.',
        value: memory.rss,
      },
      {
        name: 'process_start_time_seconds',
        type: 'gauge',
        help: 'When the server process started, as Unix time.',
        value: Math.round((Date.now() - process.uptime() * 1000) / 10) / 100,
      },
      {
        name: 'ballast_heap_used_bytes',
        type: 'gauge',
        help: 'Heap of the server process in use.',
        value: memory.heapUsed,
      },
      {
        name: 'ballast_event_loop_delay_p99_seconds',
        type: 'gauge',
        help: 'How late the event loop was, 99th percentile since the start.',
        value: seconds(this.#delay.percentile(99)),
      },
      {
        name: 'ballast_history_bytes',
        type: 'gauge',
        help: 'What the history takes on disk.',
        value: this.#options.historyBytes(),
      },
    ]
    return own
      .map((one) => headOf(one) + sampleLine(one.name, one.labels ?? '', one.value))
      .join('')
  }
}
