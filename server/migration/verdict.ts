import type {
  MigrationFigures,
  MigrationPhase,
  MigrationVerdict,
} from '../contract/migration.ts'

const MiB = 2 ** 20
/** Bytes that do not move for so long: the link does not carry any more. */
const stalledMs = 5_000
/** A pass that begins with less than this share of the best one before is a step ahead. */
const betterShare = 0.9
/** So many passes without a step ahead, and it is stuck. */
const patiencePasses = 2
/** A guest that dirties this share of what the link gives is not caught up with. */
const hopelessShare = 0.95

/** One pass, as it began. */
interface Pass {
  pass: number
  startBytes: number
  atMs: number
}

/**
 * Follows a migration and judges it: converging, or stuck since when and why. Fed with every figures
 * that come; holds a few numbers, no history.
 *
 * QEMU sends in passes. What the guest writes meanwhile is what the next pass begins with, so it comes
 * nearer to its end exactly when passes begin with less and less; it ends when what is left can be sent
 * within the allowed downtime.
 */
export class VerdictWatch {
  readonly #startedMs: number
  #kind: MigrationVerdict['kind'] = 'starting'
  #sinceMs: number
  #best: Pass | null = null
  #current: Pass | null = null
  #movedAtMs: number | null = null
  #movedBytes = -1
  #wasStuck = false

  constructor(startedMs: number) {
    this.#startedMs = startedMs
    this.#sinceMs = startedMs
  }

  /** The verdict with `figures` as the newest; `maxDowntimeMs` null = QEMU's 300. */
  judge(
    phase: MigrationPhase,
    figures: MigrationFigures | null,
    nowMs: number,
    maxDowntimeMs: number | null,
  ): MigrationVerdict {
    if (figures) this.#notePass(figures)
    if (figures) this.#noteMovement(figures)
    const kind = this.#kindOf(phase, figures, nowMs)
    if (kind !== this.#kind) {
      this.#kind = kind
      this.#sinceMs = this.#beginOf(kind, nowMs)
    }
    if (phase === 'perform') this.#wasStuck = kind === 'stuck'
    const link = figures?.memoryBytesPerSecond ?? null
    const dirty = figures?.dirtyBytesPerSecond ?? null
    const start = this.#current?.startBytes ?? null
    const later = (this.#current?.pass ?? 0) > 1 && link !== null && link > 0
    const chasing = kind === 'converging' || kind === 'stuck'
    return {
      kind,
      sinceMs: this.#sinceMs,
      dirtyMiBps: dirty === null ? null : toMiB(dirty),
      linkMiBps: link === null ? null : toMiB(link),
      neededDowntimeMs:
        chasing && later && start !== null ? Math.ceil((start / link) * 1_000) : null,
      neededThrottlePercent: kind === 'stuck' && later ? neededThrottle(dirty, link) : null,
      wasStuck: this.#wasStuck,
      endsAtMs: this.#endOf(kind, figures, nowMs, maxDowntimeMs ?? 300),
    }
  }

  #notePass({ pass, memoryRemainingBytes, atMs }: MigrationFigures): void {
    if (pass === null || memoryRemainingBytes === null) return
    if (this.#current?.pass === pass) {
      // The first look at a pass comes late: its begin is the most that was seen in it.
      this.#current.startBytes = Math.max(this.#current.startBytes, memoryRemainingBytes)
      return
    }
    const ended = this.#current
    this.#current = { pass, startBytes: memoryRemainingBytes, atMs }
    if (!ended || ended.pass < 2) return
    if (!this.#best || ended.startBytes < this.#best.startBytes * betterShare) {
      this.#best = ended
    }
  }

  #noteMovement({ processedBytes, diskProcessedBytes, atMs }: MigrationFigures): void {
    const moved = (processedBytes ?? 0) + (diskProcessedBytes ?? 0)
    if (moved === this.#movedBytes) return
    this.#movedBytes = moved
    this.#movedAtMs = atMs
  }

  #kindOf(
    phase: MigrationPhase,
    figures: MigrationFigures | null,
    nowMs: number,
  ): MigrationVerdict['kind'] {
    if (phase === 'ended') return 'ended'
    if (phase === 'finish' || phase === 'confirm' || phase === 'check') return 'switching'
    if (phase !== 'perform' && phase !== 'post-copy') return 'starting'
    if (!figures || figures.totalBytes === null) return 'starting'
    if (this.#movedAtMs !== null && nowMs - this.#movedAtMs >= stalledMs) return 'stalled'
    if (phase === 'post-copy') return 'post-copy'
    if ((figures.diskRemainingBytes ?? 0) > 0 && (figures.pass ?? 0) === 0) {
      return 'copying-disks'
    }
    const current = this.#current
    if (!current || current.pass === 0) return 'starting'
    if (current.pass === 1) return 'first-pass'
    return this.#stuck(current, figures) ? 'stuck' : 'converging'
  }

  #stuck(current: Pass, figures: MigrationFigures): boolean {
    const best = this.#best
    if (best && current.startBytes < best.startBytes * betterShare) return false
    if (best && current.pass - best.pass > patiencePasses) return true
    const { dirtyBytesPerSecond: dirty, memoryBytesPerSecond: link } = figures
    // No step ahead yet in three passes, or already plain by the two rates.
    return (
      current.pass > 3 &&
      dirty !== null &&
      link !== null &&
      link > 0 &&
      dirty >= link * hopelessShare
    )
  }

  /** Stuck since the last step ahead, stalled since the last byte; else since now. */
  #beginOf(kind: MigrationVerdict['kind'], nowMs: number): number {
    if (kind === 'stuck') return this.#best?.atMs ?? this.#startedMs
    if (kind === 'stalled') return this.#movedAtMs ?? nowMs
    return nowMs
  }

  #endOf(
    kind: MigrationVerdict['kind'],
    figures: MigrationFigures | null,
    nowMs: number,
    maxDowntimeMs: number,
  ): number | null {
    if (!figures) return null
    const { remainingBytes, memoryRemainingBytes, dirtyBytesPerSecond } = figures
    const link = figures.memoryBytesPerSecond
    if (kind === 'copying-disks') {
      const rate = figures.diskBytesPerSecond
      return rate ? nowMs + ((figures.diskRemainingBytes ?? 0) / rate) * 1_000 : null
    }
    if (!link || remainingBytes === null || memoryRemainingBytes === null) return null
    if (kind === 'first-pass' || kind === 'post-copy') {
      return nowMs + (memoryRemainingBytes / link) * 1_000
    }
    if (kind !== 'converging') return null
    const dirty = dirtyBytesPerSecond ?? 0
    if (dirty >= link) return null
    const allowed = (link * maxDowntimeMs) / 1_000
    // The passes shrink by dirty/link each: their sum is what is left now over what is gained a second.
    const left = Math.max(0, memoryRemainingBytes - allowed)
    return nowMs + (left / (link - dirty)) * 1_000
  }
}

/**
 * At which braking the guest dirties less than the link gives, with a tenth to spare; %. QEMU counts a
 * page once a pass however often it is written: a guest that goes round in its working set looks as fast
 * as the link, whatever it really writes, and then nothing can be said.
 */
function neededThrottle(dirty: number | null, link: number): number | null {
  if (!dirty || dirty < link * 1.15) return null
  const percent = Math.ceil((1 - (link * 0.9) / dirty) * 100)
  return percent <= 0 ? null : Math.min(99, percent)
}

function toMiB(bytes: number): number {
  return Math.round((bytes / MiB) * 10) / 10
}
