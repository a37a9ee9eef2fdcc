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
export const leastReason = 10

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

/** What one moment is worth, by signal in the order of `signals`. Arrays: made for each guest each second. */
interface Signals {
  scores: number[]
  values: number[]
}
const atUsable = signals.indexOf('usable')
const atFaults = signals.indexOf('major-faults')
const atWait = signals.indexOf('vcpu-wait')

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

/** Writes into `into` what the figures are worth. */
function judge(figures: PressureFigures, into: Signals): void {
  const { usableKiB, totalKiB, swapInKiBps, swapOutKiBps } = figures
  const { majorFaultsPerS, vcpuWaitPercent } = figures
  const { scores, values } = into
  const share = usableShareOf(figures)
  const shown = [null, swapInKiBps, swapOutKiBps, majorFaultsPerS, vcpuWaitPercent]
  for (let at = 0; at < signals.length; at++) {
    const value = shown[at] ?? null
    scores[at] = value === null ? 0 : on(curves[signals[at]!], value)
    values[at] = value ?? 0
  }
  if (share === null) return
  scores[atUsable] = on(curves.usable, share)
  values[atUsable] = (usableKiB! / totalKiB!) * 100
  const plenty = (share - faultsInFullBelow) / (faultsLeastAbove - faultsInFullBelow)
  scores[atFaults]! *= 1 - Math.min(1, Math.max(0, plenty)) * (1 - faultsLeast)
}

function signalsOf(figures: PressureFigures): Signals {
  const fresh: Signals = { scores: signals.map(() => 0), values: signals.map(() => 0) }
  judge(figures, fresh)
  return fresh
}

/** Signs of memory add up as independent chances do; waiting for a CPU stands beside them. */
function scoreOf(scores: readonly number[]): number {
  let spared = 1
  for (let at = 0; at < scores.length; at++) {
    if (at !== atWait) spared *= 1 - scores[at]! / 100
  }
  return Math.max((1 - spared) * 100, scores[atWait]!)
}

/** The score of one moment, 0..100, without memory of the ones before. */
export function momentaryPressure(figures: PressureFigures): number {
  return Math.round(scoreOf(signalsOf(figures).scores))
}

/** Scratch of `add`: the scores as they stood. */
const before = signals.map(() => 0)

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
      .map((signal, at) => ({
        signal,
        score: Math.round(of.scores[at]!),
        value: Math.round(of.values[at]! * 10) / 10,
      }))
      .filter(({ score }) => score >= leastReason)
      .toSorted((a, b) => b.score - a.score)
    return { score: Math.round(scoreOf(of.scores)), level: this.#level, reasons }
  }

  /** As `pressure.score`; null = nothing was said yet. */
  get score(): number | null {
    return this.#smooth && Math.round(scoreOf(this.#smooth.scores))
  }

  /** As `pressure.level`; `calm` also while nothing was said. */
  get level(): PressureLevel {
    return this.#level
  }

  /** The score of the newest figures alone: a shrink waits as soon as this one rises. */
  get momentary(): number {
    return this.#momentary
  }

  /** Takes in what the guest wrote. `atMs` is monotonic. */
  add(figures: PressureFigures, atMs: number): void {
    const passedMs = Math.min(mostStepMs, Math.max(0, atMs - this.#atMs))
    this.#atMs = atMs
    if (!this.#smooth) {
      this.#smooth = signalsOf(figures)
      this.#momentary = Math.round(scoreOf(this.#smooth.scores))
    } else {
      const { scores } = this.#smooth
      scores.forEach((score, at) => (before[at] = score))
      judge(figures, this.#smooth)
      this.#momentary = Math.round(scoreOf(scores))
      const keepRising = Math.exp(-passedMs / riseMs)
      const keepFalling = Math.exp(-passedMs / fallMs)
      for (let at = 0; at < scores.length; at++) {
        const keep = scores[at]! > before[at]! ? keepRising : keepFalling
        scores[at]! += (before[at]! - scores[at]!) * keep
      }
    }
    this.#level = levelAfter(this.#level, scoreOf(this.#smooth.scores))
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
