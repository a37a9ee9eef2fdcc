import type { Resize } from '../contract/memory.ts'
import { isLibvirtError } from '../libvirt/errors.ts'
import { ShrinkCourse } from '../memory/shrink.ts'
import { problemOf } from './link-error.ts'
import type { Subject } from './memory-actions.ts'
import { pause } from './pause.ts'

/** A host that is away for longer: the shrink ends where it is. */
const hostAwayMs = 60_000
/** Time passes for a shrink at least so often, also when no sample comes. */
const beatMs = 1_000
/** After a cancel the balloon may still be moving for a moment. */
const restMs = 1_000
const mostRestMs = 5_000

export interface ShrinkHooks {
  /** Ends the shrink where the balloon is; what was given stays given. */
  signal?: AbortSignal
  /** Called after each look at the guest while it lasts. */
  onLook?(resize: Resize): void
  /** Called for each step that is sent, with its virsh line's target. */
  onStep?(toKiB: number, phase: NonNullable<Resize['phase']>): void
}

/**
 * Carries out a shrink in steps that `beginShrink` of memory-actions.ts began, to its end: by the
 * rules of server/memory/shrink.ts it goes on while the guest is calm, and turns back by itself when
 * the guest comes under pressure, falls silent or takes memory back.
 *
 * Anybody who sets another target meanwhile, here or with virsh, takes over: the shrink then ends as
 * it is in the log of resizes, and sends nothing more.
 *
 * @returns the resize as it ended; its `status` and `cause` say how
 * @throws ProblemError when the host refuses a step; the resize has ended as `gave-up` then
 */
export async function carryOutShrink(
  { agent, domain, clock }: Subject,
  begun: Resize,
  hooks: ShrinkHooks = {},
): Promise<Resize> {
  const { id, targetKiB, fromKiB } = begun
  const log = domain.resizes
  const course = new ShrinkCourse(fromKiB, targetKiB, clock.monotonicMs())
  let last = begun
  let unsentKiB: number | null = null
  let awaySinceMs: number | null = null

  const send = async (toKiB: number): Promise<void> => {
    const link = agent.link
    unsentKiB = toKiB
    if (!link) return
    try {
      await link.setMemory(domain.uuid, toKiB, { live: true, config: false })
      unsentKiB = null
    } catch (error) {
      // A lost connection or a deadline: it is sent again when the host answers.
      if (!isLibvirtError(error)) return
      end({ status: 'gave-up' })
      throw problemOf(error, { host: agent.record.host, command: begun.command })
    }
  }
  const end = (how: Parameters<typeof log.end>[1]): void => {
    log.end(id, how)
    domain.version++
    if (log.current?.id === id) last = log.current
  }

  while (true) {
    const atMs = clock.monotonicMs()
    const current = log.current
    if (current?.id === id) last = current
    if (current?.id !== id) return { ...last, status: 'superseded' }
    if (current.status !== 'following') return current
    if (agent.inventory.domains.get(domain.uuid) !== domain) {
      end({ status: 'gave-up' })
      return last
    }
    if (hooks.signal?.aborted) {
      if (isShutdown(hooks.signal.reason)) {
        end({ status: 'interrupted' })
        return last
      }
      await send(domain.stats.actual ?? course.atKiB)
      await balloonRests(domain, mostRestMs)
      end({ status: 'cancelled' })
      return last
    }
    if (!agent.link || domain.stats.actual === null) {
      course.pause(atMs)
      awaySinceMs ??= atMs
      if (atMs - awaySinceMs > hostAwayMs) {
        end({ status: 'interrupted' })
        return last
      }
    } else if (unsentKiB !== null) {
      await send(unsentKiB)
    } else {
      awaySinceMs = null
      const pressure = domain.pressureAt(atMs)
      const order = course.next(
        {
          actualKiB: domain.stats.actual,
          usableKiB: domain.stats.usable,
          pressure,
          momentaryPressure: domain.memory.momentaryPressure,
          statsAtMs: domain.memory.advancedAtMs,
        },
        atMs,
      )
      const phase = course.phase
      log.step(id, {
        phase,
        lowestKiB: course.lowestKiB,
        stepKiB: course.atKiB,
        guestMayGrow: domain.live?.autodeflate ?? false,
      })
      domain.version++
      if (order.kind === 'send') {
        hooks.onStep?.(order.toKiB, phase)
        if (order.toKiB > domain.stats.actual) log.explain(id, pressure?.reasons ?? [])
        await send(order.toKiB)
      }
      if (order.kind === 'end') {
        const reasons = last.reasons.length > 0 ? last.reasons : (pressure?.reasons ?? [])
        const { status, cause } = order
        end({ status, cause, reasons: cause === 'pressure' ? reasons : [] })
        return last
      }
      if (log.current?.id === id) hooks.onLook?.(log.current)
    }
    await domain.seen(beatMs, hooks.signal)
  }
}

/** The server has no time to wait for a guest. */
function isShutdown(reason: unknown): boolean {
  return (
    typeof reason === 'object' &&
    reason !== null &&
    'reason' in reason &&
    reason.reason === 'shutdown'
  )
}

/** Waits until a balloon has not moved for a while. */
async function balloonRests(domain: Subject['domain'], mostMs: number): Promise<void> {
  const never = new AbortController().signal
  for (let waitedMs = 0; waitedMs < mostMs; waitedMs += restMs) {
    const before = domain.stats.actual
    await pause(restMs, never)
    if (domain.stats.actual === before) return
  }
}
