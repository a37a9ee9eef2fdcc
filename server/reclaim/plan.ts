import type { BalloonHealth, DomainState } from '../contract/domain.ts'
import type {
  ReclaimDomain,
  ReclaimHost,
  ReclaimPlan,
  ReclaimWhy,
} from '../contract/reclaim.ts'
import { distribute } from './distribute.ts'

const mib = 1024
/** A guest is not troubled for less than this. */
export const leastGainKiB = 16 * mib
/** So many guests of a host shrink at the same time; the next ones when these are done. */
export const stageSize = 4
/** What a domain has when nobody gave it shares, as in Proxmox. */
export const usualShares = 1000

/** What is known of a domain when a plan is made. KiB; null = not known. */
export interface ReclaimFacts {
  host: string
  uuid: string
  name: string
  state: DomainState
  health: BalloonHealth
  /** Why its host cannot be asked now, or what else is under way with the domain. */
  blocked: 'host-offline' | 'busy' | 'resizing' | null
  nowKiB: number | null
  usedKiB: number | null
  rssKiB: number | null
  floorKiB: number | null
  /** 0..100; null = not known. */
  pressure: number | null
  /** The guest swaps, or is about to: not `calm`. */
  pressed: boolean
  minimumKiB: number | null
  shares: number
}

export interface HostFacts {
  host: string
  name: string
  totalKiB: number | null
  availableKiB: number | null
}

/**
 * Who gives how much so that `wantedKiB` come together, and what remains short and why. Nobody goes
 * below its safe floor, below what was set as its least, or gives anything under pressure. What is
 * needed is spread by what each has to spare, divided by its shares, so that nobody goes to its floor
 * while others have plenty. The calmest and those with most to give come first.
 *
 * The same input gives the same plan, in whatever order the domains come.
 */
export function planReclaim(
  wantedKiB: number,
  domains: readonly ReclaimFacts[],
  hosts: readonly HostFacts[],
  madeMs: number,
): ReclaimPlan {
  const offers = domains.map(offerOf)
  const gives = distribute(
    Math.ceil(wantedKiB / mib),
    offers.flatMap(({ key, spareKiB, facts }) => ({
      key,
      cap: spareKiB / mib,
      weight: ((spareKiB / mib) * usualShares) / Math.max(1, facts.shares),
    })),
    leastGainKiB / mib,
  )
  const givers = offers.map((offer) => givesOf(offer, (gives.get(offer.key) ?? 0) * mib))
  const planned = staged(givers)
  const givesKiB = sum(planned, (domain) => domain.givesKiB)
  const shortKiB = Math.max(0, wantedKiB - givesKiB)
  return {
    madeMs,
    wantedKiB,
    givesKiB,
    freesKiB: sum(planned, ({ freesKiB }) => freesKiB),
    shortKiB,
    shortBecause: shortKiB > 0 ? heldBack(planned) : [],
    hosts: hosts.map((host) => hostOf(host, planned)),
    domains: planned,
  }
}

interface Offer {
  key: string
  facts: ReclaimFacts
  /** Whole MiB, in KiB. */
  spareKiB: number
  why: ReclaimWhy | null
}

/** What of the facts can be calculated with: a host may tell any number. */
function believed(facts: ReclaimFacts): ReclaimFacts {
  const kib = (value: number | null) =>
    value !== null && Number.isSafeInteger(Math.round(value)) && value >= 0
      ? Math.round(value)
      : null
  return {
    ...facts,
    nowKiB: kib(facts.nowKiB) || null,
    usedKiB: kib(facts.usedKiB),
    rssKiB: kib(facts.rssKiB),
    floorKiB: kib(facts.floorKiB),
    minimumKiB: kib(facts.minimumKiB),
    shares: Number.isFinite(facts.shares)
      ? Math.max(0, Math.round(facts.shares))
      : usualShares,
  }
}

function offerOf(told: ReclaimFacts): Offer {
  const facts = believed(told)
  const key = `${facts.host}/${facts.uuid}`
  const why = whyNothing(facts)
  if (why || facts.nowKiB === null || facts.floorKiB === null) {
    return { key, facts, spareKiB: 0, why: why ?? 'unknown' }
  }
  const minimumKiB = facts.minimumKiB ?? 0
  const lowestKiB = Math.max(facts.floorKiB, minimumKiB)
  const bound = minimumKiB > facts.floorKiB ? 'at-minimum' : 'at-floor'
  const spareKiB = Math.max(0, Math.floor((facts.nowKiB - lowestKiB) / mib) * mib)
  if (spareKiB < leastGainKiB) return { key, facts, spareKiB: 0, why: bound }
  return { key, facts, spareKiB, why: bound }
}

/** Why a domain is not asked at all; null = it is. */
export function whyNothing(facts: ReclaimFacts): ReclaimWhy | null {
  if (facts.blocked === 'host-offline') return 'host-offline'
  if (facts.state === 'paused' || facts.state === 'pm-suspended') return 'paused'
  if (facts.state !== 'running') return 'not-running'
  if (facts.health !== 'ok') return facts.health
  if (facts.shares === 0) return 'exempt'
  if (facts.blocked) return facts.blocked
  if (facts.pressed) return 'pressure'
  return null
}

function givesOf({ facts, spareKiB, why }: Offer, givesKiB: number): ReclaimDomain {
  const { nowKiB, rssKiB } = facts
  const afterKiB = nowKiB === null ? null : nowKiB - givesKiB
  const touchedKiB = rssKiB === null || afterKiB === null ? 0 : rssKiB - afterKiB
  return {
    host: facts.host,
    uuid: facts.uuid,
    name: facts.name,
    state: facts.state,
    nowKiB,
    usedKiB: facts.usedKiB,
    floorKiB: facts.floorKiB,
    minimumKiB: facts.minimumKiB,
    shares: facts.shares,
    pressure: facts.pressure,
    spareKiB,
    givesKiB,
    afterKiB,
    freesKiB: Math.min(givesKiB, Math.max(0, touchedKiB)),
    stage: null,
    why:
      spareKiB === 0
        ? why
        : givesKiB === spareKiB
          ? why
          : givesKiB > 0
            ? null
            : 'not-needed',
  }
}

/** In the order in which they give, and a few of each host at a time. */
function staged(domains: readonly ReclaimDomain[]): ReclaimDomain[] {
  const ordered = domains.toSorted(
    (a, b) =>
      Number(b.givesKiB > 0) - Number(a.givesKiB > 0) ||
      (a.givesKiB > 0 ? (a.pressure ?? 0) - (b.pressure ?? 0) : 0) ||
      b.givesKiB - a.givesKiB ||
      (b.nowKiB ?? 0) - (a.nowKiB ?? 0) ||
      compare(a.name, b.name) ||
      compare(`${a.host}/${a.uuid}`, `${b.host}/${b.uuid}`),
  )
  const count = new Map<string, number>()
  return ordered.map((domain) => {
    if (domain.givesKiB === 0) return domain
    const before = count.get(domain.host) ?? 0
    count.set(domain.host, before + 1)
    return { ...domain, stage: Math.floor(before / stageSize) + 1 }
  })
}

function heldBack(domains: readonly ReclaimDomain[]): ReclaimPlan['shortBecause'] {
  const held = new Map<ReclaimWhy, { domains: number; heldKiB: number }>()
  for (const { why, afterKiB, state } of domains) {
    // What is off holds nothing, so nothing is held back there.
    if (why === null || why === 'not-needed' || state === 'shut-off') continue
    const sofar = held.get(why) ?? { domains: 0, heldKiB: 0 }
    held.set(why, {
      domains: sofar.domains + 1,
      heldKiB: sofar.heldKiB + (afterKiB ?? 0),
    })
  }
  return [...held]
    .map(([why, sums]) => ({ why, ...sums }))
    .toSorted((a, b) => b.heldKiB - a.heldKiB || compare(a.why, b.why))
}

function hostOf(host: HostFacts, domains: readonly ReclaimDomain[]): ReclaimHost {
  const mine = domains.filter((domain) => domain.host === host.host)
  return { ...host, givesKiB: sum(mine, ({ givesKiB }) => givesKiB) }
}

function sum<T>(list: readonly T[], read: (item: T) => number): number {
  return list.reduce((total, item) => total + read(item), 0)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
