import { roleAllows } from '../contract/account.ts'
import type { Role } from '../contract/account.ts'
import type { JobSummary } from '../contract/job.ts'
import type {
  MigrationControl,
  MigrationDetail,
  MigrationOptions,
  MigrationPhase,
  MigrationPreview,
  MigrationResult,
  StartMigrationRequest,
} from '../contract/migration.ts'
import { ProblemError } from '../contract/problem.ts'
import { migrationConflicts } from '../contract/virsh-migrate.ts'
import type { Fleet } from '../fleet/index.ts'
import type { JobHandle, Jobs } from '../jobs/index.ts'
import { JobInterrupted } from '../jobs/index.ts'
import { isLibvirtError } from '../libvirt/errors.ts'
import { causeWords, libvirtPartOf } from './cause.ts'
import { MoveFailed } from './direct.ts'
import { ForeignJobs } from './foreign.ts'
import type { OpenMoveEnd } from './move-end.ts'
import { commandOf } from './move-order.ts'
import type { MoveHost, MoveOrder, RememberedMove } from './move-order.ts'
import type { MoveJob } from './move-record.ts'
import { Move, MoveLeft } from './move.ts'
import { MoveEnded } from './outcome.ts'
import { checkPeerUri } from './peer-uri.ts'

type MigrationHandle = JobHandle<'migration'>
type StepName = Parameters<MigrationHandle['step']>[0]

export interface MovesOptions {
  fleet: Pick<Fleet, 'hostOf' | 'domainOf' | 'showMove' | 'onJob' | 'hosts'>
  jobs: Jobs
  openEnd: OpenMoveEnd
  logger: { warn(fields: object, message: string): void }
  /** Told of every move that ended, to learn from it. */
  onEnd?: (detail: MigrationDetail) => void
}

/** The job's step that a phase belongs to. */
const stepOf: Record<MigrationPhase, StepName | null> = {
  waiting: 'check',
  begin: 'prepare',
  prepare: 'prepare',
  perform: 'transfer',
  'post-copy': 'transfer',
  finish: 'finish',
  confirm: 'finish',
  recover: 'finish',
  check: 'verify',
  ended: null,
}

/** How long moves that Ballast drives have to end when it is stopped, ms. */
const farewellMs = 9_000

/**
 * All moves: starts them as jobs, hands controls on to them, takes them up after a restart, shows moving
 * domains in the fleet, and watches the jobs that others began. Methods throw only ProblemError.
 */
export class Moves {
  readonly #options: MovesOptions
  readonly #moves = new Map<string, Move>()
  readonly #ends = new Set<Promise<unknown>>()
  readonly #foreign: ForeignJobs
  #leaving = false

  constructor(options: MovesOptions) {
    this.#options = options
    this.#foreign = new ForeignJobs({
      fleet: options.fleet,
      jobs: options.jobs,
      logger: options.logger,
      isOurs: (host, uuid) => this.#isOurs(host, uuid),
    })
    options.fleet.onJob((host, uuid, fields) => {
      if (!this.#isOurs(host, uuid)) this.#foreign.seen(host, uuid, fields)
    })
    options.jobs.register('migration', {
      // Peer-to-peer moves go on without Ballast; close() ends the others itself.
      onShutdown: 'leave',
      recover: (job, remembered) => this.#recover(job, remembered),
    })
    options.jobs.register('domain-job', {
      onShutdown: 'leave',
      recover: () =>
        Promise.reject(new JobInterrupted('Ballast ended while it watched this job.')),
    })
  }

  /** The same as a virsh line, and what does not fit together. */
  preview(
    host: string,
    uuid: string,
    target: string,
    options: MigrationOptions,
  ): MigrationPreview {
    const order = this.#order(host, uuid, target, options, null, null)
    return { command: commandOf(order), conflicts: conflictsOf(order) }
  }

  /**
   * Begins to move a domain; what comes of it is seen on the job.
   *
   * @throws ProblemError where it is known to be wrong before anything is sent
   */
  start(
    host: string,
    uuid: string,
    request: StartMigrationRequest & { by: string; role: Role },
    parent?: JobHandle<'evacuate'>,
  ): { job: JobSummary; command: string; ended: Promise<unknown> } {
    const { target, options, by, role, forecast } = request
    const order = this.#order(host, uuid, target, options, by, forecast)
    const command = commandOf(order)
    const [conflict] = conflictsOf(order)
    if (conflict) {
      throw new ProblemError('invalid', {
        host,
        command,
        detail: `These options do not go together: ${conflict.replaceAll('-', ' ')}.`,
        issues: [{ path: `options.${conflict}`, message: conflict }],
      })
    }
    const xml = options.destinationXml ?? options.persistentXml
    if (xml !== null && !roleAllows(role, 'admin')) {
      throw new ProblemError('forbidden', {
        host,
        command,
        detail:
          'XML of one’s own names programs and files of the target: that needs an admin.',
      })
    }
    if (options.peerUri !== null) checkPeerUri(options.peerUri)
    const { agent, domain } = this.#options.fleet.domainOf(host, uuid)
    const to = this.#options.fleet.hostOf(target)
    for (const end of [agent, to]) {
      if (!end.link) {
        throw new ProblemError('host_offline', {
          host: end.record.host,
          command,
          detail: `Host ${end.record.name} is not connected.`,
          retryAfterSeconds: 5,
        })
      }
    }
    const spec = {
      kind: 'migration' as const,
      title: { domain: domain.name, from: order.source.name, to: order.target.name },
      owner: { type: 'user' as const, name: by },
      domains: [
        { host, uuid, name: domain.name },
        { host: target, uuid, name: options.destinationName ?? domain.name },
      ],
      cancel: 'source' as const,
    }
    const work = (job: MigrationHandle) => this.#run(job, order, null)
    const started = parent
      ? parent.child<'migration'>(spec, work)
      : this.#options.jobs.start<'migration'>(spec, work)
    return { job: started.summary(), command, ended: started.ended }
  }

  /** @throws ProblemError not_found, not_allowed_in_state, or what libvirt said */
  async control(
    id: string,
    request: MigrationControl,
    by: string,
  ): Promise<{ command: string | null; host: string }> {
    const foreign = this.#foreign.control(id, request, by)
    if (foreign) return foreign
    const move = this.#moves.get(id)
    if (!move) {
      throw new ProblemError('not_allowed_in_state', {
        detail: `Job ${id} is no migration that runs.`,
      })
    }
    const { host } = move.order.source
    if (request.control === 'abort') {
      // The job is what is aborted: it then says by whom.
      if (move.detail.controls.abort === null) {
        this.#options.jobs.cancel(id, by)
        return { command: null, host }
      }
    }
    try {
      return { command: await move.control(request, by), host }
    } catch (error) {
      throw problemFrom(error, host)
    }
  }

  /** Ends what only Ballast drives, and leaves what goes on alone. Idempotent. */
  async close(): Promise<void> {
    if (this.#leaving) return
    this.#leaving = true
    this.#foreign.close()
    for (const move of this.#moves.values()) move.leave()
    let timer: NodeJS.Timeout | undefined
    const limit = new Promise<void>((done) => {
      timer = setTimeout(done, farewellMs)
    })
    await Promise.race([Promise.allSettled(this.#ends), limit])
    clearTimeout(timer)
  }

  #isOurs(host: string, uuid: string): boolean {
    for (const { order } of this.#moves.values()) {
      if (order.uuid !== uuid) continue
      if (order.source.host === host || order.target.host === host) return true
    }
    return false
  }

  #order(
    host: string,
    uuid: string,
    target: string,
    options: MigrationOptions,
    by: string | null,
    forecast: Record<string, unknown> | null,
  ): MoveOrder {
    const { agent, domain, clock } = this.#options.fleet.domainOf(host, uuid)
    const to = this.#options.fleet.hostOf(target)
    const place = ({ record }: typeof agent): MoveHost => ({
      host: record.host,
      name: record.name,
      uri: record.uri,
    })
    const sends = domain.healthAt(clock.monotonicMs()) === 'ok'
    return {
      uuid: domain.uuid,
      name: domain.name,
      source: place(agent),
      target: place(to),
      options,
      by,
      forecast,
      life: { statsPeriodSeconds: sends ? domain.statsPeriodSeconds : null, agent: false },
    }
  }

  async #recover(
    job: MigrationHandle,
    remembered: unknown,
  ): Promise<MigrationResult | null> {
    const kept = rememberedOf(remembered)
    if (!kept) throw new JobInterrupted('Ballast ended before the move began.')
    return await this.#run(job, kept.order, kept)
  }

  async #run(
    job: MigrationHandle,
    order: MoveOrder,
    remembered: RememberedMove | null,
  ): Promise<MigrationResult | null> {
    const steps = new Steps(job)
    const move: Move = new Move(
      moveJobOf(job, steps),
      order,
      {
        openEnd: this.#options.openEnd,
        changed: (detail) => this.#show(detail),
      },
      remembered,
    )
    this.#moves.set(job.id, move)
    const running = remembered ? move.recover() : move.run()
    const settled = running.then(
      () => undefined,
      () => undefined,
    )
    this.#ends.add(settled)
    try {
      const result = await running
      steps.done()
      return result
    } catch (error) {
      // It goes on without Ballast, which is about to end: the job stays as it is, to be taken up.
      if (error instanceof MoveLeft) return await new Promise<never>(() => undefined)
      steps.failed(error)
      throw problemFrom(error, order.source.host, commandOf(order))
    } finally {
      this.#moves.delete(job.id)
      this.#ends.delete(settled)
      this.#show(move.detail, true)
      this.#options.onEnd?.(move.detail)
    }
  }

  #show(detail: MigrationDetail, ended = false): void {
    const { id, uuid, source, target, phase, progressPercent } = detail
    const move = { job: id, source, target, phase, progressPercent }
    this.#options.fleet.showMove(uuid, move, ended)
  }
}

/** Shows one step of the job after the other, as the phases come. */
class Steps {
  readonly #job: MigrationHandle
  #now: { name: StepName; end: PromiseWithResolvers<void> } | null = null

  constructor(job: MigrationHandle) {
    this.#job = job
    job.plan(['check', 'prepare', 'transfer', 'finish', 'verify'])
  }

  enter(name: StepName | null): void {
    if (name === null || this.#now?.name === name) return
    this.done()
    // A step of a job that was cancelled would throw; what it does then is shown by the log.
    if (this.#job.signal.aborted) return
    const end = Promise.withResolvers<void>()
    this.#now = { name, end }
    // The step only shows how far it is; whatever ends it early ends the move itself as well.
    this.#job.step(name, () => end.promise).catch(() => undefined)
  }

  done(): void {
    this.#now?.end.resolve()
    this.#now = null
  }

  failed(error: unknown): void {
    this.#now?.end.reject(error)
    this.#now = null
  }
}

function moveJobOf(job: MigrationHandle, steps: Steps): MoveJob {
  return {
    id: job.id,
    signal: job.signal,
    get stopReason() {
      return job.stopReason
    },
    detail: (detail) => {
      steps.enter(stepOf[detail.phase])
      job.detail(detail)
    },
    point: (values, atMs) => job.point(values, atMs),
    log: (text, level) => job.log(text, level),
    remember: (value) => job.remember(value),
    progress: (progress) => job.progress(progress),
    expectEnd: (atMs) => job.expectEnd(atMs),
    cancellation: (cancel) => job.cancellation(cancel),
  }
}

function conflictsOf({ options, source, target }: MoveOrder) {
  return migrationConflicts(options, {
    source: source.host,
    target: target.host,
    targetUri: target.uri,
  })
}

/** What the store gave back, as far as it is ours: it was written by this very code. */
function rememberedOf(value: unknown): RememberedMove | null {
  if (typeof value !== 'object' || value === null) return null
  if (!('order' in value) || !('facts' in value)) return null
  return value as RememberedMove
}

/** What ended a move, as the problem of its job. */
function problemFrom(error: unknown, host: string, command?: string): Error {
  if (error instanceof ProblemError || error instanceof JobInterrupted) return error
  if (error instanceof MoveEnded) {
    const { outcome, cause, libvirt } = error.result
    if (outcome === 'interrupted') return new JobInterrupted(cause ?? error.message)
    return new ProblemError(outcome === 'arrived-silent' ? 'guest_silent' : 'libvirt', {
      host,
      command,
      detail: cause ?? error.message,
      libvirt: libvirt ?? undefined,
      cause: error,
    })
  }
  const cause = error instanceof MoveFailed ? error.cause : error
  return new ProblemError(isLibvirtError(cause) ? 'libvirt' : 'host_offline', {
    host,
    command,
    detail: causeWords(cause),
    libvirt: libvirtPartOf(cause) ?? undefined,
    cause: error,
  })
}
