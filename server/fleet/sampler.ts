import type { HostMemory } from '../contract/host.ts'
import type { Clock } from './clock.ts'
import type { HostLink, SweepRow } from './host-link.ts'
import { libvirtCauseOf } from './link-error.ts'
import type { SampleTime } from './live-domain.ts'
import { TickSchedule } from './tick-schedule.ts'

/** A sweep that is under way this long is stuck at a frozen QEMU; the next one will pass it by. */
const stuckMs = 3_000
/** Sweeps that may be stuck at a time: a connection has four slow slots, one is left for the rest. */
const mostSweeps = 3
/** A QEMU that dies while it is asked fails the whole sweep: asked again at once, this often. */
const retries = 2
/** Without an answer for this long a host counts as not answering. */
const silenceMs = 3_900

export interface HostSample {
  rows: readonly SweepRow[]
  time: SampleTime
  sweepMs: number
  /** null = the host did not say. */
  memory: HostMemory | null
  cpu: { busyNs: number; totalNs: number } | null
}

export interface SamplerOptions {
  link: HostLink
  clock: Clock
  onSample(sample: HostSample): void
  /** Called just before a sweep is sent. */
  onSend(): void
  /** Called when answers stop coming, and never twice before the next sample. */
  onSilence(silentMs: number): void
  /** A sweep that libvirt refused even when asked again. */
  onError(error: unknown): void
}

/**
 * Asks one connected host once a tick for everything that is shown: single flight, on whole seconds,
 * less often where the host needs longer.
 */
export class Sampler {
  readonly #options: SamplerOptions
  readonly #schedule: TickSchedule
  #timer: NodeJS.Timeout | null = null
  #underWay = 0
  #lastSentAtMs = 0
  #nodeUnderWay = false
  #lastAnswerAtMs: number
  #silent = false
  #stopped = false

  constructor(options: SamplerOptions, schedule: TickSchedule = new TickSchedule()) {
    this.#options = options
    this.#schedule = schedule
    this.#lastAnswerAtMs = options.clock.monotonicMs()
  }

  /** Takes the first sample at once and goes on until stopped. */
  start(): void {
    void this.#sample(this.#options.clock.wallMs())
    this.#arm()
  }

  stop(): void {
    this.#stopped = true
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  #arm(): void {
    if (this.#stopped) return
    const wallMs = this.#options.clock.wallMs()
    const tickMs = this.#schedule.nextAfter(wallMs)
    // In steps of a second at most: silence is noticed in time whatever the tick is.
    const waitMs = Math.min(tickMs - wallMs, 1_000)
    this.#timer = setTimeout(() => {
      this.#watch()
      if (this.#options.clock.wallMs() >= tickMs - 5) this.#tick(tickMs)
      this.#arm()
    }, waitMs)
  }

  #watch(): void {
    const silentMs = this.#options.clock.monotonicMs() - this.#lastAnswerAtMs
    if (this.#silent || this.#underWay === 0) return
    if (silentMs < Math.max(silenceMs, this.#schedule.tickMs * 1.5)) return
    this.#silent = true
    this.#options.onSilence(silentMs)
  }

  #tick(tickMs: number): void {
    const sinceMs = this.#options.clock.monotonicMs() - this.#lastSentAtMs
    if (this.#underWay > 0 && (sinceMs < stuckMs || this.#underWay >= mostSweeps)) return
    void this.#sample(tickMs)
  }

  async #sample(tickMs: number): Promise<void> {
    const { link, clock } = this.#options
    this.#underWay++
    this.#lastSentAtMs = clock.monotonicMs()
    const sentMonotonicMs = this.#lastSentAtMs
    this.#options.onSend()
    const node = this.#node()
    try {
      const rows = await this.#sweep(link)
      const [memory, cpu] = await node
      if (this.#stopped) return
      const monotonicMs = clock.monotonicMs()
      const sweepMs = monotonicMs - sentMonotonicMs
      this.#schedule.sweepTook(sweepMs)
      this.#lastAnswerAtMs = monotonicMs
      this.#silent = false
      const time = { tickMs, wallMs: clock.wallMs(), monotonicMs, sentMonotonicMs }
      this.#options.onSample({ rows, time, sweepMs, memory, cpu })
    } catch (error) {
      if (!this.#stopped) this.#options.onError(error)
    } finally {
      this.#underWay--
    }
  }

  async #sweep(link: HostLink): Promise<SweepRow[]> {
    for (let left = retries; ; left--) {
      try {
        return await link.sweep()
      } catch (error) {
        // Lost connections and deadlines are the agent's; what libvirt refused may pass a moment later.
        if (left === 0 || this.#stopped || !libvirtCauseOf(error)) throw error
      }
    }
  }

  /** The host's own figures. They never hold up or fail a sweep, and are never asked twice at a time. */
  async #node(): Promise<[HostSample['memory'], HostSample['cpu']]> {
    if (this.#nodeUnderWay) return [null, null]
    this.#nodeUnderWay = true
    try {
      const { link } = this.#options
      const [memory, cpu] = await Promise.allSettled([link.nodeMemory(), link.nodeCpu()])
      return [
        memory.status === 'fulfilled' ? memory.value : null,
        cpu.status === 'fulfilled' ? cpu.value : null,
      ]
    } finally {
      this.#nodeUnderWay = false
    }
  }
}
