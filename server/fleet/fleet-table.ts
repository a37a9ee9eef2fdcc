import type { FleetPage, FleetQuery, FleetSortKey } from '../contract/domain.ts'
import { reachableKiB } from '../memory/overcommit.ts'
import type { Clock } from './clock.ts'
import { rowDirtyRateOf } from './dirty-rate-view.ts'
import { fleetRowOf } from './domain-view.ts'
import type { CloseContext, HostContext } from './domain-view.ts'
import type { HostAgent } from './host-agent.ts'
import { commitmentOf } from './host-figures.ts'
import type { LiveDomain } from './live-domain.ts'
import { MovingDomains } from './moving.ts'

/** Queries whose order is kept; the one asked for longest ago falls out. */
const mostOrders = 32

interface Entry {
  agent: HostAgent
  domain: LiveDomain
}
interface Order {
  version: number
  entries: Entry[]
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** What numbers are sorted by; null sorts last, up and down. */
const figures: Partial<
  Record<FleetSortKey, (domain: LiveDomain, nowMonotonicMs: number) => number | null>
> = {
  cpu: (domain) => domain.cpuPercent,
  used: (domain) => domain.memory.derived.usedKiB,
  balloon: (domain) => (domain.active ? domain.balloonKiB : null),
  maximum: (domain) => domain.maximumKiB,
  rss: (domain) => domain.stats.rss,
  pressure: (domain, now) => domain.pressureAt(now)?.score ?? null,
  dirty: (domain) => rowDirtyRateOf(domain).rateMiBps,
}

/**
 * The fleet filtered and ordered. An order is made when somebody asks and something it depends on
 * changed since: names and states for most, every sample where figures are sorted.
 */
export class FleetTable {
  readonly #agents: ReadonlyMap<string, HostAgent>
  readonly #clock: Clock
  readonly #orders = new Map<string, Order>()
  /** Grows when names, states or membership change. */
  #namesVersion = 0
  #samplesVersion = 0
  #total = 0
  #totalVersion = -1

  readonly #moving: MovingDomains

  constructor(
    agents: ReadonlyMap<string, HostAgent>,
    clock: Clock,
    moving = new MovingDomains(),
  ) {
    this.#agents = agents
    this.#moving = moving
    this.#clock = clock
  }

  reordered(): void {
    this.#namesVersion++
    this.#samplesVersion++
  }

  sampled(): void {
    this.#samplesVersion++
  }

  page(query: FleetQuery, offset: number, limit: number): FleetPage {
    const entries = this.#ordered(query)
    const contexts = new Map<HostAgent, HostContext>()
    return {
      total: this.#count(),
      matched: entries.length,
      offset,
      rows: entries.slice(offset, offset + limit).map(({ agent, domain }) => {
        let context = contexts.get(agent)
        if (!context) contexts.set(agent, (context = contextOf(agent, this.#clock)))
        return fleetRowOf(domain, context)
      }),
    }
  }

  #count(): number {
    if (this.#totalVersion !== this.#namesVersion) {
      this.#total = 0
      for (const agent of this.#agents.values()) {
        this.#total += agent.inventory.domains.size
        if (this.#moving.size === 0) continue
        for (const domain of agent.inventory.domains.values()) {
          if (this.#hidden(agent, domain)) this.#total--
        }
      }
      this.#totalVersion = this.#namesVersion
    }
    return this.#total
  }

  /** On its way, and shown by the other host of the move. */
  #hidden(agent: HostAgent, domain: LiveDomain): boolean {
    if (this.#moving.size === 0) return false
    return this.#moving.hides(agent.record.host, domain.uuid, (host, uuid) =>
      Boolean(this.#agents.get(host)?.inventory.domains.has(uuid)),
    )
  }

  #ordered(query: FleetQuery): Entry[] {
    const key = JSON.stringify([
      query.search,
      query.hosts,
      query.states,
      query.sort,
      query.descending,
    ])
    const version = figures[query.sort] ? this.#samplesVersion : this.#namesVersion
    const known = this.#orders.get(key)
    this.#orders.delete(key)
    const order =
      known?.version === version ? known : { version, entries: this.#order(query) }
    this.#orders.set(key, order)
    if (this.#orders.size > mostOrders) {
      this.#orders.delete(this.#orders.keys().next().value!)
    }
    return order.entries
  }

  #order(query: FleetQuery): Entry[] {
    const search = query.search.trim().toLowerCase()
    const entries: Entry[] = []
    for (const agent of this.#agents.values()) {
      if (query.hosts.length > 0 && !query.hosts.includes(agent.record.host)) continue
      for (const domain of agent.inventory.domains.values()) {
        if (this.#hidden(agent, domain)) continue
        if (query.states.length > 0 && !query.states.includes(domain.state)) continue
        if (search === '' || matches(agent, domain, search)) entries.push({ agent, domain })
      }
    }
    return entries.sort(comparatorOf(query, this.#clock.monotonicMs()))
  }
}

export function contextOf(agent: HostAgent, clock: Clock): HostContext {
  return {
    host: agent.record.host,
    hostName: agent.record.name,
    stale: agent.stale,
    clock,
  }
}

/** With what a growing guest finds on its host. */
export function closeContextOf(agent: HostAgent, clock: Clock): CloseContext {
  const { memory } = agent.figures
  const room = memory && {
    totalKiB: memory.totalKiB,
    reachableKiB: reachableKiB(memory),
    balloonsKiB: commitmentOf(agent.inventory.domains.values()).balloonKiB,
  }
  return { ...contextOf(agent, clock), room }
}

function matches(agent: HostAgent, domain: LiveDomain, search: string): boolean {
  return (
    domain.name.toLowerCase().includes(search) ||
    (domain.live?.title?.toLowerCase().includes(search) ?? false) ||
    domain.uuid.startsWith(search) ||
    agent.record.name.toLowerCase().includes(search)
  )
}

function comparatorOf(query: FleetQuery, nowMs: number): (a: Entry, b: Entry) => number {
  const direction = query.descending ? -1 : 1
  const figure = figures[query.sort]
  if (figure) {
    return (a, b) => {
      const left = figure(a.domain, nowMs)
      const right = figure(b.domain, nowMs)
      if (left === right) return byName(a, b)
      if (left === null) return 1
      if (right === null) return -1
      return (left - right) * direction
    }
  }
  if (query.sort === 'host') {
    return (a, b) =>
      collator.compare(a.agent.record.name, b.agent.record.name) * direction || byName(a, b)
  }
  if (query.sort === 'state') {
    return (a, b) =>
      collator.compare(a.domain.state, b.domain.state) * direction || byName(a, b)
  }
  return (a, b) => byName(a, b) * direction
}

/** Total and stable: equal names are told apart by host and uuid. */
function byName(a: Entry, b: Entry): number {
  return (
    collator.compare(a.domain.name, b.domain.name) ||
    compare(a.agent.record.host, b.agent.record.host) ||
    compare(a.domain.uuid, b.domain.uuid)
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
