import type {
  MigrationDetail,
  MigrationFigures,
  MigrationPhase,
} from '../contract/migration.ts'
import { figuresOf } from '../migration/figures.ts'
import type { JobFields } from '../migration/figures.ts'
import { noProgress, progressAfter } from '../migration/progress.ts'
import type { Progress } from '../migration/progress.ts'
import { VerdictWatch } from '../migration/verdict.ts'

/** How often a move is asked how far it is. */
export const followMs = 500

/** What a look at a move's statistics led to: the part of its detail that is read off. */
export type Followed = Pick<
  MigrationDetail,
  'figures' | 'progressPercent' | 'setback' | 'verdict'
>

/** Turns statistics as they come into figures, progress and verdict. Pure but for what it remembers. */
export class Follower {
  readonly #verdict: VerdictWatch
  #progress: Progress
  #figures: MigrationFigures | null = null

  /** @param before what was known when Ballast ended: the bar goes on where it was */
  constructor(startedMs: number, before: Progress = noProgress) {
    this.#verdict = new VerdictWatch(startedMs)
    this.#progress = before
  }

  get figures(): MigrationFigures | null {
    return this.#figures
  }

  /**
   * Takes in what libvirt's job says. Figures of a job that has not begun yet change nothing: libvirt
   * has none, or zeros for as long as the job is its own and QEMU was not told to migrate.
   */
  take(fields: JobFields, atMs: number): MigrationFigures | null {
    const figures = figuresOf(fields, atMs)
    if (!figures.totalBytes) return null
    this.#figures = figures
    this.#progress = progressAfter(this.#progress, figures)
    return figures
  }

  view(phase: MigrationPhase, nowMs: number, maxDowntimeMs: number | null): Followed {
    const { percent, setback } = this.#progress
    return {
      figures: this.#figures,
      progressPercent: percent,
      setback,
      verdict: this.#verdict.judge(phase, this.#figures, nowMs, maxDowntimeMs),
    }
  }

  /** It arrived: the bar is full. */
  complete(): void {
    this.#progress = { ...this.#progress, percent: 100, setback: null }
  }
}

/** The point of the job's series that figures are. */
export function pointOf(figures: MigrationFigures) {
  return {
    pass: figures.pass,
    memoryRemainingBytes: figures.memoryRemainingBytes,
    diskRemainingBytes: figures.diskRemainingBytes,
    bytesPerSecond: figures.memoryBytesPerSecond,
    dirtyBytesPerSecond: figures.dirtyBytesPerSecond,
    throttlePercent: figures.throttlePercent,
    processedBytes: figures.processedBytes,
  }
}
