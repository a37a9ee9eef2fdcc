import type { DerivedMemory, MemoryStats, SafeFloor } from '../contract/memory.ts'
import type { Pressure, PressureLevel } from '../contract/pressure.ts'
import {
  deriveLevels,
  hostSideOf,
  guestTotalKiB,
  totalFollowsBalloon,
  usableKiB,
} from './derived.ts'
import type { MemoryContext } from './derived.ts'
import { FrozenWatch } from './frozen.ts'
import { PressureGauge } from './pressure.ts'
import type { PressureFigures } from './pressure.ts'
import { PeakWindow, safeFloorOf } from './safe-floor.ts'

/** A pause of the guest's clock against ours beyond which its times are not believed. */
const clockDisagreementMs = 3_000

interface Snapshot {
  stats: MemoryStats
  atMs: number
}

const noRates = { swapInKiBps: null, swapOutKiBps: null, majorFaultsPerS: null }
const nothingDerived: DerivedMemory = {
  usedKiB: null,
  cacheKiB: null,
  kernelReserveKiB: null,
  hostCostKiB: null,
  heldCacheKiB: null,
  overheadKiB: null,
  ...noRates,
}

/**
 * Follows the statistics of one domain from sample to sample: knows when the guest last wrote them,
 * computes rates between two writes, and keeps the recent peak for the safe floor.
 *
 *   sample (tick)   s1   s2   s3   s4   s5
 *   last_update     10   10   12   12   14     the guest writes every period
 *   advanced at     s1        s3        s5     ages and rates count from here
 */
export class MemoryTracker {
  #previous: MemoryStats | null = null
  #snapshot: Snapshot | null = null
  #advancedAtMs: number | null = null
  #watchedSinceMs: number | null = null
  #actualAtStatsKiB: number | null = null
  #derived: DerivedMemory = nothingDerived
  readonly #peak = new PeakWindow()
  #floor: SafeFloor | null = null
  readonly #pressure = new PressureGauge()
  #usablePercent: number | null = null
  readonly #frozen = new FrozenWatch()

  /** Newest derived figures. */
  get derived(): DerivedMemory {
    return this.#derived
  }

  /** How far a shrink may go; null when nothing is known of the use within the last minute. */
  get floor(): SafeFloor | null {
    return this.#floor
  }

  /** How short of memory the guest is; null = it never said in this run. */
  get pressure(): Pressure | null {
    return this.#pressure.pressure
  }

  /** As `pressure.score`, at less cost. */
  get pressureScore(): number | null {
    return this.#pressure.score
  }

  /** What can still be taken, in percent of the guest's own total, as pressure counts it. */
  get usablePercent(): number | null {
    return this.#usablePercent
  }

  /** As `pressure.level`, at less cost; `calm` also while it never said. */
  get pressureLevel(): PressureLevel {
    return this.#pressure.level
  }

  /** Whether the guest repeats old figures: they stand still while its memory moves. */
  frozenAt(nowMs: number): boolean {
    return this.#frozen.frozenAt(nowMs)
  }

  /** The pressure of the guest's newest figures alone, 0..100, before any smoothing. */
  get momentaryPressure(): number {
    return this.#pressure.momentary
  }

  /** When `last_update` was seen to move, monotonic ms; null = not since it is watched. */
  get advancedAtMs(): number | null {
    return this.#advancedAtMs
  }

  /** Since when samples of this run of the domain come in, monotonic ms. */
  get watchedSinceMs(): number | null {
    return this.#watchedSinceMs
  }

  /** Whether the guest ever wrote statistics in this run. */
  get everReported(): boolean {
    return this.#snapshot !== null
  }

  /** Forgets a run of the domain: after a stop, a start, a lost connection. */
  reset(): void {
    this.#previous = null
    this.#snapshot = null
    this.#advancedAtMs = null
    this.#watchedSinceMs = null
    this.#actualAtStatsKiB = null
    this.#derived = nothingDerived
    this.#peak.clear()
    this.#floor = null
    this.#pressure.reset()
    this.#usablePercent = null
    this.#frozen.reset()
  }

  /** A new connection: ages count anew, what is known of the use stays. */
  rewatch(): void {
    this.#advancedAtMs = null
    this.#watchedSinceMs = null
  }

  /** Takes in one sample. `atMs` is monotonic. */
  add(
    stats: MemoryStats,
    atMs: number,
    facts: {
      maximumKiB: number
      autodeflate: boolean | null
      /** Its memory is of huge pages. */
      hugePages?: boolean
      /** Not the guest but its host touches its memory now: a migration. */
      filledByHost?: boolean
      /** Share of their time in which the vCPUs wait for a CPU of the host; 0..100. */
      vcpuWaitPercent?: number | null
    },
  ): void {
    this.#watchedSinceMs ??= atMs
    const previous = this.#previous
    this.#previous = stats
    if (!stats.last_update) {
      this.#derived = { ...nothingDerived, ...hostSideOf(stats, facts) }
      this.#floor = this.#updateFloor(atMs)
      return
    }
    const advanced = this.#snapshot?.stats.last_update !== stats.last_update
    const movingKiB =
      previous === null || previous.actual === null || stats.actual === null
        ? 0
        : Math.abs(stats.actual - previous.actual)
    const held = this.#derived
    let rates: Pick<DerivedMemory, keyof typeof noRates> = held
    if (advanced) {
      if (this.#snapshot) {
        rates = ratesBetween(this.#snapshot, { stats, atMs })
        this.#advancedAtMs = atMs
      } else if (previous !== null && !previous.last_update) {
        this.#advancedAtMs = atMs
      }
      this.#snapshot = { stats, atMs }
      this.#actualAtStatsKiB = stats.actual
    }
    const context: MemoryContext = { ...facts, actualAtStatsKiB: this.#actualAtStatsKiB }
    const levels = deriveLevels(stats, context)
    if (movingKiB > 1024 && held.usedKiB !== null && !this.#follows(stats, facts)) {
      // The total is made from the balloon, the rest is older: what was used a moment ago is nearer.
      levels.usedKiB = held.usedKiB
    }
    this.#derived = { ...levels, ...pickRates(rates) }
    if (advanced && levels.usedKiB !== null) this.#peak.add(levels.usedKiB, atMs)
    if (advanced) {
      const figures = {
        usableKiB: usableKiB(stats),
        totalKiB: guestTotalKiB(stats, context),
        vcpuWaitPercent: facts.vcpuWaitPercent ?? null,
        ...pickRates(rates),
      }
      this.#pressure.add(figures, atMs)
      this.#usablePercent = percentOf(figures)
      this.#frozen.add(stats, atMs, facts.filledByHost)
    }
    this.#floor = this.#updateFloor(atMs, facts.maximumKiB)
  }

  #follows(stats: MemoryStats, facts: { autodeflate: boolean | null }): boolean {
    if (stats.available === null || stats.actual === null) return true
    return totalFollowsBalloon(stats.available, stats.actual, facts.autodeflate)
  }

  #updateFloor(atMs: number, maximumKiB = Infinity): SafeFloor | null {
    return safeFloorOf(
      this.#peak.max(atMs),
      this.#derived.kernelReserveKiB ?? 0,
      maximumKiB,
      this.#floor,
    )
  }
}

function percentOf({ usableKiB: part, totalKiB }: PressureFigures): number | null {
  return part === null || !totalKiB ? null : Math.min(100, (part / totalKiB) * 100)
}

function pickRates(from: Pick<DerivedMemory, keyof typeof noRates>) {
  const { swapInKiBps, swapOutKiBps, majorFaultsPerS } = from
  return { swapInKiBps, swapOutKiBps, majorFaultsPerS }
}

/**
 * Rates between two writes of the guest. The time between them is that of `last_update`, unless a
 * clock was set in between.
 */
export function ratesBetween(before: Snapshot, after: Snapshot) {
  const oursMs = after.atMs - before.atMs
  const theirsMs = ((after.stats.last_update ?? 0) - (before.stats.last_update ?? 0)) * 1000
  const believed = theirsMs > 0 && Math.abs(theirsMs - oursMs) <= clockDisagreementMs
  const seconds = (believed ? theirsMs : oursMs) / 1000
  return {
    swapInKiBps: rate(before.stats.swap_in, after.stats.swap_in, seconds),
    swapOutKiBps: rate(before.stats.swap_out, after.stats.swap_out, seconds),
    majorFaultsPerS: rate(before.stats.major_fault, after.stats.major_fault, seconds),
  }
}

/** Counters only grow; one that shrank belongs to another boot of the guest. */
function rate(before: number | null, after: number | null, seconds: number): number | null {
  if (before === null || after === null || after < before || seconds <= 0) return null
  return (after - before) / seconds
}
