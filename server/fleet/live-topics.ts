import type { FleetPage } from '../contract/domain.ts'
import type {
  LiveHandle,
  LiveListener,
  Topic,
  TopicDelta,
  TopicFull,
} from '../contract/live.ts'
import type { Clock } from './clock.ts'
import { dirtyRateDetailOf } from './dirty-rate-view.ts'
import { domainDetailOf, memoryDetailOf } from './domain-view.ts'
import { closeContextOf, contextOf } from './fleet-table.ts'
import type { FleetTable } from './fleet-table.ts'
import type { HostAgent } from './host-agent.ts'
import { hostDetailOf, hostSeriesOf, hostSummaryOf } from './host-view.ts'
import { hostsView } from './hosts-view.ts'
import type { LiveDomain } from './live-domain.ts'
import { pageDelta } from './page-delta.ts'
import { QmpEventWatch } from './qmp-event-watch.ts'

/** Hosts answer within the same tick: their samples are gathered this long into one delta. */
const gatherMs = 60
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
  agent(host: string): HostAgent
  domain(host: string, uuid: string): { agent: HostAgent; domain: LiveDomain }
}

/** One open topic: knows what was handed out last, and what to add to that. */
interface View {
  /** null = all hosts. */
  host: string | null
  uuid: string | null
  /** Shows the dirty rate. */
  measures?: boolean
  full(): TopicFull
  /** What changed since the last delta; null = nothing. */
  delta(): TopicDelta | null
  /** Nobody looks any more. */
  close?(): void
}

interface Open {
  view: View
  listener: LiveListener
}

/**
 * The live topics of the fleet: turns changes of hosts into deltas for whoever looks, gathered so that
 * a topic over all hosts is computed at most twice a second and one of a single host once a sample.
 */
export class LiveTopics {
  readonly #lookup: Lookup
  readonly #open = new Set<Open>()
  readonly #dirtyHosts = new Set<string>()
  #hostFlush: NodeJS.Immediate | null = null
  #fleetFlush: NodeJS.Timeout | null = null
  #fleetFlushedAtMs = -Infinity

  constructor(lookup: Lookup) {
    this.#lookup = lookup
  }

  open(topic: FleetTopic, listener: LiveListener): LiveHandle {
    const view =
      topic.name === 'qmp-events'
        ? qmpEventsView(topic, this.#lookup, listener)
        : viewOf(topic, this.#lookup)
    const opened: Open = { view, listener }
    this.#open.add(opened)
    return {
      full: () => opened.view.full(),
      close: () => this.#close(opened),
    }
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
    this.#flush(
      (view) => view.measures === true && view.host === host && view.uuid === uuid,
    )
    this.#scheduleFleet()
  }

  /** A host, or one of its domains, is gone. */
  gone(host: string, uuid: string | null, reason: string): void {
    for (const opened of this.#open) {
      if (opened.view.host !== host) continue
      if (uuid !== null && opened.view.uuid !== uuid) continue
      this.#close(opened)
      opened.listener.gone(reason)
    }
    this.#scheduleFleet()
  }

  close(): void {
    if (this.#hostFlush) clearImmediate(this.#hostFlush)
    if (this.#fleetFlush) clearTimeout(this.#fleetFlush)
    this.#hostFlush = null
    this.#fleetFlush = null
    for (const opened of this.#open) this.#close(opened)
  }

  #close(opened: Open): void {
    if (this.#open.delete(opened)) opened.view.close?.()
  }

  #scheduleFleet(): void {
    if (this.#fleetFlush) return
    const sinceMs = this.#lookup.clock.monotonicMs() - this.#fleetFlushedAtMs
    const waitMs = Math.max(gatherMs, leastGapMs - sinceMs)
    this.#fleetFlush = setTimeout(() => {
      this.#fleetFlush = null
      this.#fleetFlushedAtMs = this.#lookup.clock.monotonicMs()
      this.#flush((view) => view.host === null)
    }, waitMs)
  }

  #flushHosts(): void {
    this.#hostFlush = null
    const dirty = new Set(this.#dirtyHosts)
    this.#dirtyHosts.clear()
    this.#flush((view) => view.host !== null && dirty.has(view.host))
  }

  #flush(concerned: (view: View) => boolean): void {
    for (const { view, listener } of this.#open) {
      if (!concerned(view)) continue
      const delta = view.delta()
      if (delta) listener.delta(delta)
    }
  }
}

function viewOf(topic: Exclude<FleetTopic, { name: 'qmp-events' }>, lookup: Lookup): View {
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
  }
}

function fleetView(topic: Topic & { name: 'fleet' }, { table }: Lookup): View {
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

function hostView(topic: Topic & { name: 'host' }, lookup: Lookup): View {
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

function memoryView(topic: Topic & { name: 'memory' }, lookup: Lookup): View {
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
): View {
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

function dirtyRateView(topic: Topic & { name: 'dirty-rate' }, lookup: Lookup): View {
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
