import type { ForecastPass, ForecastPlan } from '../contract/forecast.ts'
import type { DirtyCurve } from './dirty-curve.ts'

/** The move under one set of assumptions. */
export interface Assumptions {
  /** Pages with something in them, and pages of zeroes, of which only a word is sent. */
  sendMiB: number
  zeroMiB: number
  /** While the guest runs (under the cap), and while it stands still at the end. */
  sendMiBps: number
  pauseMiBps: number
  capped: boolean
  curve: DirtyCurve
  /** 0..1 */
  cpuShare: number
  overheadMs: number
  pauseFixedMs: number
  diskMiB: number
}

export interface Rounds {
  /** Whether it ends by itself. */
  done: boolean
  passes: ForecastPass[]
  totalMs: number
  pauseMs: number
  sentMiB: number
  /** Of it while the guest stands still. */
  restMiB: number
  throttlePercent: number
  /** What is left at the end of a pass, when it does not end; 0 when it does. */
  stuckMiB: number
  /** Remaining over time, as straight pieces. */
  line: { ms: number; mib: number }[]
}

/** QEMU measures its speed and looks at the limit each 100 ms; without a cap it looks after 50 ms. */
const cappedSlice = 0.1
const freeSlice = 0.05
/** How fast QEMU finds that pages are zero, MiB/s. */
const zeroScanMiBps = 3_000
/** A page of zeroes costs a header of about 9 bytes of 4096. */
const zeroShare = 9 / 4096
/** Passes without getting better after which it is stuck. */
const patience = 12
const mostPasses = 2_000
/** QEMU's cpu-throttle: at least a second between looks, two bad looks a step, at most 99 %. */
const lookSeconds = 1
const badLooks = 2
const mostThrottle = 99
const throttleTrigger = 0.5

/**
 * Goes through the passes as QEMU does (migration_iteration_run, migration_trigger_throttle):
 * sends until what is left would fit into the downtime limit at the speed just measured; asks which
 * pages were written meanwhile; stops the guest when what is left fits still.
 *
 *   left │╲      ╲
 *        │ ╲    ╱│╲  ╱│╲
 *        │  ╲  ╱ │ ╲╱ │ ╲     ── limit = speed × downtime
 *        └───────────────── time
 *
 * @param fixedThrottle percent, instead of what auto-converge would do
 */
export function simulateRounds(
  given: Assumptions,
  plan: Pick<ForecastPlan, 'downtimeMs' | 'autoConverge' | 'postCopy'>,
  fixedThrottle: number | null = null,
): Rounds {
  const { sendMiB, zeroMiB, sendMiBps, curve, diskMiB } = given
  const speed = Math.max(0.01, sendMiBps)
  const slice = given.capped ? cappedSlice : freeSlice
  const limitMiB = (speed * plan.downtimeMs) / 1000
  const passes: ForecastPass[] = []
  const line: Rounds['line'] = []
  const throttle = new Throttle(plan.autoConverge, fixedThrottle)

  let seconds = given.overheadMs / 1000
  let pending = sendMiB
  let sentTotal = 0
  line.push({ ms: 0, mib: pending + diskMiB })
  line.push({ ms: seconds * 1000, mib: pending + diskMiB })
  if (diskMiB > 0) {
    seconds += diskMiB / speed
    line.push({ ms: seconds * 1000, mib: pending })
  }
  let reach = sendMiB + zeroMiB
  let best = Infinity
  let worse = 0
  let done = false
  while (passes.length < mostPasses) {
    const first = passes.length === 0
    // QEMU counts pages, also those of zeroes: of what it leaves for the pause they are a part.
    const fits = first ? (limitMiB * sendMiB) / Math.max(1e-9, sendMiB + zeroMiB) : limitMiB
    const slices = Math.max(1, Math.ceil((pending - fits) / (speed * slice) - 1e-9))
    const sent = Math.min(pending, speed * slices * slice)
    // All of it is sent before the end of the last slice when the pass is shorter than it.
    const lasts =
      Math.max(slice, Math.min(slices * slice, pending / speed)) +
      (first ? zeroMiB / zeroScanMiBps + (zeroMiB * zeroShare) / speed : 0)
    const left = pending - sent
    const dirtied = curve(lasts * throttle.shareLeft(given.cpuShare))
    // Of what was written some was still waiting to be sent anyway.
    const anew = reach > 0 ? dirtied * (1 - Math.min(1, left / reach)) : 0
    passes.push({
      startMs: seconds * 1000,
      seconds: lasts,
      pendingMiB: pending,
      sentMiB: sent,
      dirtiedMiB: anew,
      throttlePercent: throttle.percent,
    })
    seconds += lasts
    sentTotal += sent + (first ? zeroMiB * zeroShare : 0)
    line.push({ ms: seconds * 1000, mib: left })
    pending = left + anew
    line.push({ ms: seconds * 1000, mib: pending })
    // From now on the same pages come again: as many as are ever written.
    if (first) reach = Math.max(pending, curve(3_600))
    if (plan.postCopy || pending <= limitMiB) {
      done = true
      break
    }
    const stronger = throttle.look(lasts, sent, anew)
    if (stronger || pending < best * 0.995) {
      best = Math.min(best, pending)
      worse = 0
    } else if (!throttle.mayRise && ++worse >= patience) break
  }
  const last = finish(given, plan.postCopy, pending, seconds, done, line)
  return {
    done,
    passes,
    totalMs: last.totalMs,
    pauseMs: last.pauseMs,
    sentMiB: sentTotal + (done ? pending : 0),
    restMiB: done && !plan.postCopy ? pending : 0,
    throttlePercent: throttle.percent,
    stuckMiB: done ? 0 : pending,
    line,
  }
}

/** The end: the guest stands still while the rest goes over, or with post-copy runs there already. */
function finish(
  { pauseMiBps, sendMiBps, pauseFixedMs }: Assumptions,
  postCopy: boolean,
  pending: number,
  seconds: number,
  done: boolean,
  line: Rounds['line'],
): { totalMs: number; pauseMs: number } {
  if (!done) return { totalMs: seconds * 1000, pauseMs: 0 }
  const restMs = (pending / Math.max(0.01, postCopy ? sendMiBps : pauseMiBps)) * 1000
  const pauseMs = pauseFixedMs + (postCopy ? 0 : restMs)
  const totalMs = seconds * 1000 + pauseFixedMs + restMs
  line.push({ ms: totalMs, mib: 0 })
  return { totalMs, pauseMs }
}

/** What auto-converge does to the guest's vCPUs. */
class Throttle {
  percent: number
  readonly #steps: ForecastPlan['autoConverge']
  #bad = 0
  #seconds = 0
  #sent = 0
  #dirtied = 0

  constructor(steps: ForecastPlan['autoConverge'], fixed: number | null) {
    this.#steps = fixed === null ? steps : null
    this.percent = fixed ?? 0
  }

  /** It is not over yet: what does not converge now may with the next step. */
  get mayRise(): boolean {
    return this.#steps !== null && this.percent < mostThrottle
  }

  /** Share of the writing that is left: a guest that mostly sleeps loses only sleep at first. */
  shareLeft(cpuShare: number): number {
    return Math.min(1, (1 - this.percent / 100) / Math.max(0.01, Math.min(1, cpuShare)))
  }

  /** A pass is over; whether the guest is slowed down more from now on. */
  look(seconds: number, sent: number, dirtied: number): boolean {
    this.#seconds += seconds
    this.#sent += sent
    this.#dirtied += dirtied
    if (!this.#steps || this.#seconds < lookSeconds) return false
    const bad = this.#dirtied > this.#sent * throttleTrigger
    this.#seconds = this.#sent = this.#dirtied = 0
    if (!bad || ++this.#bad < badLooks) return false
    this.#bad = 0
    if (this.percent >= mostThrottle) return false
    const { initialPercent, incrementPercent } = this.#steps
    this.percent = Math.min(
      mostThrottle,
      this.percent === 0 ? initialPercent : this.percent + incrementPercent,
    )
    return true
  }
}
