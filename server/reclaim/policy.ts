import type { PolicyStepWhy } from '../contract/memory-policy.ts'
import { distribute } from './distribute.ts'
import { leastGainKiB, usualShares, whyNothing } from './plan.ts'
import type { ReclaimFacts } from './plan.ts'

const mib = 1024
const gib = 1024 * mib

/** A domain rests this long between two takes: what the first one did must show before the next. */
export const takeEveryMs = 10_000
/** Nothing is taken from a guest that was short of memory within this time. */
export const calmMs = 5 * 60_000
/** A guest under pressure is helped with each new writing of its statistics, not later. */
export const reliefEveryMs = 2_000
/** Giving back without need is slow, and waits after each take, so that nothing swings. */
export const returnEveryMs = 30_000
export const quietMs = 60_000
/** A domain that somebody resized by hand is left alone for so long. */
export const handsOffMs = 30 * 60_000

/** The most that one take moves: an eighth of the guest, at least 64 MiB, at most 1 GiB. KiB. */
const leastStepKiB = 64 * mib
const mostTakeKiB = 1 * gib
const takeShare = 1 / 8
/** Help is larger than a take: a quarter of the guest at least. */
const reliefShare = 1 / 4
/** Help for a guest may use up the reserve of the host to this part of it. */
const reserveShare = 1 / 2
/** The reserve is filled a little above its line, and given from only well above it. */
const bandShare = 0.1
const leastBandKiB = 64 * mib

export interface PolicyFacts extends ReclaimFacts {
  /** The most that somebody set for it; null = what it had before. KiB. */
  ceilingKiB: number | null
  /** `<memory>` of the domain, KiB. */
  maximumKiB: number
  /** Left alone until then, epoch ms; 0 = not. */
  heldUntilMs: number
}

export interface PolicyInput {
  nowMs: number
  keepFreeKiB: number
  /** Free, buffers and page cache of the host, KiB. */
  availableKiB: number
  domains: readonly PolicyFacts[]
}

export interface PolicyMove {
  uuid: string
  name: string
  why: PolicyStepWhy
  fromKiB: number
  toKiB: number
}

/** What the policy remembers of a domain between two looks. */
interface Memory {
  /** Its size before the first take; null = nothing is taken. */
  baselineKiB: number | null
  takenAtMs: number
  helpedAtMs: number
  returnedAtMs: number
  shortAtMs: number
  /** The size at which it was helped for its silence; null = it spoke since. KiB. */
  silentFromKiB: number | null
}

/**
 * Keeps so much of a host free: takes from guests that have plenty, step by step and never below
 * their safe floor; gives back at once to a guest that becomes short, even out of the reserve; and
 * gives the rest back slowly when the host has room again. Decides only: who carries it out, or only
 * writes it down, is the caller's. Times are epoch ms, sizes KiB.
 *
 *   available  ─────────────────────────── keep + 2 bands   above: gives back
 *              ─────────────────────────── keep + ½ band    a take aims here
 *              ═══════════════════════════ keep free        below: takes
 *              ─────────────────────────── half of it       help for guests goes down to here
 */
export class PolicyController {
  readonly #domains = new Map<string, Memory>()
  #takenAtMs = -Infinity

  /** What is to be done now. Each move counts as done. */
  decide(input: PolicyInput): PolicyMove[] {
    for (const facts of input.domains) this.#look(facts, input.nowMs)
    const helped = this.#help(input)
    const leftKiB = input.availableKiB - total(helped)
    const bandKiB = Math.max(leastBandKiB, input.keepFreeKiB * bandShare)
    const missingKiB = input.keepFreeKiB - leftKiB
    if (missingKiB > 0) {
      return [...helped, ...this.#take(input, missingKiB + bandKiB / 2, helped)]
    }
    const roomKiB = -missingKiB - bandKiB * 1.5
    if (roomKiB <= bandKiB / 2) return helped
    return [...helped, ...this.#giveBack(input, roomKiB, helped)]
  }

  /** What a domain had before the policy took from it; null = nothing is taken. To be kept. */
  baselineKiB(uuid: string): number | null {
    return this.#domains.get(uuid)?.baselineKiB ?? null
  }

  /** Takes over what was kept, after a start of the server. */
  restore(uuid: string, baselineKiB: number | null): void {
    this.#of(uuid).baselineKiB = baselineKiB
  }

  /** Somebody else set its size: what it had before counts no more. */
  forget(uuid: string): void {
    this.#domains.delete(uuid)
  }

  /** Whether a domain only waits for its turn, or for its pressure to be long past. */
  rests(facts: PolicyFacts, nowMs: number): boolean {
    const memory = this.#domains.get(facts.uuid)
    if (!memory) return false
    return nowMs - memory.takenAtMs < takeEveryMs || nowMs - memory.shortAtMs < calmMs
  }

  #of(uuid: string): Memory {
    let memory = this.#domains.get(uuid)
    if (!memory) {
      memory = {
        baselineKiB: null,
        takenAtMs: -Infinity,
        helpedAtMs: -Infinity,
        returnedAtMs: -Infinity,
        shortAtMs: -Infinity,
        silentFromKiB: null,
      }
      this.#domains.set(uuid, memory)
    }
    return memory
  }

  #look(facts: PolicyFacts, nowMs: number): void {
    const memory = this.#of(facts.uuid)
    if (facts.pressed) memory.shortAtMs = nowMs
    if (facts.health !== 'stale') memory.silentFromKiB = null
    const { nowKiB } = facts
    // It has all of it again, from us or from elsewhere.
    if (nowKiB !== null && memory.baselineKiB !== null && nowKiB >= memory.baselineKiB) {
      memory.baselineKiB = null
    }
  }

  /**
   * Those that are short, or whose use came above what they would be left; and those that gave and
   * say nothing since: who is out of memory or of CPU time cannot ask for help. One that took nothing
   * of it has crashed or hangs: it is not helped again before it grows or speaks, and others need not
   * give for it. Its balloon may still grow as far as it was let.
   */
  #help({ domains, nowMs, keepFreeKiB, availableKiB }: PolicyInput): PolicyMove[] {
    const silent = (facts: PolicyFacts) =>
      facts.health === 'stale' && this.#of(facts.uuid).baselineKiB !== null
    const short = domains
      .filter((facts) =>
        silent(facts)
          ? movable({ ...facts, health: 'ok' }, nowMs)
          : movable(facts, nowMs) && (facts.pressed || belowFloor(facts)),
      )
      .toSorted((a, b) => (b.pressure ?? 0) - (a.pressure ?? 0) || order(a, b))
    let budgetKiB = Math.max(0, availableKiB - keepFreeKiB * reserveShare)
    const moves: PolicyMove[] = []
    for (const facts of short) {
      const memory = this.#of(facts.uuid)
      const nowKiB = facts.nowKiB ?? 0
      if (nowMs - memory.helpedAtMs < reliefEveryMs) continue
      if (silent(facts) && memory.silentFromKiB === nowKiB) continue
      const ceilingKiB = Math.min(
        facts.maximumKiB,
        facts.ceilingKiB ?? memory.baselineKiB ?? nowKiB,
      )
      const wantedKiB = Math.max(
        facts.floorKiB ?? 0,
        nowKiB + Math.max(leastStepKiB, nowKiB * reliefShare),
      )
      const moreKiB = wholeMiB(Math.min(ceilingKiB, wantedKiB) - nowKiB, budgetKiB)
      if (moreKiB < mib) continue
      budgetKiB -= moreKiB
      memory.helpedAtMs = nowMs
      memory.shortAtMs = nowMs
      if (silent(facts)) memory.silentFromKiB = nowKiB
      moves.push(moveOf(facts, silent(facts) ? 'guest-silent' : 'guest-pressure', moreKiB))
    }
    return moves
  }

  #take(input: PolicyInput, wantedKiB: number, helped: PolicyMove[]): PolicyMove[] {
    const { nowMs } = input
    const givers = input.domains.flatMap((facts) => {
      if (!movable(facts, nowMs) || whyNothing(facts) || this.rests(facts, nowMs)) return []
      if (helped.some(({ uuid }) => uuid === facts.uuid)) return []
      const nowKiB = facts.nowKiB ?? 0
      const spareKiB = nowKiB - Math.max(facts.floorKiB ?? Infinity, facts.minimumKiB ?? 0)
      if (spareKiB < leastGainKiB) return []
      // Half of what it has to spare at a time: the nearer to its floor, the smaller the step.
      const stepKiB = Math.min(
        Math.max(leastGainKiB, spareKiB / 2),
        Math.max(leastStepKiB, nowKiB * takeShare),
        mostTakeKiB,
      )
      const weight = (spareKiB * usualShares) / Math.max(1, facts.shares)
      return [{ key: facts.uuid, facts, cap: Math.floor(stepKiB / mib), weight }]
    })
    const gives = distribute(Math.ceil(wantedKiB / mib), givers, leastGainKiB / mib)
    return givers.flatMap(({ key, facts }) => {
      const lessKiB = (gives.get(key) ?? 0) * mib
      if (lessKiB === 0) return []
      const memory = this.#of(key)
      memory.baselineKiB ??= facts.nowKiB
      memory.takenAtMs = nowMs
      this.#takenAtMs = nowMs
      return [moveOf(facts, 'host-short', -lessKiB)]
    })
  }

  #giveBack(input: PolicyInput, roomKiB: number, helped: PolicyMove[]): PolicyMove[] {
    const { nowMs } = input
    if (nowMs - this.#takenAtMs < quietMs) return []
    const takers = input.domains.flatMap((facts) => {
      const memory = this.#of(facts.uuid)
      if (!movable(facts, nowMs) || memory.baselineKiB === null) return []
      if (helped.some(({ uuid }) => uuid === facts.uuid)) return []
      if (nowMs - memory.returnedAtMs < returnEveryMs) return []
      const nowKiB = facts.nowKiB ?? 0
      const ceilingKiB = Math.min(facts.maximumKiB, facts.ceilingKiB ?? memory.baselineKiB)
      const owedKiB = ceilingKiB - nowKiB
      const stepKiB = Math.min(owedKiB, Math.max(leastStepKiB, nowKiB * reliefShare))
      const cap = Math.ceil(Math.max(0, stepKiB) / mib)
      return [{ key: facts.uuid, facts, ceilingKiB, cap, weight: owedKiB * facts.shares }]
    })
    const gives = distribute(Math.floor(roomKiB / mib), takers, 1)
    return takers.flatMap(({ key, facts, ceilingKiB }) => {
      const moreKiB = Math.min(
        (gives.get(key) ?? 0) * mib,
        ceilingKiB - (facts.nowKiB ?? 0),
      )
      if (moreKiB <= 0) return []
      this.#of(key).returnedAtMs = nowMs
      return [moveOf(facts, 'host-has-room', moreKiB)]
    })
  }
}

/** The guest can be moved at all, and nobody else is at it. */
function movable(facts: PolicyFacts, nowMs: number): boolean {
  if (facts.nowKiB === null || facts.nowKiB <= 0 || facts.heldUntilMs > nowMs) return false
  return whyNothing({ ...facts, pressed: false }) === null
}

function belowFloor({ nowKiB, floorKiB }: PolicyFacts): boolean {
  return nowKiB !== null && floorKiB !== null && floorKiB > nowKiB
}

function moveOf(facts: PolicyFacts, why: PolicyStepWhy, byKiB: number): PolicyMove {
  const { uuid, name } = facts
  const fromKiB = facts.nowKiB ?? 0
  return { uuid, name, why, fromKiB, toKiB: Math.round(fromKiB + byKiB) }
}

/** The whole of `kib` where there is so much, else whole MiB of what there is. */
function wholeMiB(kib: number, budgetKiB: number): number {
  return kib <= budgetKiB ? kib : Math.floor(budgetKiB / mib) * mib
}

function total(moves: readonly PolicyMove[]): number {
  return moves.reduce((sum, { fromKiB, toKiB }) => sum + toKiB - fromKiB, 0)
}

function order(a: PolicyFacts, b: PolicyFacts): number {
  return a.uuid < b.uuid ? -1 : a.uuid > b.uuid ? 1 : 0
}
