import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { LiveClient } from '../../../e2e/support/live-client.ts'
import { StatsDecoder } from '../../libvirt/stats-columns.ts'
import { connectGetAllDomainStats } from '../../rpc/procedures/stats.ts'
import { figure, limit, quantile, type Figure, type Suite } from '../figures.ts'
import type { RecordedAnswer } from './recording.ts'
import { recordAlpha, ReplayFleet } from './replay-fleet.ts'
import type { ReplayHost } from './replay-host.ts'
import { StatsAnswer, templatesOf } from './stats-template.ts'

/** Hosts and domains on each. */
const sizes: readonly [number, number][] = [
  [1, 100],
  [5, 200],
  [50, 200],
]
const settleMs = 20_000
const measureMs = 60_000

interface Load {
  domains: number
  /**
   * CPU time of the process for one sample of one domain, µs, with all else that it does meanwhile. Not
   * a share of the time that passed: a machine that is busy with other things loses ticks.
   */
  sampleUs: number
  /** Sweeps that were asked for, of those that were due at 1 Hz. */
  ticksKept: number
  rssMiB: number
  /** How much later than a second after the one before a sweep was asked for, p99. */
  latenessMs: number
  /** Of one browser with a window of 40 rows. */
  browserBytesPerS: number
  historyBytesPerDomainHour: number
}

/**
 * Up to 10,000 domains on 50 hosts that replay a real one's answers through real sockets, each second:
 * what that costs the server, and whether the cost of a domain stays the same.
 */
export const scaleSuite: Suite = {
  name: 'scale',
  title: 'CPU, memory, lateness, bytes and disk at up to 10,000 domains on 50 hosts',
  packages: [],
  async run(say) {
    const recording = await recordAlpha()
    const loads: Load[] = []
    for (const [hosts, each] of sizes) {
      say(`${hosts * each} domains on ${hosts} hosts`)
      const fleet = await ReplayFleet.start(recording, hosts, each)
      try {
        const load = await measure(fleet)
        say(JSON.stringify(load))
        loads.push(load)
      } finally {
        await fleet.stop()
      }
    }
    return judge(loads, decodingCores(recording))
  },
}

async function measure(fleet: ReplayFleet): Promise<Load> {
  const { ballast, domains } = fleet
  const cookie = await ballast.login('viewer')
  const browser = await LiveClient.open(ballast, { cookie, origin: ballast.url })
  browser.subscribe({ name: 'hosts' })
  browser.subscribe({
    name: 'fleet',
    query: { search: '', hosts: [], states: [], sort: 'name', descending: false },
    offset: 0,
    limit: 40,
  })
  await wait(settleMs)
  await fleet.sweeps()
  const before = { ...usage(ballast.pid), bytes: browser.receivedBytes }
  const historyBefore = historyBytes(ballast.dataDir)
  const fromMs = performance.now()
  await wait(measureMs)
  const seconds = (performance.now() - fromMs) / 1000
  const after = { ...usage(ballast.pid), bytes: browser.receivedBytes }
  const sweeps = await fleet.sweeps()
  const swept = sweeps.reduce((sum, of) => sum + of.length, 0)
  await browser.close()
  return {
    domains,
    sampleUs:
      ((after.cpuSeconds - before.cpuSeconds) * 1e6) / (swept * (domains / sweeps.length)),
    ticksKept: swept / (sweeps.length * seconds),
    rssMiB: after.rssMiB,
    latenessMs: quantile(sweeps.flatMap(lateness), 0.99),
    browserBytesPerS: (after.bytes - before.bytes) / seconds,
    historyBytesPerDomainHour:
      (((historyBytes(ballast.dataDir) - historyBefore) / seconds) * 3600) / domains,
  }
}

function judge(loads: readonly Load[], decoding: number): Figure[] {
  const [small, full] = [loads[0]!, loads.at(-1)!]
  const cores = (full.sampleUs * full.domains) / 1e6
  const alone = { name: 'decoding alone', value: decoding }
  return [
    figure('CPU at 10,000 domains and 1 Hz', 'cores', cores, limit(1), { atMost: 1 }),
    figure('CPU at 10,000 domains and 1 Hz', 'cores', cores, alone, null),
    figure('ticks kept', '', full.ticksKept, limit(1), { atLeast: 0.99 }),
    figure('memory at 10,000 domains', 'MiB', full.rssMiB, limit(1024), { atMost: 1 }),
    figure('lateness of a tick, p99', 'ms', full.latenessMs, limit(200), { atMost: 1 }),
    ...loads
      .slice(1)
      .map((load) =>
        figure(
          `CPU of a domain's sample, of ${load.domains}`,
          'µs',
          load.sampleUs,
          { name: `of ${small.domains}`, value: small.sampleUs },
          { atMost: 1.1 },
        ),
      ),
    figure(
      'bytes to a browser',
      'B/s',
      full.browserBytesPerS,
      { name: `of ${small.domains}`, value: small.browserBytesPerS },
      null,
    ),
    figure(
      'history of a domain',
      'B/h',
      full.historyBytesPerDomainHour,
      { name: `of ${small.domains}`, value: small.historyBytesPerDomainHour },
      null,
    ),
  ]
}

/** How many cores the decoder alone needs for 50 answers of 200 domains each second. */
function decodingCores(recording: readonly RecordedAnswer[]): number {
  const sweep = recording.find(
    ({ procedure }) => procedure === connectGetAllDomainStats.number,
  )
  const templates = templatesOf(Buffer.from(sweep?.answer ?? '', 'base64'))
  const replicas = Array.from({ length: 200 }, (_, at) => ({
    name: `vm-${at}`,
    uuid: `5ca1e000-0000-4000-8000-${String(at).padStart(12, '0')}`,
    id: at + 1,
    template: templates[at % templates.length]!,
  }))
  const payload = new StatsAnswer(replicas).at(1, 0)
  const decoder = new StatsDecoder(['cpu.time', 'balloon.unused', 'balloon.usable'])
  for (let warm = 0; warm < 200; warm++) decoder.decode(payload)
  const fromMs = performance.now()
  const rounds = 500
  for (let round = 0; round < rounds; round++) decoder.decode(payload)
  return ((performance.now() - fromMs) / rounds / 1000) * 50
}

function lateness(sweeps: ReplayHost['sweeps']): number[] {
  return sweeps
    .slice(1)
    .map(({ askedMs }, at) => Math.max(0, askedMs - sweeps[at]!.askedMs - 1_000))
}

/** What a process used until now, of /proc (proc(5)): 100 ticks a second. */
function usage(pid: number): { cpuSeconds: number; rssMiB: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100,
    rssMiB: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024,
  }
}

function historyBytes(folder: string): number {
  return readdirSync(folder)
    .filter((name) => name.startsWith('history.db') && !name.endsWith('-shm'))
    .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
