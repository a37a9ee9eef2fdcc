import type {
  MigrationDetail,
  MigrationFigures,
  MigrationPhase,
  MigrationResult,
} from '../contract/migration.ts'
import { figuresOf } from '../migration/figures.ts'
import type { JobFields } from '../migration/figures.ts'
import type { LifeBefore } from './check-guest.ts'
import { controlsOf } from './controls.ts'
import { Follower, pointOf } from './follower.ts'
import { commandOf } from './move-order.ts'
import type { MoveOrder, RememberedMove } from './move-order.ts'
import type { MoveFacts } from './settlement.ts'

/** What a move needs of its job: the part of JobHandle<'migration'> that it uses. */
export interface MoveJob {
  readonly id: string
  readonly signal: AbortSignal
  readonly stopReason: 'cancel' | 'shutdown' | null
  detail(detail: MigrationDetail): void
  point(values: ReturnType<typeof pointOf>, atMs?: number): void
  log(text: string, level?: 'info' | 'warn' | 'error'): void
  remember(value: unknown): void
  progress(progress: { done: number; total: number; unit: 'percent' } | null): void
  expectEnd(atMs: number | null): void
  cancellation(cancel: 'source' | { blocked: 'post-copy' | 'finishing' }): void
}

export interface RecordListener {
  /** The move is in another phase, or further: the fleet shows it. */
  changed(detail: MigrationDetail): void
  /** Whether the source can be told what to do now. */
  connected(): boolean
}

/** What is known of a move so far: kept for a restart, told to its job and to the fleet. */
export class MoveRecord {
  readonly order: MoveOrder
  readonly job: MoveJob
  readonly #told: RecordListener
  readonly #startedMs: number
  readonly #follower: Follower
  /** null until the hosts were asked. */
  facts: MoveFacts | null
  life: LifeBefore
  limits: { maxDowntimeMs: number | null; maxSpeedMiBps: number | null }
  /** Both halves of the guest stand still: a post-copy whose link broke. */
  postCopyFailed = false
  #phase: MigrationPhase = 'waiting'
  #steering: MigrationDetail['steering'] = []
  #completed: MigrationFigures | null = null
  #result: MigrationResult | null = null

  constructor(
    job: MoveJob,
    order: MoveOrder,
    told: RecordListener,
    remembered: RememberedMove | null,
  ) {
    this.order = order
    this.job = job
    this.#told = told
    this.#startedMs = remembered?.startedMs ?? Date.now()
    this.facts = remembered?.facts ?? null
    this.life = order.life
    this.#follower = new Follower(this.#startedMs, {
      percent: remembered?.percent ?? 0,
      setback: null,
      remainingBytes: null,
    })
    const { bandwidthMiBps, maxDowntimeMs } = order.options
    this.limits = { maxDowntimeMs, maxSpeedMiBps: bandwidthMiBps }
  }

  get phase(): MigrationPhase {
    return this.#phase
  }

  get result(): MigrationResult | null {
    return this.#result
  }

  /** libvirt's completed statistics, once an event brought them. */
  get completed(): MigrationFigures | null {
    return this.#completed
  }

  get detail(): MigrationDetail {
    const { order } = this
    const { source, target, options } = order
    return {
      id: this.job.id,
      external: false,
      by: order.by,
      uuid: order.uuid,
      name: order.name,
      source: source.host,
      sourceName: source.name,
      target: target.host,
      targetName: target.name,
      operation: 'migration-out',
      options,
      command: commandOf(order),
      startedMs: this.#startedMs,
      endedMs: this.#result ? Date.now() : null,
      phase: this.#phase,
      ...this.#follower.view(this.#phase, Date.now(), this.limits.maxDowntimeMs),
      bandwidthMiBps: this.limits.maxSpeedMiBps,
      maxDowntimeMs: this.limits.maxDowntimeMs,
      controls: controlsOf(this.#phase, {
        options,
        connected: this.#told.connected(),
        postCopyFailed: this.postCopyFailed,
      }),
      steering: this.#steering,
      forecast: order.forecast,
      result: this.#result,
    }
  }

  /** Whether memory is on its way. */
  get sends(): boolean {
    return this.#phase === 'perform' || this.#phase === 'post-copy'
  }

  get abortedByControl(): boolean {
    return this.#steering.some(
      ({ control, error }) => control === 'abort' && error === null,
    )
  }

  enter(phase: MigrationPhase): void {
    if (this.#phase === phase && phase !== 'waiting') return
    // After the switch the target is told to finish at once, and answers when the last page is there.
    if (this.#phase === 'post-copy' && phase === 'finish') return
    this.#phase = phase
    if (phase === 'post-copy') this.job.cancellation({ blocked: 'post-copy' })
    else if (phase === 'begin' || phase === 'prepare' || phase === 'perform') {
      this.job.cancellation('source')
    } else if (phase !== 'waiting') this.job.cancellation({ blocked: 'finishing' })
    this.remember()
    this.publish()
  }

  /** Takes in statistics of the job as it runs. */
  take(fields: JobFields): void {
    const figures = this.#follower.take(fields, Date.now())
    if (figures) this.job.point(pointOf(figures), figures.atMs)
  }

  takeCompleted(fields: JobFields): void {
    if (Number(fields['memory_total'] ?? 0) > 0)
      this.#completed = figuresOf(fields, Date.now())
  }

  steered(entry: MigrationDetail['steering'][number]): void {
    this.#steering = [...this.#steering, entry].slice(-100)
    const words = entry.value ? `${entry.control} ${entry.value}` : entry.control
    this.job.log(`${entry.by}: ${words}${entry.error ? `: ${entry.error}` : ''}`)
    this.publish()
  }

  /** Writes down what a later Ballast needs to go on; nothing before the facts are known. */
  remember(): void {
    if (!this.facts) return
    const remembered: RememberedMove = {
      order: { ...this.order, life: this.life },
      facts: this.facts,
      phase: this.#phase,
      startedMs: this.#startedMs,
      percent: this.detail.progressPercent,
    }
    this.job.remember(remembered)
  }

  publish(): void {
    const { detail } = this
    this.job.detail(detail)
    const { progressPercent: done, verdict } = detail
    this.job.progress({ done, total: 100, unit: 'percent' })
    this.job.expectEnd(verdict.endsAtMs)
    this.#told.changed(detail)
  }

  finish(result: MigrationResult): void {
    this.#result = result
    this.#phase = 'ended'
    if (result.where === 'target') this.#follower.complete()
    this.publish()
  }
}
