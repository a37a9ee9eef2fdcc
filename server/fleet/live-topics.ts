import type { FleetPage } from '../contract/domain.ts'
import type { LiveHandle, LiveListener, Topic } from '../contract/live.ts'
import { OpenViews } from '../live/open-views.ts'
import type { View } from '../live/open-views.ts'
import type { Clock } from './clock.ts'
import { dirtyRateDetailOf } from './dirty-rate-view.ts'
import { domainDetailOf, memoryDetailOf } from './domain-view.ts'
import { closeContextOf, contextOf } from './fleet-table.ts'
import type { FleetTable } from './fleet-table.ts'
import type { HostAgent } from './host-agent.ts'
import { hostDetailOf, hostSeriesOf, hostSummaryOf } from './host-view.ts'
import { hostsView } from './hosts-view.ts'
import type { LiveDomain } from './live-domain.ts'
import { nodeView } from './node-views.ts'
import type { Nodes } from './nodes.ts'
import { pageDelta } from './page-delta.ts'
import { QmpEventWatch } from './qmp-event-watch.ts'

/** Hosts answer within the same tick: their samples are gathered this long into one delta. */
const gatherMs = 30
/** QMP events come in bursts: one delta for those of this long. */
const eventGatherMs = 100
/** Topics over all hosts get at most this many deltas a second: two. */
const leastGapMs = 500

/** The topics that the fleet knows. */
export type FleetTopic = Exclude<Topic, { name: 'jobs' | 'job' | 'memory-policy' }>

/** Where the topics look things up; both throw ProblemError not_found. */
export interface Lookup {
  agents: ReadonlyMap<string, HostAgent>
  table: FleetTable
  clock: Clock
  nodes: Nodes
  agent(host: string): HostAgent
  domain(host: string, uuid: string): { agent: HostAgent; domain: LiveDomain }
}

/** A topic of the fleet: of one host, of a domain, or of all. */
export interface FleetView extends View {
  /** null = all hosts. */
  host: string | null
  uuid: string | null
  /** Shows the dirty rate. */
  measures?: boolean
  /** What it reads of its host was changed just now. */
  reread?(): void
}

/**
 * The live topics of the fleet: turns changes of hosts into deltas for whoever looks, gathered so that
 * a topic over all hosts is computed at most twice a second and one of a single host once a sample.
 */
export class LiveTopics {
  readonly #lookup: Lookup
  readonly #open = new OpenViews<FleetView>()
  readonly #dirtyHosts = new Set<string>()
  #hostFlush: NodeJS.Immediate | null = null
  #fleetFlush: NodeJS.Timeout | null = null
  #fleetFlushedAtMs = -Infinity

  constructor(lookup: Lookup) {
    this.#lookup = lookup
  }

  open(topic: FleetTopic, listener: LiveListener): LiveHandle {
    return this.#open.add(viewOf(topic, this.#lookup, listener), listener)
  }

  /** Something of this host changed. */
  changed(host: string): void {
    if (this.#open.size === 0) return
    this.#dirtyHosts.add(host)
    this.#hostFlush ??= setImmediate(() => this.#flushHosts())
    this.#scheduleFleet()
  }

  /** The dirty rate of a domain changed; nothing else did. */
  measured(host: string, uuid: string): void {
    if (this.#open.size === 0) return
    this.#open.flush(
      (view) => view.measures === true && view.host === host && view.uuid === uuid,
    )
    this.#scheduleFleet()
  }

  /** The host as a machine was changed by us: whoever looks at it sees that at once. */
  reread(host: string): void {
    this.#open.each((view) => {
      if (view.host === host) view.reread?.()
    })
  }

  /** A host, or one of its domains, is gone. */
  gone(host: string, uuid: string | null, reason: string): void {
    this.#open.gone(
      (view) => view.host === host && (uuid === null || view.uuid === uuid),
      reason,
    )
    this.#scheduleFleet()
  }

  close(): void {
    if (this.#hostFlush) clearImmediate(this.#hostFlush)
    if (this.#fleetFlush) clearTimeout(this.#fleetFlush)
    this.#hostFlush = null
    this.#fleetFlush = null
    this.#open.close()
  }

  #scheduleFleet(): void {
    if (this.#fleetFlush) return
    const sinceMs = this.#lookup.clock.monotonicMs() - this.#fleetFlushedAtMs
    const waitMs = Math.max(gatherMs, leastGapMs - sinceMs)
    this.#fleetFlush = setTimeout(() => {
      this.#fleetFlush = null
      this.#fleetFlushedAtMs = this.#lookup.clock.monotonicMs()
      this.#open.flush((view) => view.host === null)
    }, waitMs)
  }

  #flushHosts(): void {
    this.#hostFlush = null
    const dirty = new Set(this.#dirtyHosts)
    this.#dirtyHosts.clear()
    this.#open.flush((view) => view.host !== null && dirty.has(view.host))
  }
}

function viewOf(topic: FleetTopic, lookup: Lookup, listener: LiveListener): FleetView {
  switch (topic.name) {
    case 'hosts':
      return hostsView(() => [...lookup.agents.values()].map(hostSummaryOf))
    case 'fleet':
      return fleetView(topic, lookup)
    case 'host':
      return hostView(topic, lookup)
    case 'domain': {
      const { agent, domain } = lookup.domain(topic.host, topic.uuid)
      const read = () => ({
        domain: domainDetailOf(domain, contextOf(agent, lookup.clock)),
      })
      return { host: topic.host, uuid: topic.uuid, full: read, delta: read }
    }
    case 'memory':
      return memoryView(topic, lookup)
    case 'dirty-rate':
      return dirtyRateView(topic, lookup)
    case 'qmp-events':
      return qmpEventsView(topic, lookup, listener)
    case 'host-memory':
    case 'host-numa':
      return nodeView(topic, lookup.agent(topic.host), lookup.nodes, listener)
    case 'domain-numa': {
      const { agent } = lookup.domain(topic.host, topic.uuid)
      return nodeView(topic, agent, lookup.nodes, listener)
    }
  }
}

function fleetView(topic: Topic & { name: 'fleet' }, { table }: Lookup): FleetView {
  const read = (): FleetPage => table.page(topic.query, topic.offset, topic.limit)
  let sent = read()
  return {
    host: null,
    uuid: null,
    full: () => sent,
    delta() {
      const before = sent
      sent = read()
      return pageDelta(before, sent)
    },
  }
}

function hostView(topic: Topic & { name: 'host' }, lookup: Lookup): FleetView {
  const agent = lookup.agent(topic.host)
  let sent = hostDetailOf(agent)
  let sentMs = agent.figures.series.lastMs ?? 0
  return {
    host: topic.host,
    uuid: null,
    full: () => ({
      host: sent,
      series: hostSeriesOf(agent, sentMs - topic.windowSeconds * 1000, sentMs),
    }),
    delta() {
      sent = hostDetailOf(agent)
      const append = hostSeriesOf(agent, sentMs, Infinity)
      sentMs = append.tMs.at(-1) ?? sentMs
      return append.tMs.length === 0 ? { host: sent } : { host: sent, append }
    },
  }
}

function memoryView(topic: Topic & { name: 'memory' }, lookup: Lookup): FleetView {
  const { agent, domain } = lookup.domain(topic.host, topic.uuid)
  const read = () => memoryDetailOf(domain, closeContextOf(agent, lookup.clock))
  // Some of what is in the XML changes without an event: read it when somebody begins to look.
  agent.inventory.refresh(topic.uuid)
  let sent = read()
  let sentMs = domain.series.lastMs ?? 0
  return {
    host: topic.host,
    uuid: topic.uuid,
    full: () => ({
      memory: sent,
      series: domain.series.read(sentMs - topic.windowSeconds * 1000, sentMs),
    }),
    delta() {
      sent = read()
      const append = domain.series.read(sentMs)
      sentMs = append.tMs.at(-1) ?? sentMs
      return append.tMs.length === 0 ? { memory: sent } : { memory: sent, append }
    },
  }
}

/** Registered with the host from here until `close`; each change of the host looks whether it still is. */
function qmpEventsView(
  topic: Topic & { name: 'qmp-events' },
  lookup: Lookup,
  listener: LiveListener,
): FleetView {
  const { agent } = lookup.domain(topic.host, topic.uuid)
  let timer: NodeJS.Timeout | null = null
  const watch = new QmpEventWatch(topic.uuid, () => {
    timer ??= setTimeout(() => {
      timer = null
      const delta = watch.take()
      if (delta) listener.delta(delta)
    }, eventGatherMs)
  })
  watch.follow(agent.link)
  return {
    host: topic.host,
    uuid: topic.uuid,
    full: () => watch.full(),
    delta() {
      watch.follow(agent.link)
      return watch.take()
    },
    close() {
      if (timer) clearTimeout(timer)
      watch.close()
    },
  }
}

function dirtyRateView(topic: Topic & { name: 'dirty-rate' }, lookup: Lookup): FleetView {
  const { agent, domain } = lookup.domain(topic.host, topic.uuid)
  const { series } = domain.dirtyRate
  const read = () => dirtyRateDetailOf(domain, contextOf(agent, lookup.clock))
  const unwatch = topic.continuous ? agent.dirtyRates.watch(domain) : () => undefined
  let sent = read()
  let sentText = JSON.stringify(sent)
  let sentMs = series.lastMs ?? 0
  return {
    host: topic.host,
    uuid: topic.uuid,
    measures: true,
    full: () => ({
      dirtyRate: sent,
      measured: series.read(lookup.clock.wallMs() - topic.windowSeconds * 1000, sentMs),
    }),
    delta() {
      sent = read()
      const text = JSON.stringify(sent)
      const append = series.read(sentMs)
      if (text === sentText && append.tMs.length === 0) return null
      sentText = text
      sentMs = append.tMs.at(-1) ?? sentMs
      return append.tMs.length === 0 ? { dirtyRate: sent } : { dirtyRate: sent, append }
    },
    close: unwatch,
  }
}
