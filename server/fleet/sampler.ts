import type { HostMemory } from '../contract/host.ts'
import type { Clock } from './clock.ts'
import type { HostLink, SweepRow } from './host-link.ts'
import { libvirtCauseOf } from './link-error.ts'
import type { SampleTime } from './live-domain.ts'
import { SecondAsk } from './second-ask.ts'
import type { Tick, TickSchedule } from './tick-schedule.ts'

/** A sweep that is under way this long is stuck at a frozen QEMU; the next one will pass it by. */
const stuckMs = 3_000
/** Sweeps that may be stuck at a time: a connection has four slow slots, one is left for the rest. */
const mostSweeps = 3
/** A QEMU that dies while it is asked fails the whole sweep: asked again at once, this often. */
const retries = 2
/** A sample is complete this long before the next tick at the latest. */
const spareMs = 50
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
  schedule: TickSchedule
  /** Whether the host left out figures of this domain that it gave before. */
  leftOut(row: SweepRow): boolean
  onSample(sample: HostSample): void
  /** Called when answers stop coming, and never twice before the next sample. */
  onSilence(silentMs: number): void
  /** A sweep that libvirt refused even when asked again. */
  onError(error: unknown): void
}

/**
 * Asks one connected host once a tick for everything that is shown: single flight, as often
 * as its schedule says.
 */
export class Sampler {
  readonly #options: SamplerOptions
  readonly #schedule: TickSchedule
  readonly #second: SecondAsk
  readonly #stop = new AbortController()
  #timer: NodeJS.Timeout | null = null
  #underWay = 0
  #lastSentAtMs = 0
  #nodeUnderWay = false
  #lastAnswerAtMs: number
  #silent = false
  /** Silences in a row, no sweep between them that was answered in time; and when the last one ended. */
  #hangs = 0
  #hangEndedAtMs = 0

  constructor(options: SamplerOptions) {
    this.#options = options
    this.#schedule = options.schedule
    this.#second = new SecondAsk(options)
    this.#lastAnswerAtMs = options.clock.monotonicMs()
  }

  /** Takes the first sample at once and goes on until stopped. */
  start(): void {
    void this.#sample(this.#schedule.at(this.#options.clock.wallMs()))
    this.#arm()
  }

  stop(): void {
    this.#stop.abort()
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  get #stopped(): boolean {
    return this.#stop.signal.aborted
  }

  #arm(): void {
    if (this.#stopped) return
    const { clock } = this.#options
    const wallMs = clock.wallMs()
    const tick = this.#schedule.nextAfter(wallMs)
    // In steps of a second at most: silence is noticed in time whatever the tick is.
    const waitMs = Math.min(tick.dueMs - wallMs, 1_000)
    this.#timer = setTimeout(() => {
      this.#watch()
      if (this.#schedule.isDue(tick, clock.wallMs())) this.#tick(tick)
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

  #tick(tick: Tick): void {
    const sinceMs = this.#options.clock.monotonicMs() - this.#lastSentAtMs
    if (this.#underWay > 0 && sinceMs < stuckMs) return
    if (this.#underWay + (this.#second.underWay ? 1 : 0) >= mostSweeps) return
    void this.#sample(tick)
  }

  async #sample({ tickMs }: Tick): Promise<void> {
    const { link, clock } = this.#options
    this.#underWay++
    this.#lastSentAtMs = clock.monotonicMs()
    const sentMonotonicMs = this.#lastSentAtMs
    const node = this.#node()
    try {
      const swept = await this.#sweep(link)
      const [memory, cpu] = await node
      if (this.#stopped) return
      const sweepMs = this.#answered(sentMonotonicMs)
      const leftMs = this.#schedule.tickMs - spareMs - sweepMs
      const rows = await this.#second.complete(swept, leftMs, this.#stop.signal)
      if (this.#stopped) return
      const monotonicMs = clock.monotonicMs()
      const time = { tickMs, wallMs: clock.wallMs(), monotonicMs, sentMonotonicMs }
      this.#options.onSample({ rows, time, sweepMs, memory, cpu })
    } catch (error) {
      if (!this.#stopped) this.#options.onError(error)
    } finally {
      this.#underWay--
    }
  }

  /**
   * Notes an answer and gives how long it took, ms. A host that hung once and goes on is as quick as
   * before: what waited through one hang does not stretch the tick, only a second hang at once does.
   */
  #answered(sentMonotonicMs: number): number {
    const nowMs = this.#options.clock.monotonicMs()
    const sweepMs = nowMs - sentMonotonicMs
    this.#lastAnswerAtMs = nowMs
    if (this.#silent) {
      this.#silent = false
      this.#hangs++
      this.#hangEndedAtMs = nowMs
      if (this.#hangs > 1) this.#schedule.sweepTook(sweepMs)
    } else if (sentMonotonicMs >= this.#hangEndedAtMs) {
      this.#hangs = 0
      this.#schedule.sweepTook(sweepMs)
    }
    return sweepMs
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
