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
  /** The guest's statistics count for a step when they came so long after the balloon got there. */
  settleMs: 500,
  /** Without statistics (forced) each step rests so long. */
  blindRestMs: 2_000,
  /** After the last step the guest is watched so long before the shrink counts as done. */
  watchMs: 10_000,
  /** After a step back, until the next one. */
  backMs: 4_000,
  /** A guest that was heard and falls silent for so long is taken for one in trouble. */
  silentMs: 20_000,
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
  const { stepShare, leastStepKiB, mostStepKiB } = shrinkRules
  const sparedKiB = look.usableKiB ?? wholeKiB / 2
  const gentle = look.pressure?.level === 'tight' ? 0.5 : 1
  const wishedKiB = Math.min(wholeKiB, sparedKiB) * stepShare * gentle
  const stepKiB = Math.min(mostStepKiB, Math.max(leastStepKiB, wishedKiB))
  // A crumb at the end is not worth a step of its own.
  if (leftKiB - stepKiB < leastStepKiB / 2) return leftKiB
  return Math.ceil(stepKiB / mib) * mib
}

/**
 * One shrink of one balloon in steps. Knows no clock and no host: `next` is told what is seen and
 * says what to do.
 *
 *   giving ──arrived──► watching ──calm──► giving …  ──target──► watching 10 s ──► reached
 *      │                   │
 *      └──── pressed, stalled, silent, taking some back ────► going-back ──► turned-back
 *
 * Going back: first to twice the last step above where the balloon is, then each time twice as far
 * until the guest is calm, at most to where the shrink began.
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
  #cause: ResizeCause | null = null

  constructor(fromKiB: number, targetKiB: number, atMs: number) {
    this.#fromKiB = fromKiB
    this.#targetKiB = targetKiB
    this.#atKiB = fromKiB
    this.#lastActualKiB = fromKiB
    this.#lowestKiB = fromKiB
    this.#movedAtMs = atMs
    this.#sinceMs = atMs
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
  }

  /** Takes in what is seen, says what to do. `atMs` is monotonic. */
  next(look: ShrinkLook, atMs: number): ShrinkOrder {
    const beforeKiB = this.#lastActualKiB
    if (look.actualKiB !== beforeKiB) this.#movedAtMs = atMs
    this.#lastActualKiB = look.actualKiB
    this.#lowestKiB = Math.min(this.#lowestKiB, look.actualKiB)
    if (this.#phase === 'going-back') return this.#goOnBack(look, atMs)
    if (look.pressure?.level === 'pressed') return this.#turn('pressure', look, atMs)
    // Only the guest's own kernel lets a balloon grow that was sent down (autodeflate).
    if (this.#begun && look.actualKiB > beforeKiB + toleranceKiB) {
      return this.#turn('took-back', look, atMs)
    }
    if (this.#silent(look, atMs)) return this.#turn('silent', look, atMs)
    return this.#phase === 'giving' ? this.#give(look, atMs) : this.#watch(look, atMs)
  }

  #give(look: ShrinkLook, atMs: number): ShrinkOrder {
    if (Math.abs(look.actualKiB - this.#atKiB) <= toleranceKiB) {
      this.#phase = 'watching'
      this.#sinceMs = atMs
      return { kind: 'wait' }
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
    const leftKiB = this.#atKiB - this.#targetKiB
    if (leftKiB <= 0) {
      if (atMs - this.#sinceMs < shrinkRules.watchMs) return { kind: 'wait' }
      return { kind: 'end', status: 'reached', cause: null }
    }
    const wholeKiB = this.#fromKiB - this.#targetKiB
    this.#stepKiB = shrinkStepKiB(wholeKiB, leftKiB, look)
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

  #silent({ pressure, statsAtMs }: ShrinkLook, atMs: number): boolean {
    if (!this.#begun || pressure || statsAtMs === null) return false
    return atMs - Math.max(statsAtMs, this.#sinceMs) >= shrinkRules.silentMs
  }

  #turn(cause: ResizeCause, look: ShrinkLook, atMs: number): ShrinkOrder {
    this.#cause = cause
    if (!this.#begun) {
      return { kind: 'end', status: 'turned-back', cause }
    }
    this.#phase = 'going-back'
    this.#stepKiB = Math.max(this.#stepKiB, shrinkRules.leastStepKiB) * 2
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
