import type { ResizeCause } from '../contract/memory.ts'
import type { Pressure } from '../contract/pressure.ts'
import { pressureLevels } from './pressure.ts'
import { stallMs, toleranceKiB } from './resize.ts'

const mib = 1024

/** The rules of a shrink in steps. Times in ms. */
export const shrinkRules = {
  /** A step is at most this part of the whole way, and of what the guest can still spare. */
  stepShare: 1 / 4,
  leastStepKiB: 16 * mib,
  mostStepKiB: 1024 * mib,
  /** However small the guest: no step takes more of what it can still spare. */
  mostOfUsable: 1 / 2,
  /** The guest's statistics count for a step when they came so long after the balloon got there. */
  settleMs: 500,
  /** Without statistics (forced) each step rests so long. */
  blindRestMs: 2_000,
  /** After the last step the guest is watched so long before the shrink counts as done. */
  watchMs: 10_000,
  /** After a step back, until the next one. */
  backMs: 4_000,
  /** Nothing more is taken from a guest whose statistics are out of date and so old. */
  holdMs: 6_000,
  /** A guest that was heard and falls silent for so long is taken for one in trouble. */
  silentMs: 12_000,
  /** So short of memory the guest gets some back at once: it may be killed before it says so twice. */
  criticalPressure: 85,
  /** What the guest's programs take must leave it something for so long: three statistics. */
  foresightMs: 6_000,
} as const

/** What is seen of a guest while its balloon moves. Times are monotonic ms. */
export interface ShrinkLook {
  /** Where the balloon is. */
  actualKiB: number
  /** What the guest could still take (MemAvailable); null = it does not say. */
  usableKiB: number | null
  /** null = the guest does not say, or not lately. */
  pressure: Pressure | null
  /** The pressure of the newest statistics alone, 0..100. */
  momentaryPressure: number
  /** When the guest's statistics were last seen to move; null = never. */
  statsAtMs: number | null
}

/**
 * What to do now.
 *
 * - `send`: set the balloon to `toKiB`
 * - `end`: over
 */
export type ShrinkOrder =
  | { kind: 'wait' }
  | { kind: 'send'; toKiB: number }
  | {
      kind: 'end'
      status: 'reached' | 'turned-back'
      cause: ResizeCause | null
    }

export type ShrinkPhase = 'giving' | 'watching' | 'going-back'

/** How large the next step is, KiB: smaller the less the guest has to spare, never past `leftKiB`. */
export function shrinkStepKiB(
  wholeKiB: number,
  leftKiB: number,
  look: Pick<ShrinkLook, 'usableKiB' | 'pressure'>,
): number {
  const { stepShare, leastStepKiB, mostStepKiB, mostOfUsable } = shrinkRules
  const sparedKiB = look.usableKiB ?? wholeKiB / 2
  // A guest that waits for a CPU half of its time says late what it lacks.
  const starved = look.pressure?.reasons.some(
    ({ signal, value }) => signal === 'vcpu-wait' && value >= 50,
  )
  const gentle = look.pressure?.level === 'tight' || starved ? 0.5 : 1
  const wishedKiB = Math.min(wholeKiB, sparedKiB) * stepShare * gentle
  const boundKiB = Math.max(mib, sparedKiB * mostOfUsable)
  const stepKiB = Math.min(mostStepKiB, boundKiB, Math.max(leastStepKiB, wishedKiB))
  // A crumb at the end is not worth a step of its own.
  if (leftKiB - stepKiB < leastStepKiB / 2 && leftKiB <= boundKiB) return leftKiB
  return Math.min(leftKiB, Math.ceil(stepKiB / mib) * mib)
}

/**
 * One shrink of one balloon in steps. Knows no clock and no host: `next` is told what is seen and
 * says what to do.
 *
 *   giving ──arrived──► watching ──calm──► giving …  ──target──► watching 10 s ──► reached
 *      │                   │
 *      └──── pressed, rushing, stalled, silent, taking some back ────► going-back ──► turned-back
 *
 * Statistics come each two seconds at best, and late from a guest that gets no CPU; its kernel kills
 * within one. So what was not heard counts against the shrink: while statistics are out of date the
 * balloon goes no further, and what programs take is thought on (rushing).
 *
 * Going back: first to twice the last step above where the balloon is (half of all that was taken,
 * when the guest is silent or nearly out of memory), then each time twice as far until the guest is
 * calm, at most to where the shrink began.
 */
export class ShrinkCourse {
  readonly #fromKiB: number
  readonly #targetKiB: number
  #phase: ShrinkPhase = 'watching'
  /** Where the balloon is sent. */
  #atKiB: number
  #stepKiB = 0
  #lastActualKiB: number
  #lowestKiB: number
  #movedAtMs: number
  #sinceMs: number
  #begun = false
  /** Silence counts from here at the earliest. */
  #listeningSinceMs: number
  /** What the guest used when its balloon last rested. */
  #rest: { usedKiB: number; statsAtMs: number } | null = null
  #cause: ResizeCause | null = null

  constructor(fromKiB: number, targetKiB: number, atMs: number) {
    this.#fromKiB = fromKiB
    this.#targetKiB = targetKiB
    this.#atKiB = fromKiB
    this.#lastActualKiB = fromKiB
    this.#lowestKiB = fromKiB
    this.#movedAtMs = atMs
    this.#sinceMs = atMs
    this.#listeningSinceMs = atMs
  }

  get phase(): ShrinkPhase {
    return this.#phase
  }

  /** Where the balloon is sent now, KiB. */
  get atKiB(): number {
    return this.#atKiB
  }

  /** The least the balloon was at, KiB: what the guest gave before it turned back. */
  get lowestKiB(): number {
    return this.#lowestKiB
  }

  /** The host did not answer for a while: nothing that passed meanwhile counts. */
  pause(atMs: number): void {
    this.#movedAtMs = atMs
    this.#sinceMs = atMs
    this.#listeningSinceMs = atMs
  }

  /** Takes in what is seen, says what to do. `atMs` is monotonic. */
  next(look: ShrinkLook, atMs: number): ShrinkOrder {
    const beforeKiB = this.#lastActualKiB
    if (look.actualKiB !== beforeKiB) this.#movedAtMs = atMs
    this.#lastActualKiB = look.actualKiB
    this.#lowestKiB = Math.min(this.#lowestKiB, look.actualKiB)
    if (this.#phase === 'going-back') return this.#goOnBack(look, atMs)
    if (look.pressure?.level === 'pressed' || nearlyOut(look)) {
      return this.#turn('pressure', look, atMs)
    }
    // Only the guest's own kernel lets a balloon grow that was sent down (autodeflate).
    if (this.#begun && look.actualKiB > beforeKiB + toleranceKiB) {
      return this.#turn('took-back', look, atMs)
    }
    if (this.#silentFor(shrinkRules.silentMs, look, atMs)) {
      return this.#turn('silent', look, atMs)
    }
    return this.#phase === 'giving' ? this.#give(look, atMs) : this.#watch(look, atMs)
  }

  #give(look: ShrinkLook, atMs: number): ShrinkOrder {
    if (Math.abs(look.actualKiB - this.#atKiB) <= toleranceKiB) {
      this.#phase = 'watching'
      this.#sinceMs = atMs
      return { kind: 'wait' }
    }
    if (this.#silentFor(shrinkRules.holdMs, look, atMs)) {
      this.#phase = 'watching'
      return this.#send(look.actualKiB, atMs)
    }
    if (atMs - this.#movedAtMs < stallMs) return { kind: 'wait' }
    // A guest whose kernel finds no page for the balloon has none for its programs either.
    return this.#turn('stalled', look, atMs)
  }

  #watch(look: ShrinkLook, atMs: number): ShrinkOrder {
    if (!this.#settled(look, atMs)) return { kind: 'wait' }
    // On the way to pressed: hold until it is one or the other.
    if (look.pressure && look.momentaryPressure >= pressureLevels.pressed.enter) {
      return { kind: 'wait' }
    }
    if (this.#rushes(look)) return this.#turn('pressure', look, atMs)
    const leftKiB = this.#atKiB - this.#targetKiB
    if (leftKiB <= 0) {
      if (atMs - this.#sinceMs < shrinkRules.watchMs) return { kind: 'wait' }
      return { kind: 'end', status: 'reached', cause: null }
    }
    const wholeKiB = this.#fromKiB - this.#targetKiB
    this.#stepKiB = shrinkStepKiB(wholeKiB, leftKiB, look)
    if (!this.#begun) this.#listeningSinceMs = atMs
    this.#begun = true
    this.#phase = 'giving'
    return this.#send(this.#atKiB - this.#stepKiB, atMs)
  }

  /** Whether what the guest says is of the time after the last step. */
  #settled({ pressure, statsAtMs }: ShrinkLook, atMs: number): boolean {
    if (!this.#begun) return true
    if (!pressure && statsAtMs === null) {
      return atMs - this.#sinceMs >= shrinkRules.blindRestMs
    }
    return (
      pressure !== null &&
      statsAtMs !== null &&
      statsAtMs - this.#sinceMs >= shrinkRules.settleMs
    )
  }

  #silentFor(ms: number, { pressure, statsAtMs }: ShrinkLook, atMs: number): boolean {
    if (!this.#begun || pressure || statsAtMs === null) return false
    return atMs - Math.max(statsAtMs, this.#listeningSinceMs) >= ms
  }

  /**
   * Whether the guest's programs take memory so fast that it would be out of it before its statistics
   * are believed. Told from one rest of the balloon to the next: on its way the balloon is ahead of
   * what the guest says of itself.
   */
  #rushes({ actualKiB, usableKiB, statsAtMs }: ShrinkLook): boolean {
    if (usableKiB === null || statsAtMs === null) return false
    const before = this.#rest
    const usedKiB = actualKiB - usableKiB
    if (before?.statsAtMs === statsAtMs) return false
    this.#rest = { usedKiB, statsAtMs }
    if (!before) return false
    const perMs = (usedKiB - before.usedKiB) / (statsAtMs - before.statsAtMs)
    return perMs * shrinkRules.foresightMs > usableKiB
  }

  #turn(cause: ResizeCause, look: ShrinkLook, atMs: number): ShrinkOrder {
    this.#cause = cause
    if (!this.#begun) {
      return { kind: 'end', status: 'turned-back', cause }
    }
    this.#phase = 'going-back'
    this.#stepKiB = Math.max(this.#stepKiB, shrinkRules.leastStepKiB) * 2
    if (cause === 'silent' || nearlyOut(look)) {
      this.#stepKiB = Math.max(this.#stepKiB, (this.#fromKiB - look.actualKiB) / 2)
    }
    return this.#back(look.actualKiB + this.#stepKiB, atMs)
  }

  #goOnBack(look: ShrinkLook, atMs: number): ShrinkOrder {
    const arrived = look.actualKiB >= this.#atKiB - toleranceKiB
    if (!arrived && atMs - this.#movedAtMs < stallMs) return { kind: 'wait' }
    const end = {
      kind: 'end',
      status: 'turned-back',
      cause: this.#cause,
    } as const
    if (!arrived || this.#atKiB >= this.#fromKiB) return end
    if (atMs - this.#sinceMs < shrinkRules.backMs) return { kind: 'wait' }
    const heard = look.statsAtMs !== null && look.statsAtMs > this.#sinceMs
    if (heard && look.momentaryPressure < pressureLevels.pressed.leave) return end
    this.#stepKiB *= 2
    return this.#back(this.#atKiB + this.#stepKiB, atMs)
  }

  #back(toKiB: number, atMs: number): ShrinkOrder {
    return this.#send(Math.min(this.#fromKiB, Math.ceil(toKiB / mib) * mib), atMs)
  }

  #send(toKiB: number, atMs: number): ShrinkOrder {
    this.#atKiB = Math.trunc(toKiB)
    this.#sinceMs = atMs
    this.#movedAtMs = atMs
    return { kind: 'send', toKiB: this.#atKiB }
  }
}

/** By what the guest itself said last: old words of a shortage count, it is not over unheard. */
function nearlyOut({ momentaryPressure }: ShrinkLook): boolean {
  return momentaryPressure >= shrinkRules.criticalPressure
}
