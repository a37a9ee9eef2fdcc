import { setTimeout as sleep } from 'node:timers/promises'

import type {
  MigrationControl,
  MigrationDetail,
  MigrationFigures,
  MigrationOptions,
  MigrationPhase,
  MigrationResult,
} from '../contract/migration.ts'
import { ProblemError } from '../contract/problem.ts'
import { virshLine } from '../contract/virsh-line.ts'
import { migrateLine, peerUriFrom } from '../contract/virsh-migrate.ts'
import { isLibvirtError } from '../libvirt/errors.ts'
import { figuresOf } from '../migration/figures.ts'
import type { JobFields } from '../migration/figures.ts'
import { findHiddenCause, causeWords, isHidden, libvirtPartOf } from './cause.ts'
import { checkGuest } from './check-guest.ts'
import type { LifeBefore } from './check-guest.ts'
import { controlLine, controlsOf, controlValue } from './controls.ts'
import { driveDirect, MoveFailed } from './direct.ts'
import type { DriveOrder } from './direct.ts'
import { Follower, followMs, pointOf } from './follower.ts'
import type { MoveEnd, MoveEvent, OpenMoveEnd } from './move-end.ts'
import { callOf } from './parameters.ts'
import { settleMove } from './settle.ts'
import type { Ends, Settled } from './settle.ts'
import type { MoveFacts } from './settlement.ts'

export interface MoveHost {
  host: string
  name: string
  uri: string
}

/** What is to be moved, from where to where, and how. Plain JSON: it is kept with the job. */
export interface MoveOrder {
  uuid: string
  name: string
  source: MoveHost
  target: MoveHost
  options: MigrationOptions
  by: string | null
  forecast: Record<string, unknown> | null
  life: LifeBefore
}

/** What is kept for a restart of Ballast. */
export interface RememberedMove {
  order: MoveOrder
  facts: MoveFacts
  phase: MigrationPhase
  startedMs: number
  percent: number
}

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

export interface MoveSurroundings {
  openEnd: OpenMoveEnd
  /** The move is in another phase, or further: the fleet shows it. */
  changed(detail: MigrationDetail): void
}

/** Why the job ends as it does, when it is not done. `detail.result` has been set. */
export class MoveEnded extends Error {
  readonly result: MigrationResult

  constructor(result: MigrationResult) {
    super(result.cause ?? 'The move came to nothing.')
    this.name = 'MoveEnded'
    this.result = result
  }
}

const connectMs = 20_000
const resumePollMs = 2_000

/**
 * One move from its first connection to its end: drives it or lets the source's daemon drive, follows
 * it, takes what people do to it meanwhile, and sees to it that the guest is in one place afterwards.
 */
export class Move {
  readonly order: MoveOrder
  readonly #job: MoveJob
  readonly #around: MoveSurroundings
  readonly #startedMs: number
  #facts: MoveFacts | null = null
  #life: LifeBefore
  #follower: Follower
  #source: MoveEnd | null = null
  #target: MoveEnd | null = null
  #phase: MigrationPhase = 'waiting'
  #looking = false
  #timer: NodeJS.Timeout | null = null
  #completed: MigrationFigures | null = null
  #limits: { maxDowntimeMs: number | null; maxSpeedMiBps: number | null }
  #steering: MigrationDetail['steering'] = []
  #postCopyFailed = false
  /** Resolved by the control `resume`. */
  #resume = Promise.withResolvers<void>()
  #result: MigrationResult | null = null
  #lostTarget: Error | null = null
  #leaving = false
  #saidBreak = false

  constructor(
    job: MoveJob,
    order: MoveOrder,
    around: MoveSurroundings,
    remembered: RememberedMove | null = null,
  ) {
    this.order = order
    this.#job = job
    this.#around = around
    this.#startedMs = remembered?.startedMs ?? Date.now()
    this.#facts = remembered?.facts ?? null
    this.#life = order.life
    this.#follower = new Follower(this.#startedMs, {
      percent: remembered?.percent ?? 0,
      setback: null,
      remainingBytes: null,
    })
    const { bandwidthMiBps, maxDowntimeMs } = order.options
    this.#limits = { maxDowntimeMs, maxSpeedMiBps: bandwidthMiBps }
  }

  get id(): string {
    return this.#job.id
  }

  get phase(): MigrationPhase {
    return this.#phase
  }

  get detail(): MigrationDetail {
    const { order } = this
    const { source, target, options } = order
    return {
      id: this.#job.id,
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
      ...this.#follower.view(this.#phase, Date.now(), this.#limits.maxDowntimeMs),
      bandwidthMiBps: this.#limits.maxSpeedMiBps,
      maxDowntimeMs: this.#limits.maxDowntimeMs,
      controls: controlsOf(this.#phase, {
        options,
        connected: this.#source !== null,
        postCopyFailed: this.#postCopyFailed,
      }),
      steering: this.#steering,
      forecast: order.forecast,
      result: this.#result,
    }
  }

  /**
   * Moves the domain.
   *
   * @throws ProblemError when it cannot even begin; MoveEnded when it came to nothing
   */
  async run(): Promise<MigrationResult> {
    this.#job.cancellation('source')
    const onAbort = () => this.#stop()
    this.#job.signal.addEventListener('abort', onAbort, { once: true })
    try {
      this.#enter('waiting')
      await this.#check()
      this.#remember()
      this.#beginFollowing()
      return await this.#drive(false)
    } finally {
      this.#job.signal.removeEventListener('abort', onAbort)
      await this.#end()
    }
  }

  /** Goes on with, or puts right, what was under way when Ballast ended. */
  async recover(): Promise<MigrationResult> {
    const onAbort = () => this.#stop()
    this.#job.signal.addEventListener('abort', onAbort, { once: true })
    try {
      this.#enter('recover')
      if (this.order.options.way === 'peer-to-peer') await this.#followToItsEnd()
      return await this.#conclude(null)
    } finally {
      this.#job.signal.removeEventListener('abort', onAbort)
      await this.#end()
    }
  }

  /** Ballast is being stopped: what goes on alone is left, the rest is ended. */
  leave(): void {
    this.#leaving = true
    this.#stop()
  }

  /** @throws ProblemError not_allowed_in_state, or what libvirt said */
  async control(request: MigrationControl, by: string): Promise<string | null> {
    const { order } = this
    const host = order.source.host
    const command = controlLine(request, order.source.uri, order)
    const blocked = this.detail.controls[request.control] ?? null
    const source = this.#source
    if (blocked || !source) {
      throw new ProblemError('not_allowed_in_state', {
        host,
        command: command ?? undefined,
        detail: controlRefused[blocked ?? 'host-offline'],
      })
    }
    const entry: MigrationDetail['steering'][number] = {
      atMs: Date.now(),
      by,
      control: request.control,
      value: controlValue(request),
      command,
      error: null,
    }
    try {
      await this.#steer(source, request)
    } catch (error) {
      entry.error = causeWords(error)
      throw error
    } finally {
      this.#steering = [...this.#steering, entry].slice(-100)
      const words = entry.value ? `${entry.control} ${entry.value}` : entry.control
      this.#job.log(`${by}: ${words}${entry.error ? `: ${entry.error}` : ''}`)
      this.#publish()
    }
    return command
  }

  async #steer(source: MoveEnd, request: MigrationControl): Promise<void> {
    const { uuid } = this.order
    switch (request.control) {
      case 'bandwidth':
        await source.setMaxSpeed(uuid, request.mibPerSecond, request.postCopy)
        if (!request.postCopy) {
          this.#limits = { ...this.#limits, maxSpeedMiBps: request.mibPerSecond }
        }
        return
      case 'downtime':
        await source.setMaxDowntime(uuid, request.ms)
        this.#limits = { ...this.#limits, maxDowntimeMs: request.ms }
        return
      case 'throttle':
        return await source.setThrottle(uuid, request.incrementPercent, request.maxPercent)
      case 'post-copy':
        await source.startPostCopy(uuid)
        return
      case 'abort':
        return await source.abortJob(uuid)
      case 'resume':
        this.#resume.resolve()
    }
  }

  /** What can be known to be wrong before anything is sent; and what must be known afterwards. */
  async #check(): Promise<void> {
    const { uuid, name, source, target, options } = this.order
    const here = await (await this.#reach('source')).domain(uuid)
    if (!here) {
      throw new ProblemError('not_found', {
        host: source.host,
        detail: `Host ${source.name} does not know domain ${name} any more.`,
      })
    }
    const end = await this.#reach('target')
    const there = await end.domain(uuid)
    const off = here.state === 'shutoff' || here.state === 'crashed'
    if (off !== options.offline) {
      throw new ProblemError('not_allowed_in_state', {
        host: source.host,
        detail: off
          ? `Domain ${name} is shut off: only its definition can be moved (offline).`
          : `Domain ${name} runs: an offline move is for one that is shut off.`,
      })
    }
    if (there && there.state !== 'shutoff' && there.state !== 'crashed') {
      throw new ProblemError('conflict', {
        host: target.host,
        detail: `A domain with the same uuid runs on ${target.name} already.`,
      })
    }
    const arrivesAs = options.destinationName ?? name
    const namesake = await end.uuidOf(arrivesAs)
    if (namesake !== null && namesake !== uuid) {
      throw new ProblemError('conflict', {
        host: target.host,
        detail: `Another domain on ${target.name} is named ${arrivesAs}.`,
        remedy: 'Give it another name on the target, or rename one of the two.',
      })
    }
    this.#facts = {
      wasPaused: here.state === 'paused',
      offline: off,
      direct: options.way === 'direct',
      undefineSource: options.undefineSource,
      persistent: options.persistent,
      targetKnewIt: there?.persistent === true,
    }
    if (off) return
    const from = await this.#reach('source')
    this.#life = { ...this.#life, agent: (await from.agentAnswers(uuid)) === true }
    if (options.maxDowntimeMs !== null) {
      await from.setMaxDowntime(uuid, options.maxDowntimeMs).catch((error: unknown) => {
        throw new MoveFailed('begin', error)
      })
    }
    const limits = await from.limits(uuid)
    this.#limits = {
      maxDowntimeMs: options.maxDowntimeMs ?? limits.maxDowntimeMs,
      maxSpeedMiBps: options.bandwidthMiBps ?? limits.maxSpeedMiBps,
    }
  }

  async #drive(resume: boolean): Promise<MigrationResult> {
    const failure = await this.#driveOnce(resume).then(
      () => null,
      (error: unknown) =>
        error instanceof MoveFailed ? error : new MoveFailed('begin', error),
    )
    if (failure) this.#job.log(`${failure.phase}: ${causeWords(failure.cause)}`, 'warn')
    return await this.#conclude(failure, failure === null && this.#phase !== 'recover')
  }

  async #driveOnce(resume: boolean): Promise<void> {
    const source = await this.#reach('source')
    const target = await this.#reach('target')
    const order: DriveOrder = {
      uuid: this.order.uuid,
      name: this.order.name,
      options: this.order.options,
      resume,
      phase: (phase) => this.#enter(phase),
      stopped: () => this.#job.signal.aborted || this.#leaving,
    }
    if (this.order.options.way === 'direct') {
      // With the target's connection its daemon throws away what arrived: no use in sending on.
      void target.closed.then((reason) => {
        if (this.#phase !== 'perform' || this.#result) return
        this.#lostTarget = reason
        this.#job.log(`Lost the connection to ${this.order.target.name}`, 'warn')
        void source.abortJob(this.order.uuid).catch((error: unknown) => {
          this.#job.log(`Could not end it on the source: ${causeWords(error)}`, 'warn')
        })
      })
      await driveDirect(source, target, order)
      return
    }
    const { set, params } = callOf(this.order.options)
    const uri = this.order.options.peerUri ?? peerUriFrom(this.order.target.uri)
    if (uri === null) {
      throw new MoveFailed('begin', new Error('The target has no URI for other hosts.'))
    }
    this.#enter('perform')
    try {
      await source.performPeerToPeer(this.order.uuid, uri, params, {
        ...set,
        postCopyResume: resume,
      })
    } catch (error) {
      if (isLibvirtError(error)) throw new MoveFailed(this.#phase, error)
      // The source's daemon goes on without us, if it still lives.
      this.#job.log(`Lost the connection to ${this.order.source.name}`, 'warn')
      this.#enter('recover')
      await this.#followToItsEnd()
    }
  }

  /** Waits until no job has the domain on the source any more, and reads its figures meanwhile. */
  async #followToItsEnd(): Promise<void> {
    for (;;) {
      if (this.#leaving) throw new MoveLeft()
      try {
        const source = await this.#reach('source')
        const here = await source.domain(this.order.uuid)
        if (here?.job !== 'migration-out') return
        if (this.#phase === 'recover') {
          this.#enter(here.reason === 'postcopy' ? 'post-copy' : 'perform')
          this.#beginFollowing()
        }
      } catch {
        // Not reachable now: whether it still runs is seen when it is again.
        if (this.#phase !== 'recover') this.#enter('recover')
      }
      await sleep(followMs)
    }
  }

  /** Sees to it that the guest is in one place, finds out where, whether it lives, and says so. */
  async #conclude(failure: MoveFailed | null, ended = false): Promise<MigrationResult> {
    if (this.#leaving && this.order.options.way === 'peer-to-peer') throw new MoveLeft()
    const facts = this.#facts
    const { options } = this.order
    if (!facts) throw failure?.cause ?? new Error('The move never began.')
    const hidden = failure !== null && isHidden(failure.cause)
    if (failure || this.#phase === 'recover') this.#enter('recover')
    // Daemons let go of what is half done only when the connection that began it ends.
    if (failure && options.way === 'direct') await this.#hangUp()
    const settled = await settleMove(this.#ends, {
      uuid: this.order.uuid,
      facts,
      ended,
      say: (text, level) => this.#job.log(text, level),
    })
    if (settled.postCopyFailed) return await this.#afterPostCopyFailed(failure)
    for (const left of settled.leftovers) this.#job.log(`Left over: ${left}`, 'warn')
    const final = await this.#finalFigures(settled)
    if (settled.where === 'target') {
      if (failure) {
        const what = facts.offline ? 'definition is' : 'guest runs'
        this.#job.log(`The ${what} on the target all the same`, 'info')
      }
      return await this.#arrived(final, settled)
    }
    const stopped = this.#job.stopReason !== null || this.#abortedByControl()
    const left = this.#leaving && !stopped
    const found =
      hidden && settled.where === 'source'
        ? await findHiddenCause(this.#ends, this.order, failure?.cause)
        : null
    const result: MigrationResult = {
      ...numbersOf(final),
      outcome: stopped
        ? 'aborted'
        : settled.where === 'source'
          ? failure && !left
            ? 'failed'
            : 'interrupted'
          : 'unclear',
      where: settled.where,
      cause: this.#causeOf(failure, settled, found),
      libvirt: libvirtPartOf(failure?.cause),
      check: null,
    }
    this.#finish(result)
    throw new MoveEnded(result)
  }

  #abortedByControl(): boolean {
    return this.#steering.some(
      ({ control, error }) => control === 'abort' && error === null,
    )
  }

  #causeOf(failure: MoveFailed | null, settled: Settled, found: string | null): string {
    const { source, target, name } = this.order
    const where = {
      source: this.#facts?.offline
        ? `Domain ${name} is defined on ${source.name}, as before.`
        : `The guest runs on ${source.name}, as before.`,
      target: `The guest runs on ${target.name}.`,
      both: `Domain ${name} runs on both hosts: end one of the two before its disks are damaged.`,
      nowhere: `Domain ${name} runs on neither host now; start it on ${source.name}.`,
      unknown: `Where domain ${name} runs could not be found out.`,
    }[settled.where]
    const why = this.#leaving
      ? 'Ballast was stopped, and ended the move that it drove.'
      : this.#lostTarget
        ? `The connection to ${target.name} was lost (${causeWords(this.#lostTarget)}), so it was ended.`
        : failure
          ? causeWords(failure.cause)
          : 'Ballast ended while it drove this move; libvirt ended it with the connection.'
    const words = [why, found, where, ...settled.leftovers].filter((text) => text !== null)
    return words.map((text) => (/[.!?]$/.test(text) ? text : `${text}.`)).join(' ')
  }

  /** It is on the target: does the guest live there? */
  async #arrived(
    final: MigrationFigures | null,
    settled: Settled,
  ): Promise<MigrationResult> {
    const { options, target, uuid } = this.order
    const live =
      options.live && !options.offline && !options.paused && !this.#facts?.wasPaused
    const arrived: MigrationResult = {
      ...numbersOf(final),
      outcome: 'moved',
      where: 'target',
      cause: settled.leftovers.length > 0 ? settled.leftovers.join(' ') : null,
      libvirt: null,
      check: null,
    }
    if (!live) {
      this.#finish(arrived)
      return arrived
    }
    this.#enter('check')
    // It has moved whatever the check says: a stop of the job changes nothing any more.
    const check = await checkGuest(
      () => this.#reach('target'),
      uuid,
      this.#life,
      new AbortController().signal,
    )
    const result: MigrationResult = check.answers
      ? { ...arrived, check }
      : {
          ...arrived,
          check,
          outcome: 'arrived-silent',
          cause:
            `It arrived on ${target.name}, but does not answer: ` +
            `${silentWords(check)}. Look at its console; reset it if it hangs.`,
        }
    this.#finish(result)
    if (!check.answers) throw new MoveEnded(result)
    return result
  }

  async #afterPostCopyFailed(failure: MoveFailed | null): Promise<MigrationResult> {
    this.#postCopyFailed = true
    this.#enter('post-copy')
    this.#job.log(
      `The way between the hosts broke while the memory still followed: part of it is on ` +
        `${this.order.source.name}, part on ${this.order.target.name}. The guest stands still; do not ` +
        'end it on either side. Mend the link, then resume.',
      'error',
    )
    this.#resume = Promise.withResolvers<void>()
    for (;;) {
      const resumed = await Promise.race([
        this.#resume.promise.then(() => true),
        sleep(resumePollMs, false),
      ])
      if (this.#leaving) throw new MoveLeft()
      if (resumed) {
        this.#postCopyFailed = false
        return await this.#drive(true)
      }
      // Somebody may have resumed it by virsh, or ended it.
      const now = await Promise.all([this.#look('source'), this.#look('target')])
      if (now.every((seen) => seen !== 'failed')) {
        this.#postCopyFailed = false
        return await this.#conclude(failure)
      }
    }
  }

  async #look(end: 'source' | 'target'): Promise<'failed' | 'else'> {
    try {
      const seen = await (await this.#reach(end)).domain(this.order.uuid)
      return seen?.reason === 'postcopy-failed' ? 'failed' : 'else'
    } catch {
      return 'failed'
    }
  }

  /** libvirt's completed statistics: from the event, or from whichever host keeps them. */
  async #finalFigures({ where }: Settled): Promise<MigrationFigures | null> {
    if (this.#completed || where !== 'target') return this.#completed
    for (const end of ['source', 'target'] as const) {
      try {
        const stats = await (await this.#reach(end)).completedStats(this.order.uuid)
        if (stats && Number(stats.params['memory_total'] ?? 0) > 0) {
          return figuresOf(stats.params, Date.now())
        }
      } catch {
        // The source forgets a domain that it does not define any more.
      }
    }
    return null
  }

  readonly #ends: Ends = {
    source: () => this.#reach('source'),
    target: () => this.#reach('target'),
  }

  async #reach(which: 'source' | 'target'): Promise<MoveEnd> {
    const known = which === 'source' ? this.#source : this.#target
    if (known) return known
    const { uri } = this.order[which]
    const end = await this.#around.openEnd(uri, AbortSignal.timeout(connectMs))
    if (which === 'source') this.#source = end
    else this.#target = end
    void end.closed.then(() => {
      if (this.#source === end) this.#source = null
      if (this.#target === end) this.#target = null
      if (!this.#result) this.#publish()
    })
    if (which === 'source') await end.listen((event) => this.#hear(event))
    return end
  }

  /** The source knows at once that the link broke; the target may send into it for minutes. */
  #sayBreak(): void {
    if (this.#saidBreak) return
    this.#saidBreak = true
    this.#job.log(
      `The source lost the link while the memory still follows; ${this.order.target.name} has not ` +
        'noticed yet. Do not end the domain on either side: it can be resumed then.',
      'error',
    )
  }

  #hear(event: MoveEvent): void {
    if (event.uuid !== this.order.uuid) return
    switch (event.type) {
      case 'pass':
        void this.#follow()
        if (
          event.pass === 2 &&
          this.order.options.postCopy &&
          this.order.options.postCopyAfterFirstPass
        ) {
          void this.#source?.startPostCopy(this.order.uuid).catch((error: unknown) => {
            this.#job.log(`Could not switch to post-copy: ${causeWords(error)}`, 'warn')
          })
        }
        return
      case 'job-ended':
        this.#takeCompleted(event.fields)
        return
      case 'lifecycle':
        if (event.detail === 'postcopy-failed') this.#sayBreak()
        if (
          event.detail === 'postcopy' &&
          (this.#phase === 'perform' || this.#phase === 'finish')
        ) {
          this.#enter('post-copy')
        }
    }
  }

  #takeCompleted(fields: JobFields): void {
    if (Number(fields['memory_total'] ?? 0) > 0)
      this.#completed = figuresOf(fields, Date.now())
  }

  #beginFollowing(): void {
    this.#timer ??= setInterval(() => void this.#follow(), followMs)
  }

  /** One look at the statistics; none begins while one is under way. */
  async #follow(): Promise<void> {
    const source = this.#source
    const following = this.#phase === 'perform' || this.#phase === 'post-copy'
    if (this.#looking || !following) return
    this.#looking = true
    try {
      const stats = await source?.jobStats(this.order.uuid)
      const counts = stats?.operation === 'migration-out' && stats.type !== 'none'
      if (counts && (this.#phase === 'perform' || this.#phase === 'post-copy')) {
        const figures = this.#follower.take(stats.params, Date.now())
        if (figures) this.#job.point(pointOf(figures), figures.atMs)
      }
    } catch {
      // A late answer is a gap; a lost connection is noticed by whoever drives.
    } finally {
      this.#looking = false
    }
    this.#publish()
  }

  #stop(): void {
    const { uuid } = this.order
    const source = this.#source
    if (this.#leaving && this.order.options.way === 'peer-to-peer') return
    if (this.#phase !== 'perform' || !source) return
    void source.abortJob(uuid).catch((error: unknown) => {
      this.#job.log(`Could not abort: ${causeWords(error)}`, 'warn')
    })
  }

  #enter(phase: MigrationPhase): void {
    if (this.#phase === phase && phase !== 'waiting') return
    // After the switch the target is told to finish at once, and answers when the last page is there.
    if (this.#phase === 'post-copy' && phase === 'finish') return
    this.#phase = phase
    if (phase === 'post-copy') this.#job.cancellation({ blocked: 'post-copy' })
    else if (phase === 'begin' || phase === 'prepare' || phase === 'perform') {
      this.#job.cancellation('source')
    } else if (phase !== 'waiting') this.#job.cancellation({ blocked: 'finishing' })
    if (this.#facts) this.#remember()
    this.#publish()
  }

  #remember(): void {
    if (!this.#facts) return
    const remembered: RememberedMove = {
      order: { ...this.order, life: this.#life },
      facts: this.#facts,
      phase: this.#phase,
      startedMs: this.#startedMs,
      percent: this.detail.progressPercent,
    }
    this.#job.remember(remembered)
  }

  #publish(): void {
    const { detail } = this
    this.#job.detail(detail)
    const { progressPercent: done, verdict } = detail
    this.#job.progress({ done, total: 100, unit: 'percent' })
    this.#job.expectEnd(verdict.endsAtMs)
    this.#around.changed(detail)
  }

  #finish(result: MigrationResult): void {
    this.#result = result
    this.#phase = 'ended'
    if (result.where === 'target') this.#follower.complete()
    this.#publish()
  }

  async #end(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
    await this.#hangUp()
  }

  async #hangUp(): Promise<void> {
    const ends = [this.#source, this.#target]
    this.#source = null
    this.#target = null
    await Promise.all(ends.map((end) => end?.close()))
  }
}

/** Ballast stops and the move goes on without it: to be picked up after the next start. */
export class MoveLeft extends Error {
  override name = 'MoveLeft'
}

/** The same as a virsh line. */
export function commandOf({ name, uuid, source, target, options }: MoveOrder): string {
  return migrateLine(options, {
    domain: { name, uuid },
    sourceUri: source.uri,
    targetUri: target.uri,
  })
}

/** The virsh line that aborts a job, for what others began. */
export function abortLine(uri: string, domain: { name: string; uuid: string }): string {
  return virshLine(uri, 'domjobabort', domain)
}

const controlRefused = {
  'not-running': 'The move does not send memory now.',
  'not-asked-for': 'This had to be asked for when the move was started.',
  'no-way-back':
    'The guest runs on the target while its memory follows: there is no way back.',
  'not-failed': 'There is nothing to resume.',
  'host-offline': 'The source host does not answer now.',
} as const

function numbersOf(final: MigrationFigures | null) {
  return {
    totalMs: final?.elapsedMs ?? null,
    downtimeMs: final?.downtimeMs ?? null,
    downtimeNetMs: final?.downtimeNetMs ?? null,
    setupMs: final?.setupMs ?? null,
    transferredBytes: final?.processedBytes ?? null,
    passes: final?.pass ?? null,
    final,
  }
}

function silentWords(check: NonNullable<MigrationResult['check']>): string {
  const words: string[] = []
  if (check.state !== 'running') words.push(`libvirt says it is ${check.state ?? 'gone'}`)
  if (check.vcpuTime === 'still') words.push('its vCPUs stand still')
  if (check.balloonStats === 'still') words.push('it sends no memory statistics any more')
  if (check.agent === 'silent') words.push('its agent does not answer')
  return `${words.join(', ') || 'nothing of it moved'} (watched for ${check.seconds} s)`
}
