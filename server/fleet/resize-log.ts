import { randomUUID } from 'node:crypto'

import type { ConfigChange, Resize } from '../contract/memory.ts'
import type { FollowedResize, ResizeInit } from '../memory/resize.ts'
import { beginResize, followResize, outside, toleranceKiB } from '../memory/resize.ts'

/** How long after the guest's driver came up its balloon may still move to the configured size. */
const settleMs = 5_000

export interface ResizeLogOptions {
  /** Epoch ms. */
  wallMs(): number
  /** The newest resize as it was kept; null = none. */
  load(): Resize | null
  /** Called when a resize begins and when it ends. */
  save(resize: Resize): void
  /** Nothing is kept any more. */
  forget(): void
  /** The newest change of the config as it was kept; null = none. */
  loadConfig?(): ConfigChange | null
  saveConfig?(change: ConfigChange): void
  /** The virsh line of a change that was not made here. */
  commandFor(name: string, targetKiB: number): string
}

export interface Moment {
  monotonicMs: number
  wallMs: number
  name: string
  settled: boolean
}

/** The newest change of one domain's balloon: begun here or seen from outside, followed to its end. */
export class ResizeLog {
  readonly #options: ResizeLogOptions
  #followed: FollowedResize | null
  /** Where the balloon rested last; null = not yet in this run of the domain. */
  #restKiB: number | null = null
  #settledAtMs: number | null = null
  #config: ConfigChange | null

  constructor(options: ResizeLogOptions) {
    this.#options = options
    this.#config = options.loadConfig?.() ?? null
    const kept = options.load()
    this.#followed = kept && { resize: kept, movedAtMs: 0 }
    // Nobody takes the steps any more that were under way when Ballast ended.
    if (kept?.pace === 'steps') this.end(kept.id, { status: 'interrupted' })
  }

  get current(): Resize | null {
    return this.#followed?.resize ?? null
  }

  /** Where undo leads, KiB; null when there is nothing to undo. */
  get undoTargetKiB(): number | null {
    return this.current?.fromKiB ?? null
  }

  /** What the config was changed to last, by us and alone; others may have changed it since. */
  get configChange(): ConfigChange | null {
    return this.#config
  }

  /** What the domain starts with was changed, its balloon was not. */
  configured(change: ConfigChange): void {
    this.#config = change
    this.#options.saveConfig?.(change)
  }

  /** A resize was sent to the host. */
  begin(
    init: Pick<Resize, 'targetKiB' | 'by' | 'command' | 'undoOf'> &
      Partial<Pick<Resize, 'pace' | 'job' | 'configFromKiB'>>,
    actualKiB: number,
    now: { monotonicMs: number; wallMs: number },
  ): Resize {
    const before = this.current
    // Undo leads to what was asked for before, not to where the guest happened to be on its way.
    const onItsWay = before?.status === 'following' && before.pace === 'at-once'
    const fromKiB = onItsWay ? before.targetKiB : actualKiB
    this.#start({ ...init, fromKiB, actualKiB }, now)
    return this.#followed!.resize
  }

  /** The next step of a resize in steps; false when it is not the newest any more. */
  step(
    id: string,
    now: Pick<Resize, 'phase' | 'lowestKiB'> & { stepKiB: number; guestMayGrow: boolean },
  ): boolean {
    if (this.current?.id !== id || this.current.status !== 'following') return false
    const { phase, lowestKiB, stepKiB, guestMayGrow } = now
    const resize = { ...this.current, phase, lowestKiB }
    this.#followed = { ...this.#followed!, resize, stepKiB, guestMayGrow }
    return true
  }

  /** What made a resize in steps turn back: said when it does, as it passes with the memory. */
  explain(id: string, reasons: Resize['reasons']): void {
    const { current } = this
    if (current?.id !== id || current.reasons.length > 0) return
    this.#followed = { ...this.#followed!, resize: { ...current, reasons } }
  }

  /** A resize in steps is over; nothing happens when it is not the newest any more. */
  end(
    id: string,
    how: Pick<Resize, 'status'> & Partial<Pick<Resize, 'cause' | 'reasons'>>,
  ): void {
    if (this.current?.id !== id || this.current.status !== 'following') return
    const endedMs = this.#options.wallMs()
    const resize: Resize = { ...this.current, ...how, phase: null, endedMs }
    this.#followed = { resize, movedAtMs: this.#followed!.movedAtMs }
    this.#options.save(resize)
  }

  /** Says which job carries a resize out. */
  carriedOutBy(id: string, job: string): void {
    if (this.current?.id !== id) return
    this.#followed = { ...this.#followed!, resize: { ...this.current, job } }
  }

  /** The host refused the resize that was begun: `before` is the newest one again. */
  revert(id: string, before: Resize | null): void {
    if (this.current?.id !== id) return
    this.#followed = before && { resize: before, movedAtMs: -Infinity }
    if (before) this.#options.save(before)
    else this.#options.forget()
  }

  /** Takes in where the balloon is now. */
  follow(actualKiB: number, moment: Moment): void {
    const restKiB = this.#restKiB
    if (moment.settled) this.#settledAtMs ??= moment.monotonicMs
    else this.#settledAtMs = null
    const settledMs =
      this.#settledAtMs === null ? -1 : moment.monotonicMs - this.#settledAtMs
    // Small steps do not move the anchor: many of them are a change all the same.
    if (
      restKiB === null ||
      settledMs < settleMs ||
      Math.abs(actualKiB - restKiB) > toleranceKiB
    ) {
      this.#restKiB = actualKiB
    }
    const ended = this.#followed && this.#followed.resize.status !== 'following'
    if (this.#followed && (restKiB === null || (ended && settledMs < settleMs))) {
      // The first look after a start of ours, or a boot: what the balloon did is not a change of now.
      this.#resume(actualKiB, moment)
      return
    }
    const result = this.#followed
      ? followResize(this.#followed, actualKiB, moment.monotonicMs, moment.wallMs)
      : restKiB !== null && Math.abs(actualKiB - restKiB) > toleranceKiB
        ? ({ kind: 'outside', fromKiB: restKiB } as const)
        : ({ kind: 'same' } as const)
    if (result.kind === 'same') return
    if (result.kind === 'changed') {
      const { endedMs } = result.followed.resize
      const save = endedMs !== this.current?.endedMs
      this.#followed = result.followed
      if (save) this.#options.save(result.followed.resize)
      return
    }
    if (settledMs < settleMs) {
      if (this.#followed) this.#restAt(actualKiB)
      return
    }
    this.#start(
      {
        fromKiB: result.fromKiB,
        targetKiB: actualKiB,
        actualKiB,
        by: outside,
        command: this.#options.commandFor(moment.name, actualKiB),
        undoOf: null,
      },
      moment,
    )
  }

  /** The domain is off, or began a new run: its balloon begins anew, the way back stays. */
  runEnded(): void {
    this.#restKiB = null
    this.#settledAtMs = null
    const { current } = this
    if (current?.status !== 'following') return
    // Nobody follows it any more: the guest that was asked is not there.
    const resize: Resize = {
      ...current,
      status: 'gave-up',
      endedMs: this.#options.wallMs(),
    }
    this.#followed = { ...this.#followed!, resize }
    this.#options.save(resize)
  }

  #resume(actualKiB: number, moment: Moment): void {
    const { resize } = this.#followed!
    if (resize.status === 'following') {
      this.#followed = {
        resize: { ...resize, actualKiB },
        movedAtMs: moment.monotonicMs,
      }
    } else {
      this.#restAt(actualKiB)
    }
  }

  #restAt(actualKiB: number): void {
    this.#followed = {
      ...this.#followed!,
      resize: { ...this.#followed!.resize, actualKiB },
    }
  }

  #start(
    init: Omit<ResizeInit, 'id' | 'startedMs'>,
    now: { monotonicMs: number; wallMs: number },
  ): void {
    this.#followed = beginResize(
      { ...init, id: randomUUID(), startedMs: now.wallMs },
      now.monotonicMs,
    )
    this.#options.save(this.#followed.resize)
  }
}
