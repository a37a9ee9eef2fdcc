import { setTimeout as sleep } from 'node:timers/promises'

import type { MigrationDetail } from '../contract/migration.ts'
import type { LifeSigns, MoveEnd } from './move-end.ts'

export type GuestCheck = NonNullable<NonNullable<MigrationDetail['result']>['check']>

/** What the guest gave before it moved: only what it gave can be expected. */
export interface LifeBefore {
  /** It sent balloon statistics, each so many seconds; null = it did not. */
  statsPeriodSeconds: number | null
  agent: boolean
}

const stepMs = 500
/** A guest that does anything at all uses its vCPUs within so long. */
const leastMs = 20_000
/** The guest's driver gets its turn late on a busy host. */
const periods = 3

/**
 * Watches a guest that arrived until it has shown that it lives, or the time is up. That libvirt says
 * "running" proves nothing: QEMU without KVM can lose memory on the way, and the guest then stands
 * still, or spins, in a domain that runs. So what it did before it must do again: send statistics,
 * answer through its agent; and its vCPUs must use time.
 */
export async function checkGuest(
  reach: () => Promise<MoveEnd>,
  uuid: string,
  before: LifeBefore,
  signal: AbortSignal,
): Promise<GuestCheck> {
  const startedMs = performance.now()
  const seconds = () => Math.round((performance.now() - startedMs) / 100) / 10
  const periodMs = (before.statsPeriodSeconds ?? 0) * 1_000
  const patienceMs = Math.max(leastMs, periods * periodMs + 5_000)
  let first: LifeSigns | null = null
  const check: GuestCheck = {
    state: null,
    vcpuTime: 'unknown',
    balloonStats: before.statsPeriodSeconds === null ? 'none' : 'still',
    agent: before.agent ? 'silent' : 'none',
    seconds: 0,
    answers: false,
  }
  while (!check.answers && performance.now() - startedMs < patienceMs) {
    signal.throwIfAborted()
    const domain = await reach()
      .then((end) => end.domain(uuid))
      .catch(() => null)
    check.state =
      domain === null
        ? null
        : domain.state === 'running' || domain.state === 'blocked'
          ? 'running'
          : domain.state === 'paused'
            ? 'paused'
            : domain.state === 'crashed'
              ? 'crashed'
              : 'shut-off'
    const signs = await reach()
      .then((end) => end.lifeSigns(uuid))
      .catch(() => null)
    if (signs) {
      first ??= signs
      if (signs.cpuTimeNs !== null && first.cpuTimeNs !== null) {
        check.vcpuTime = signs.cpuTimeNs > first.cpuTimeNs ? 'moving' : 'still'
      }
      const { statsSeconds } = signs
      const sent = statsSeconds !== null && statsSeconds !== first.statsSeconds
      if (check.balloonStats === 'still' && sent) check.balloonStats = 'moving'
    }
    if (check.agent === 'silent' && (await agentAnswers(reach, uuid))) {
      check.agent = 'answers'
    }
    check.seconds = seconds()
    check.answers =
      check.state === 'running' &&
      check.vcpuTime === 'moving' &&
      check.balloonStats !== 'still' &&
      check.agent !== 'silent'
    if (!check.answers) await sleep(stepMs, undefined, { signal })
  }
  return check
}

async function agentAnswers(reach: () => Promise<MoveEnd>, uuid: string): Promise<boolean> {
  try {
    return (await (await reach()).agentAnswers(uuid)) === true
  } catch {
    return false
  }
}
