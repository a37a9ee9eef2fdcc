import type {
  Pressure,
  PressureLevel,
  PressureReason,
  PressureSignal,
} from '../contract/pressure.ts'

/** What a guest shows of its shortage at one moment; null = it does not say. */
export interface PressureFigures {
  /** MemAvailable and the guest's own total, KiB. */
  usableKiB: number | null
  totalKiB: number | null
  swapInKiBps: number | null
  swapOutKiBps: number | null
  majorFaultsPerS: number | null
  /** Share of their time in which the vCPUs would run and the host gives them no CPU; 0..100. */
  vcpuWaitPercent: number | null
}

type Curve = readonly (readonly [figure: number, score: number])[]

/*
 * What each signal alone is worth: points of a line, straight between them and level beyond them.
 * 60 is the line to `pressed`. The figures are ours, set against guests whose shortage was made on
 * purpose (pressure.test.ts, shrink.lab.test.ts).
 */
const curves = {
  /** Share of the total that can still be taken. The kernel reclaims by itself below some percent. */
  usable: [
    [0, 100],
    [0.02, 85],
    [0.04, 60],
    [0.1, 25],
    [0.2, 0],
  ],
  /** Reading back what was swapped out: somebody waits for each page. */
  'swap-in': [
    [0, 0],
    [64, 20],
    [512, 60],
    [4096, 100],
  ],
  /** Writing out may be mere tidiness: cold pages that nobody misses. */
  'swap-out': [
    [0, 0],
    [256, 15],
    [2048, 60],
    [16384, 90],
  ],
  'major-faults': [
    [10, 0],
    [100, 30],
    [500, 60],
    [3000, 90],
  ],
  /** More memory does not mend a busy host: never enough for `pressed`. */
  'vcpu-wait': [
    [10, 0],
    [50, 25],
    [90, 40],
  ],
} as const satisfies Record<PressureSignal, Curve>
const signals = Object.keys(curves) as PressureSignal[]

/** A small guest needs some room whatever its size, a huge one no share of all it has. KiB. */
const leastTotalKiB = 128 * 1024
const mostTotalKiB = 32 * 1024 * 1024
/**
 * Major faults with much memory left are programs being read from disk, not a shortage: they count
 * in full up to this share of usable memory, and least from the other on.
 */
const faultsInFullBelow = 0.1
const faultsLeastAbove = 0.3
const faultsLeast = 0.3
/** Signals below it are not named as a reason. */
const leastReason = 10

/** A shortage shows within seconds and is believed to be over only after a while. */
const riseMs = 2_000
const fallMs = 12_000
/** A pause longer than this says no more than one so long. */
const mostStepMs = 10_000

/** `enter` from below, `leave` from above: a score on the line does not flicker. */
export const pressureLevels = {
  tight: { enter: 30, leave: 20 },
  pressed: { enter: 60, leave: 45 },
} as const

type Signals = Record<PressureSignal, { score: number; value: number }>

function on(curve: Curve, figure: number): number {
  let [beforeFigure, beforeScore] = curve[0]!
  if (figure <= beforeFigure) return beforeScore
  for (const [atFigure, atScore] of curve) {
    if (figure <= atFigure) {
      const share = (figure - beforeFigure) / (atFigure - beforeFigure || 1)
      return beforeScore + share * (atScore - beforeScore)
    }
    beforeFigure = atFigure
    beforeScore = atScore
  }
  return beforeScore
}

function usableShareOf({ usableKiB, totalKiB }: PressureFigures): number | null {
  if (usableKiB === null || totalKiB === null || totalKiB <= 0) return null
  return usableKiB / Math.min(mostTotalKiB, Math.max(leastTotalKiB, totalKiB))
}

function signalsOf(figures: PressureFigures): Signals {
  const share = usableShareOf(figures)
  const { usableKiB, totalKiB } = figures
  const scored = (signal: PressureSignal, value: number | null) => ({
    score: value === null ? 0 : on(curves[signal], value),
    value: value ?? 0,
  })
  const faults = scored('major-faults', figures.majorFaultsPerS)
  const plenty =
    share === null
      ? 0
      : Math.min(
          1,
          Math.max(0, (share - faultsInFullBelow) / (faultsLeastAbove - faultsInFullBelow)),
        )
  return {
    usable: {
      score: share === null ? 0 : on(curves.usable, share),
      value: share === null ? 0 : (usableKiB! / totalKiB!) * 100,
    },
    'swap-in': scored('swap-in', figures.swapInKiBps),
    'swap-out': scored('swap-out', figures.swapOutKiBps),
    'major-faults': { ...faults, score: faults.score * (1 - plenty * (1 - faultsLeast)) },
    'vcpu-wait': scored('vcpu-wait', figures.vcpuWaitPercent),
  }
}

/** Signs of memory add up as independent chances do; waiting for a CPU stands beside them. */
function scoreOf(of: Signals): number {
  let spared = 1
  for (const signal of signals) {
    if (signal !== 'vcpu-wait') spared *= 1 - of[signal].score / 100
  }
  return Math.max((1 - spared) * 100, of['vcpu-wait'].score)
}

/** The score of one moment, 0..100, without memory of the ones before. */
export function momentaryPressure(figures: PressureFigures): number {
  return Math.round(scoreOf(signalsOf(figures)))
}

/**
 * How short of memory one guest is: a score with its reasons, that rises within seconds, falls slowly
 * and changes its level with hysteresis. Feed it each new writing of the guest's statistics.
 *
 *   score 100 ┤        ╭──╮
 *          60 ┤-------╭╯--╰-╮------------- pressed from here …
 *          45 ┤------╭╯-----╰──╮---------- … until here
 *           0 ┼──────╯         ╰────────
 */
export class PressureGauge {
  #smooth: Signals | null = null
  #momentary = 0
  #level: PressureLevel = 'calm'
  #atMs = 0

  /** null = nothing was said yet in this run of the guest. */
  get pressure(): Pressure | null {
    if (!this.#smooth) return null
    const of = this.#smooth
    const reasons: PressureReason[] = signals
      .map((signal) => ({
        signal,
        score: Math.round(of[signal].score),
        value: Math.round(of[signal].value * 10) / 10,
      }))
      .filter(({ score }) => score >= leastReason)
      .toSorted((a, b) => b.score - a.score)
    return { score: Math.round(scoreOf(of)), level: this.#level, reasons }
  }

  /** The score of the newest figures alone: a shrink waits as soon as this one rises. */
  get momentary(): number {
    return this.#momentary
  }

  /** Takes in what the guest wrote. `atMs` is monotonic. */
  add(figures: PressureFigures, atMs: number): void {
    const now = signalsOf(figures)
    const before = this.#smooth
    const passedMs = Math.min(mostStepMs, Math.max(0, atMs - this.#atMs))
    this.#atMs = atMs
    this.#momentary = Math.round(scoreOf(now))
    if (before) {
      for (const signal of signals) {
        const rises = now[signal].score > before[signal].score
        const keep = Math.exp(-passedMs / (rises ? riseMs : fallMs))
        now[signal].score += (before[signal].score - now[signal].score) * keep
      }
    }
    this.#smooth = now
    this.#level = levelAfter(this.#level, scoreOf(now))
  }

  /** Another run of the guest: nothing of before holds. */
  reset(): void {
    this.#smooth = null
    this.#momentary = 0
    this.#level = 'calm'
  }
}

function levelAfter(level: PressureLevel, score: number): PressureLevel {
  const { tight, pressed } = pressureLevels
  if (score >= (level === 'pressed' ? pressed.leave : pressed.enter)) return 'pressed'
  if (score >= (level === 'calm' ? tight.enter : tight.leave)) return 'tight'
  return 'calm'
}
