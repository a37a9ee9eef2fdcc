import { setTimeout as pause } from 'node:timers/promises'

import { guestXml } from '../../../e2e/lab/guest-xml.ts'
import { IDLE, type Host, type Lab } from '../../../e2e/lab/index.ts'
import { run } from '../../../e2e/lab/run.ts'
import type { DirtyRateMeasurement } from '../../contract/dirty-rate.ts'
import type { ForecastOutcome, ForecastPlan } from '../../contract/forecast.ts'
import { summarise } from '../../dirty-rate/summary.ts'
import { workingSetOf } from '../../dirty-rate/working-set.ts'
import type { MovingDomain } from '../../migration/facts.ts'

const name = 'bench1'
const ramMiB = 384
const bytesPerMiB = 2 ** 20
/** The windows that a page which stays open gets, shortest first. */
const windows = [1, 1, 1, 1, 2, 5]
/** A move that got so far is let go on no longer. */
const hopeless = { seconds: 25, passes: 10 }

/** A guest of the bench that is moved to and fro between two hosts, driven and read by virsh. */
export class Mover {
  #at: Host
  #to: Host

  constructor(lab: Lab) {
    this.#at = lab.host('alpha')
    this.#to = lab.host('beta')
  }

  get source(): string {
    return this.#at.name
  }
  get target(): string {
    return this.#to.name
  }
  get guest() {
    return this.#at.guest(name)
  }

  async start(): Promise<void> {
    await this.remove()
    const plan = {
      name,
      maximumMiB: ramMiB,
      currentMiB: ramMiB,
      vcpus: 1,
      balloon: 'virtio' as const,
      statsPeriodS: 1,
      autodeflate: false,
      freePageReporting: false,
      network: false,
      diskMiB: 0,
      graphics: false,
      powerButton: true,
      running: true,
      workload: IDLE,
    }
    await this.#at.define(guestXml(plan))
    await this.#at.virsh('start', name)
    await this.guest.waitReady()
  }

  async remove(): Promise<void> {
    for (const host of [this.#at, this.#to]) {
      await host.virsh('destroy', name).catch(() => undefined)
      await host.virsh('undefine', name).catch(() => undefined)
    }
  }

  /** What Ballast would know of the guest after some time with its page open. */
  async look(): Promise<MovingDomain> {
    // Statistics come once a second: the old ones are those of another load.
    await pause(1_500)
    const before = await this.#cpuNs()
    const beganMs = Date.now()
    const measurements: DirtyRateMeasurement[] = []
    for (const seconds of windows) measurements.push(await this.#measure(seconds))
    const cpuNs = (await this.#cpuNs()) - before
    const stats = numbers(await this.#at.virsh('dommemstat', name))
    return {
      uuid: this.guest.uuid,
      source: this.source,
      ramKiB: ramMiB * 1024,
      balloonKiB: stats['actual'] ?? null,
      rssKiB: stats['rss'] ?? null,
      stats: { available: stats['available'] ?? null, unused: stats['unused'] ?? null },
      workingSet: workingSetOf(measurements, ramMiB * 1024),
      dirtyRate: summarise(measurements, ramMiB * 1024),
      cpuPercent: cpuNs / 1e4 / (Date.now() - beganMs),
      vcpus: 1,
      emulated: true,
      diskBytes: 0,
    }
  }

  /** Makes the move, or gives it up when it does not come to an end, and says how it went. */
  async move(plan: ForecastPlan): Promise<ForecastOutcome> {
    const [from, to] = [this.#at, this.#to]
    if (plan.bandwidthMiBps !== null) {
      await from.virsh('migrate-setspeed', name, String(plan.bandwidthMiBps))
    }
    await from.virsh('migrate-setmaxdowntime', name, String(plan.downtimeMs))
    const options = plan.autoConverge
      ? [
          '--auto-converge',
          '--auto-converge-initial',
          String(plan.autoConverge.initialPercent),
          '--auto-converge-increment',
          String(plan.autoConverge.incrementPercent),
        ]
      : []
    const words = ['migrate', '--live', '--persistent', '--undefinesource', ...options]
    let ended = false
    const whole = run('virsh', ['-q', '-c', from.virshUri, ...words, name, to.virshUri], {
      timeoutMs: 300_000,
    }).then(
      () => ({ error: null }),
      (error: unknown) => ({ error }),
    )
    void whole.then(() => (ended = true))
    let newest: Record<string, number> = {}
    let aborted = false
    let throttle = 0
    let sinceSeconds = 0
    while (!ended) {
      await pause(500)
      const job = await from.virsh('domjobinfo', name, '--rawstats').catch(() => '')
      const seen = numbers(job)
      if (seen['memory_total']) newest = seen
      const seconds = (newest['time_elapsed'] ?? 0) / 1000
      const passes = newest['memory_iteration'] ?? 0
      if ((newest['auto_converge_throttle'] ?? 0) !== throttle) {
        // The guest is slowed down more: only from now on it may be hopeless.
        throttle = newest['auto_converge_throttle'] ?? 0
        sinceSeconds = seconds
      }
      if (aborted || ended) continue
      if (seconds - sinceSeconds >= hopeless.seconds && passes >= hopeless.passes) {
        aborted = true
        await from.virsh('domjobabort', name).catch(() => undefined)
      }
    }
    const { error } = await whole
    if (error !== null) {
      if (!aborted) throw error
      return outcomeOf(newest, 'aborted')
    }
    ;[this.#at, this.#to] = [to, from]
    const job = numbers(await to.virsh('domjobinfo', name, '--completed', '--rawstats'))
    const alive = await this.guest.workload().then(
      () => true,
      () => false,
    )
    const last = { auto_converge_throttle: newest['auto_converge_throttle'] ?? 0, ...job }
    return outcomeOf(last, alive ? 'done' : 'not-answering')
  }

  async #measure(seconds: number): Promise<DirtyRateMeasurement> {
    await this.#at.virsh('domdirtyrate-calc', name, '--seconds', String(seconds))
    await pause(seconds * 1000)
    for (let tries = 0; tries < 100; tries++) {
      const stats = await this.#at.virsh('domstats', '--dirtyrate', name)
      const value = (field: string) =>
        Number(new RegExp(`dirtyrate\\.${field}=(\\d+)`).exec(stats)?.[1] ?? Number.NaN)
      if (value('calc_status') === 2) {
        return {
          endedMs: Date.now(),
          seconds,
          mode: 'page-sampling',
          rateMiBps: value('megabytes_per_second'),
          pagesPerGiB: 512,
          vcpuMiBps: null,
        }
      }
      await pause(100)
    }
    throw new Error(`the dirty rate of ${name} could not be measured`)
  }

  async #cpuNs(): Promise<number> {
    const stats = await this.#at.virsh('domstats', '--vcpu', name)
    return Number(/vcpu\.0\.time=(\d+)/.exec(stats)?.[1] ?? 0)
  }
}

/** `name: 123` and `name 123` lines as numbers. */
function numbers(text: string): Record<string, number> {
  const values: Record<string, number> = {}
  for (const [, field, value] of text.matchAll(/^(\w+):? (\d+)$/gm)) {
    values[field!] = Number(value)
  }
  return values
}

function outcomeOf(
  job: Record<string, number>,
  ended: ForecastOutcome['ended'],
): ForecastOutcome {
  const totalMs = job['time_elapsed'] ?? 0
  const sentMiB = (job['memory_processed'] ?? 0) / bytesPerMiB
  const pauseMs = ended === 'aborted' ? null : (job['downtime'] ?? null)
  const setupMs = job['setup_time'] ?? null
  const sendingMs = totalMs - (setupMs ?? 0) - (pauseMs ?? 0)
  const zeroBytes = (job['memory_constant'] ?? 0) * (job['memory_page_size'] ?? 4096)
  return {
    ended,
    totalMs,
    pauseMs,
    sentMiB,
    passes: job['memory_iteration'] ?? null,
    throttlePercent: job['auto_converge_throttle'] ?? 0,
    sendMiBps: sendingMs > 0 ? (sentMiB / sendingMs) * 1000 : null,
    firstPassMiB: ((job['memory_total'] ?? 0) - zeroBytes) / bytesPerMiB,
    setupMs,
    postCopy: false,
    converged: ended !== 'aborted',
  }
}
