import type { Resize, SetMemoryMaximumRequest } from '../contract/memory.ts'
import type { Change } from './change.ts'
import type { Logger } from './logger.ts'
import * as memory from './memory-actions.ts'
import type { BegunShrink, Subject, TargetRequest } from './memory-actions.ts'
import type { ShrinkHooks } from './shrink.ts'

export interface ShrinkCarrier {
  /** Carries out shrinks in steps, and gives the id of the job; without it they go on by themselves. */
  carryOutShrink?: (
    shrink: BegunShrink,
    of: { host: string; uuid: string; name: string; by: string },
  ) => string
}

interface BalloonChangesOptions extends ShrinkCarrier {
  /** @throws ProblemError not_found */
  subject(host: string, uuid: string): Subject
  /** Something of this host is another than before: show it. */
  changed(host: string): void
  logger: Logger
}

/** What is done to balloons: shown while it lasts, and ended with the fleet. */
export class BalloonChanges {
  readonly #options: BalloonChangesOptions
  /** Aborted when the fleet is closed. */
  readonly #closing = new AbortController()
  readonly #shrinks = new Set<Promise<Resize>>()

  constructor(options: BalloonChangesOptions) {
    this.#options = options
  }

  /** Stops the shrinks that are under way, and waits until they have. */
  async close(): Promise<void> {
    this.#closing.abort({ reason: 'shutdown' })
    await Promise.allSettled(this.#shrinks)
  }

  /** See Fleet.setMemoryTarget. */
  async setTarget(
    host: string,
    uuid: string,
    request: TargetRequest,
  ): Promise<Change<Resize | null>> {
    const shrink = this.beginShrink(host, uuid, request)
    if (shrink) {
      const job = this.#carryOut(shrink, host, uuid, request.by)
      return { result: { ...shrink.resize, job }, command: shrink.command }
    }
    return await this.#changing(
      host,
      memory.setMemoryTarget(this.#options.subject(host, uuid), request),
    )
  }

  /**
   * Begins a shrink in steps; null when the request is none, and is for `setMemoryTarget`.
   * See BegunShrink; it ends by itself when the fleet is closed.
   */
  beginShrink(host: string, uuid: string, request: TargetRequest): BegunShrink | null {
    const subject = this.#options.subject(host, uuid)
    const begun = memory.beginShrink(subject, request)
    if (!begun) return null
    this.#options.changed(host)
    const carryOut = async (hooks: ShrinkHooks = {}) => {
      const closing = this.#closing.signal
      const signal = hooks.signal ? AbortSignal.any([hooks.signal, closing]) : closing
      const ended = begun.carryOut({ ...hooks, signal }).finally(() => {
        this.#shrinks.delete(ended)
        this.#options.changed(host)
      })
      this.#shrinks.add(ended)
      return await ended
    }
    return { ...begun, carryOut }
  }

  async undo(
    host: string,
    uuid: string,
    by: string,
    affects: 'live' | 'config',
  ): Promise<Change<Resize | null>> {
    const subject = this.#options.subject(host, uuid)
    if (affects === 'config') {
      return await this.setTarget(host, uuid, memory.undoConfigRequest(subject, by))
    }
    const undone = subject.domain.resizes.current
    const change = await this.setTarget(host, uuid, memory.undoRequest(subject, by))
    if (undone) await memory.undoConfig(subject, undone)
    return change
  }

  async setMaximum(
    host: string,
    uuid: string,
    request: SetMemoryMaximumRequest,
  ): Promise<Change<null>> {
    return await this.#changing(
      host,
      memory.setMaximum(this.#options.subject(host, uuid), request),
    )
  }

  async setStatsPeriod(
    host: string,
    uuid: string,
    periodSeconds: number,
  ): Promise<Change<null>> {
    return await this.#changing(
      host,
      memory.setStatsPeriod(this.#options.subject(host, uuid), periodSeconds),
    )
  }

  /** @returns the job that does it; null = none does, it goes on by itself */
  #carryOut(shrink: BegunShrink, host: string, uuid: string, by: string): string | null {
    const { domain } = this.#options.subject(host, uuid)
    const { carryOutShrink, logger } = this.#options
    if (!carryOutShrink) {
      // How it ends is in the log of resizes; what the host refused is told nobody else.
      shrink.carryOut().catch((err: unknown) => {
        logger.warn({ host, uuid, err }, 'a shrink was refused')
      })
      return null
    }
    try {
      const job = carryOutShrink(shrink, { host, uuid, name: domain.name, by })
      domain.resizes.carriedOutBy(shrink.resize.id, job)
      domain.version++
      return job
    } catch (error) {
      shrink.abandon()
      throw error
    } finally {
      this.#options.changed(host)
    }
  }

  /** What was begun shows at once, and how it ended too. */
  async #changing<T>(host: string, change: Promise<T>): Promise<T> {
    this.#options.changed(host)
    try {
      return await change
    } finally {
      this.#options.changed(host)
    }
  }
}
