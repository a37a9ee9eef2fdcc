import { setTimeout as sleep } from 'node:timers/promises'

import type {
  MigrationControl,
  MigrationDetail,
  MigrationFigures,
  MigrationResult,
} from '../contract/migration.ts'
import { peerUriFrom } from '../contract/virsh-migrate.ts'
import { isDeadline, isLibvirtError } from '../libvirt/errors.ts'
import { afterBreak } from './broken-post-copy.ts'
import { causeWords, findHiddenCause, isHidden } from './cause.ts'
import { checkGuest } from './check-guest.ts'
import { checkStart } from './check-start.ts'
import { driveDirect, MoveFailed } from './direct.ts'
import type { DriveOrder } from './direct.ts'
import { followMs } from './follower.ts'
import type { MoveEnd, OpenMoveEnd } from './move-end.ts'
import { MoveEnds } from './move-ends.ts'
import type { MoveOrder, RememberedMove } from './move-order.ts'
import { MoveRecord } from './move-record.ts'
import type { MoveJob } from './move-record.ts'
import { MoveWatch } from './move-watch.ts'
import {
  keptFigures,
  MoveEnded,
  resultElsewhere,
  resultOnTarget,
  withCheck,
} from './outcome.ts'
import { callOf } from './parameters.ts'
import { settleMove } from './settle.ts'
import type { Settled } from './settle.ts'
import { steer } from './steer.ts'

export interface MoveSurroundings {
  openEnd: OpenMoveEnd
  /** The move is in another phase, or further: the fleet shows it. */
  changed(detail: MigrationDetail): void
}

/** Ballast stops and the move goes on without it: to be picked up after the next start. */
export class MoveLeft extends Error {
  override name = 'MoveLeft'
}

/**
 * One move from its first connection to its end: drives it or lets the source's daemon drive, follows
 * it, takes what people do to it meanwhile, and sees to it that the guest is in one place afterwards.
 */
export class Move {
  readonly order: MoveOrder
  readonly #job: MoveJob
  readonly #record: MoveRecord
  readonly #ends: MoveEnds
  readonly #watch: MoveWatch
  /** Resolved by the control `resume`. */
  #resume = Promise.withResolvers<void>()
  #resumed = false
  #lostTarget: Error | null = null
  #leaving = false

  constructor(
    job: MoveJob,
    order: MoveOrder,
    around: MoveSurroundings,
    remembered: RememberedMove | null = null,
  ) {
    this.order = order
    this.#job = job
    this.#ends = new MoveEnds(order, around.openEnd, {
      hear: (event) => this.#watch.hear(event),
      lost: () => {
        if (!this.#record.result) this.#record.publish()
      },
    })
    const told = {
      changed: (detail: MigrationDetail) => around.changed(detail),
      connected: () => this.#ends.sourceNow !== null,
    }
    this.#record = new MoveRecord(job, order, told, remembered)
    this.#watch = new MoveWatch(this.#record, this.#ends)
  }

  get detail(): MigrationDetail {
    return this.#record.detail
  }

  /**
   * Moves the domain.
   *
   * @throws ProblemError when it cannot even begin; MoveEnded when it came to nothing
   */
  run(): Promise<MigrationResult> {
    this.#job.cancellation('source')
    return this.#whole(async () => {
      this.#record.enter('waiting')
      await checkStart(this.#record, this.#ends)
      this.#record.remember()
      this.#watch.begin()
      return await this.#drive(false)
    })
  }

  /** Goes on with, or puts right, what was under way when Ballast ended. */
  recover(): Promise<MigrationResult> {
    return this.#whole(async () => {
      this.#record.enter('recover')
      if (this.order.options.way === 'peer-to-peer') await this.#followToItsEnd()
      return await this.#conclude(null)
    })
  }

  async #whole(work: () => Promise<MigrationResult>): Promise<MigrationResult> {
    const onAbort = () => this.#stop()
    this.#job.signal.addEventListener('abort', onAbort, { once: true })
    try {
      return await work()
    } finally {
      this.#job.signal.removeEventListener('abort', onAbort)
      this.#watch.end()
      await this.#ends.hangUp()
    }
  }

  /** Ballast is being stopped: what goes on alone is left, the rest is ended. */
  leave(): void {
    this.#leaving = true
    this.#stop()
  }

  /** @throws ProblemError not_allowed_in_state, or what libvirt said */
  control(request: MigrationControl, by: string): Promise<string | null> {
    const resume = () => this.#resume.resolve()
    return steer(this.#record, this.#ends.sourceNow, { request, by, resume })
  }

  async #drive(resume: boolean): Promise<MigrationResult> {
    const failure = await this.#driveOnce(resume).then(
      () => null,
      (error: unknown) =>
        error instanceof MoveFailed ? error : new MoveFailed('begin', error),
    )
    if (failure) {
      const what = resume ? `could not resume, ${failure.phase}` : failure.phase
      this.#job.log(`${what}: ${causeWords(failure.cause)}`, 'warn')
      if (resume && isDeadline(failure.cause)) {
        const { source, target } = this.order
        this.#job.log(
          `QEMU on ${target.name} takes no command: it may wait for a page itself that is still on ` +
            `${source.name}. If that stays so, end the domain on both hosts and start it again.`,
          'error',
        )
      }
    }
    const ended = failure === null && this.#record.phase !== 'recover'
    return await this.#conclude(failure, ended)
  }

  async #driveOnce(resume: boolean): Promise<void> {
    const { options } = this.order
    const source = await this.#ends.source()
    const target = await this.#ends.target()
    if (options.way === 'peer-to-peer') return await this.#letSourceDrive(source, resume)
    this.#endWithTarget(source, target)
    const order: DriveOrder = {
      uuid: this.order.uuid,
      name: this.order.name,
      options,
      resume,
      phase: (phase) => this.#record.enter(phase),
      stopped: () => this.#job.signal.aborted || this.#leaving,
    }
    await driveDirect(source, target, order)
  }

  /** With the target's connection its daemon throws away what arrived: no use in sending on. */
  #endWithTarget(source: MoveEnd, target: MoveEnd): void {
    void target.closed.then((reason) => {
      if (this.#record.phase !== 'perform') return
      this.#lostTarget = reason
      this.#job.log(`Lost the connection to ${this.order.target.name}`, 'warn')
      void source.abortJob(this.order.uuid).catch((error: unknown) => {
        this.#job.log(`Could not end it on the source: ${causeWords(error)}`, 'warn')
      })
    })
  }

  async #letSourceDrive(source: MoveEnd, resume: boolean): Promise<void> {
    const { options, uuid } = this.order
    const { set, params } = callOf(options)
    const uri = options.peerUri ?? peerUriFrom(this.order.target.uri)
    if (uri === null) {
      throw new MoveFailed('begin', new Error('The target has no URI for other hosts.'))
    }
    this.#record.enter('perform')
    try {
      await source.performPeerToPeer(uuid, uri, params, { ...set, postCopyResume: resume })
    } catch (error) {
      if (isLibvirtError(error)) throw new MoveFailed(this.#record.phase, error)
      // The source's daemon goes on without us, if it still lives.
      this.#job.log(`Lost the connection to ${this.order.source.name}`, 'warn')
      this.#record.enter('recover')
      await this.#followToItsEnd()
    }
  }

  /** Waits until no job has the domain on the source any more, and reads its figures meanwhile. */
  async #followToItsEnd(): Promise<void> {
    const record = this.#record
    for (;;) {
      if (this.#leaving) throw new MoveLeft()
      try {
        const here = await (await this.#ends.source()).domain(this.order.uuid)
        if (here?.job !== 'migration-out') return
        if (record.phase === 'recover') {
          record.enter(here.reason === 'postcopy' ? 'post-copy' : 'perform')
          this.#watch.begin()
        }
      } catch {
        // Not reachable now: whether it still runs is seen when it is again.
        if (record.phase !== 'recover') record.enter('recover')
      }
      await sleep(followMs)
    }
  }

  /** Sees to it that the guest is in one place, finds out where, whether it lives, and says so. */
  async #conclude(failure: MoveFailed | null, ended = false): Promise<MigrationResult> {
    const { facts } = this.#record
    const { options, uuid } = this.order
    if (this.#leaving && options.way === 'peer-to-peer') throw new MoveLeft()
    if (!facts) throw failure?.cause ?? new Error('The move never began.')
    if (failure || this.#record.phase === 'recover') this.#record.enter('recover')
    // Daemons let go of what is half done only when the connection that began it ends.
    if (failure && options.way === 'direct') await this.#ends.hangUp()
    const settled = await settleMove(this.#ends, {
      uuid,
      facts,
      ended,
      say: (text, level) => this.#job.log(text, level),
    })
    if (settled.postCopyFailed) return await this.#afterBreak(failure)
    for (const left of settled.leftovers) this.#job.log(`Left over: ${left}`, 'warn')
    if (settled.where !== 'target') return await this.#stayed(failure, settled)
    if (failure) {
      const what = facts.offline ? 'definition is' : 'guest runs'
      this.#job.log(`The ${what} on the target all the same`, 'info')
    }
    const final = this.#record.completed ?? (await keptFigures(this.#ends, uuid))
    return await this.#arrived(final, settled)
  }

  async #afterBreak(failure: MoveFailed | null): Promise<MigrationResult> {
    this.#resume = Promise.withResolvers<void>()
    const next = await afterBreak(this.#record, this.#ends, {
      again: this.#resumed,
      resumed: this.#resume.promise,
      leaving: () => this.#leaving,
    })
    if (next === 'left') throw new MoveLeft()
    if (next === 'ended') return await this.#conclude(failure)
    this.#resumed = true
    return await this.#drive(true)
  }

  /** It is not on the target: says why. */
  async #stayed(failure: MoveFailed | null, settled: Settled): Promise<never> {
    const hidden = failure !== null && isHidden(failure.cause)
    const found =
      hidden && settled.where === 'source'
        ? await findHiddenCause(this.#ends, this.order, failure.cause)
        : null
    const result = resultElsewhere({
      order: this.order,
      offline: this.#record.facts?.offline === true,
      failure,
      settled,
      final: this.#record.completed,
      found,
      stopped: this.#job.stopReason !== null || this.#record.abortedByControl,
      leaving: this.#leaving,
      lostTarget: this.#lostTarget,
    })
    this.#record.finish(result)
    throw new MoveEnded(result)
  }

  /** It is on the target: does the guest live there? */
  async #arrived(
    final: MigrationFigures | null,
    settled: Settled,
  ): Promise<MigrationResult> {
    const { options, target, uuid } = this.order
    const arrived = resultOnTarget(final, settled)
    const { facts, life } = this.#record
    if (!options.live || options.offline || options.paused || facts?.wasPaused) {
      this.#record.finish(arrived)
      return arrived
    }
    this.#record.enter('check')
    // It has moved whatever the check says: a stop of the job changes nothing any more.
    const { signal } = new AbortController()
    const check = await checkGuest(() => this.#ends.target(), uuid, life, signal)
    const result = withCheck(arrived, check, target.name)
    this.#record.finish(result)
    if (!check.answers) throw new MoveEnded(result)
    return result
  }

  #stop(): void {
    if (this.#leaving && this.order.options.way === 'peer-to-peer') return
    const source = this.#ends.sourceNow
    if (this.#record.phase !== 'perform' || !source) return
    void source.abortJob(this.order.uuid).catch((error: unknown) => {
      this.#job.log(`Could not abort: ${causeWords(error)}`, 'warn')
    })
  }
}
