// Long for its breadth: one short method for each thing that can be asked of the fleet, and no logic.
import type { Role } from '../contract/account.ts'
import type { DirtyRateDetail, MeasureDirtyRateRequest } from '../contract/dirty-rate.ts'
import type {
  DomainAction,
  DomainDetail,
  FleetPage,
  FleetQuery,
} from '../contract/domain.ts'
import type {
  AcceptHostKeyRequest,
  AddHostRequest,
  HostDetail,
  HostSummary,
  HostTestResult,
  PatchHostRequest,
} from '../contract/host.ts'
import type { LiveHandle, LiveListener } from '../contract/live.ts'
import type { MemoryDetail, SetMemoryMaximumRequest } from '../contract/memory.ts'
import type {
  HmpRequest,
  MonitorAnswer,
  QmpRequest,
  QmpSchema,
} from '../contract/monitor.ts'
import { ProblemError } from '../contract/problem.ts'
import type { RowMove } from '../contract/row-move.ts'
import { BalloonChanges } from './balloon-changes.ts'
import type { ShrinkCarrier } from './balloon-changes.ts'
import type { Change } from './change.ts'
import { systemClock } from './clock.ts'
import type { Clock } from './clock.ts'
import * as dirtyRate from './dirty-rate-actions.ts'
import { dirtyRateDetailOf } from './dirty-rate-view.ts'
import { actOnDomain } from './domain-actions.ts'
import { domainDetailOf, memoryDetailOf } from './domain-view.ts'
import { domainFiguresOf } from './figures.ts'
import type { FleetFigures } from './figures.ts'
import { closeContextOf, contextOf, FleetTable } from './fleet-table.ts'
import { HostAgent } from './host-agent.ts'
import type { ConnectHost, JobFields } from './host-link.ts'
import { HostList } from './host-list.ts'
import type { HostListSettings } from './host-list.ts'
import type { HostRecord } from './host-store.ts'
import { testHost } from './host-test.ts'
import { hostDetailOf, hostSummaryOf } from './host-view.ts'
import { KeptResizes } from './kept-resizes.ts'
import { problemOf } from './link-error.ts'
import type { LiveDomain } from './live-domain.ts'
import { LiveTopics } from './live-topics.ts'
import type { FleetTopic } from './live-topics.ts'
import type { Logger } from './logger.ts'
import * as memory from './memory-actions.ts'
import type { BegunShrink, Subject, TargetRequest } from './memory-actions.ts'
import { sendHmp, sendQmp } from './monitor-actions.ts'
import { MovingDomains } from './moving.ts'
import { Nodes } from './nodes.ts'
import { QmpSchemas } from './qmp-schemas.ts'
import type { ConfigChangeStore, ResizeStore } from './resize-store.ts'
import type { SampleSink } from './sample-sink.ts'
import type { Series } from './series.ts'

export interface FleetOptions extends HostListSettings, ShrinkCarrier {
  connect: ConnectHost
  resizeStore: ResizeStore
  /** Without one, undo of the config lasts no longer than the process. */
  configChangeStore?: ConfigChangeStore
  /** Where a removed host's measured links are forgotten. */
  linkProbes?: { removeHost(host: string): void }
  logger: Logger
  /** Gets every sample and resize, to keep them. */
  sink?: SampleSink
  clock?: Clock
}

/** `fields` null = the job goes on; else libvirt's figures of one that has ended. */
export type JobListener = (host: string, uuid: string, fields: JobFields | null) => void

/**
 * All hosts and their domains: one agent a host, and the views over all of them. Is the FleetApi of
 * server/runtime.ts, which main.ts holds it against. Each method leads to the part that does it; all
 * throw only ProblemError.
 */
export class Fleet {
  readonly #options: FleetOptions
  readonly #clock: Clock
  readonly #hosts: HostList
  readonly #table: FleetTable
  readonly #topics: LiveTopics
  readonly #qmpSchemas = new QmpSchemas()
  /** The hosts as machines. */
  readonly nodes: Nodes
  readonly #balloons: BalloonChanges
  readonly #keptResizes: KeptResizes
  readonly #moving = new MovingDomains()
  #jobListener: JobListener | null = null
  #closed = false

  constructor(options: FleetOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#keptResizes = new KeptResizes({ ...options, clock: this.#clock })
    this.#hosts = new HostList({
      ...options,
      clock: this.#clock,
      open: (record) => this.#open(record),
      added: (agent) => this.#begin(agent),
    })
    this.nodes = new Nodes({
      clock: this.#clock,
      agent: (host) => this.#hosts.get(host),
      domain: (host, uuid) => this.#subject(host, uuid),
      changed: (host) => this.#topics.reread(host),
    })
    this.#table = new FleetTable(this.#hosts.agents, this.#clock, this.#moving)
    this.#topics = new LiveTopics({
      agents: this.#hosts.agents,
      table: this.#table,
      clock: this.#clock,
      nodes: this.nodes,
      agent: (host) => this.#hosts.get(host),
      domain: (host, uuid) => this.#subject(host, uuid),
    })
    this.#balloons = new BalloonChanges({
      ...options,
      subject: (host, uuid) => this.#subject(host, uuid),
      changed: (host) => this.#topics.changed(host),
    })
  }

  /** Begins to connect all stored hosts; returns at once. */
  start(): void {
    this.#hosts.load()
  }

  /** Ends all connections, timers and topics. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#balloons.close()
    this.#topics.close()
    await Promise.all([...this.#hosts.agents.values()].map((agent) => agent.close()))
  }

  open(topic: FleetTopic, listener: LiveListener): LiveHandle {
    return this.#topics.open(topic, listener)
  }

  listHosts(): HostSummary[] {
    return [...this.#hosts.agents.values()].map(hostSummaryOf)
  }

  getHost(host: string): HostDetail {
    return hostDetailOf(this.#hosts.get(host))
  }

  async addHost(request: AddHostRequest): Promise<Change<HostDetail>> {
    return { result: hostDetailOf(this.#hosts.add(request)), command: null }
  }

  async updateHost(host: string, patch: PatchHostRequest): Promise<Change<HostDetail>> {
    return { result: hostDetailOf(this.#hosts.update(host, patch)), command: null }
  }

  async removeHost(host: string): Promise<Change<null>> {
    const agent = this.#hosts.remove(host)
    this.#options.resizeStore.removeHost(host)
    this.#options.configChangeStore?.removeHost(host)
    this.#options.linkProbes?.removeHost(host)
    this.#table.reordered()
    this.#topics.gone(host, null, 'The host was removed.')
    await agent.close()
    return { result: null, command: null }
  }

  testHost(uri: string): Promise<HostTestResult> {
    const { connect, checkUri } = this.#options
    return testHost(uri, { connect, checkUri, clock: this.#clock })
  }

  async acceptHostKey(request: AcceptHostKeyRequest): Promise<Change<null>> {
    await this.#hosts.acceptKey(request)
    return { result: null, command: null }
  }

  reconnectHost(host: string): Change<null> {
    this.#hosts.get(host).reconnect()
    return { result: null, command: null }
  }

  listDomains(query: FleetQuery, offset: number, limit: number): FleetPage {
    return this.#table.page(query, offset, limit)
  }

  getDomain(host: string, uuid: string): DomainDetail {
    const { agent, domain } = this.#subject(host, uuid)
    return domainDetailOf(domain, contextOf(agent, this.#clock))
  }

  async getDomainXml(
    host: string,
    uuid: string,
    options: { inactive: boolean },
  ): Promise<string> {
    const { agent } = this.#subject(host, uuid)
    try {
      return await memory.linkOf(agent).domainXml(uuid, options)
    } catch (error) {
      throw problemOf(error, { host })
    }
  }

  async actOnDomain(
    host: string,
    uuid: string,
    action: DomainAction,
  ): Promise<Change<null>> {
    return await actOnDomain(this.#subject(host, uuid), action)
  }

  getMemory(host: string, uuid: string): MemoryDetail {
    const { agent, domain } = this.#subject(host, uuid)
    return memoryDetailOf(domain, closeContextOf(agent, this.#clock))
  }

  /**
   * Changes a balloon's target. A shrink in steps goes on by itself after this resolved: who wants to
   * follow or cancel it calls `beginShrink` instead.
   */
  setMemoryTarget(host: string, uuid: string, request: TargetRequest) {
    return this.#balloons.setTarget(host, uuid, request)
  }

  /** See BalloonChanges.beginShrink. */
  beginShrink(host: string, uuid: string, request: TargetRequest): BegunShrink | null {
    return this.#balloons.beginShrink(host, uuid, request)
  }

  /** What undoes the newest change of a balloon's target. @throws ProblemError conflict: there is none */
  undoRequest(host: string, uuid: string, by: string): TargetRequest {
    return memory.undoRequest(this.#subject(host, uuid), by)
  }

  undoMemoryTarget(
    host: string,
    uuid: string,
    by: string,
    affects: 'live' | 'config' = 'live',
  ) {
    return this.#balloons.undo(host, uuid, by, affects)
  }

  setMaximumMemory(host: string, uuid: string, request: SetMemoryMaximumRequest) {
    return this.#balloons.setMaximum(host, uuid, request)
  }

  setStatsPeriod(host: string, uuid: string, periodSeconds: number) {
    return this.#balloons.setStatsPeriod(host, uuid, periodSeconds)
  }

  /**
   * The live series of a domain, or of a host when no domain is named; null where there is none now.
   *
   * @throws ProblemError not_found when there is no such host
   */
  seriesOf(host: string, uuid: string | null): Series<string> | null {
    const agent = this.#hosts.get(host)
    if (uuid === null) return agent.figures.series
    return agent.inventory.domains.get(uuid)?.series ?? null
  }

  /** All that is told of hosts and domains, for /metrics. */
  *figures(): Generator<FleetFigures> {
    for (const agent of this.#hosts.agents.values()) {
      yield {
        summary: hostSummaryOf(agent),
        domains: () => {
          const domains = [...agent.inventory.domains.values()]
          return domains.map((domain) => domainFiguresOf(domain, this.#clock))
        },
      }
    }
  }

  /** All hosts with all their domains, for what goes through everything. */
  get hosts(): Iterable<HostAgent> {
    return this.#hosts.agents.values()
  }

  /** A host with what is known of it. @throws ProblemError not_found */
  hostOf(host: string): HostAgent {
    return this.#hosts.get(host)
  }

  /** A domain with its host. @throws ProblemError not_found */
  domainOf(host: string, uuid: string): Subject {
    return this.#subject(host, uuid)
  }

  /** Who hears that a job of libvirt's has a domain, or has ended; one listener. */
  onJob(listener: JobListener): void {
    this.#jobListener = listener
  }

  /** Shows a domain as moving, in one row; `ended` shows it as usual again. */
  showMove(uuid: string, move: RowMove, ended: boolean): void {
    if (ended) {
      if (!this.#moving.end(uuid, move.job)) return
    } else this.#moving.set(uuid, move)
    for (const host of [move.source, move.target]) {
      const agent = host === null ? undefined : this.#hosts.agents.get(host)
      if (!agent) continue
      const domain = agent.inventory.domains.get(uuid)
      if (domain) {
        domain.move = ended ? undefined : move
        domain.version++
      }
      this.#topics.changed(agent.record.host)
    }
    this.#table.reordered()
  }

  async qmpSchema(host: string, uuid: string): Promise<Change<QmpSchema>> {
    return await this.#qmpSchemas.of(this.#subject(host, uuid))
  }

  async qmp(
    host: string,
    uuid: string,
    request: QmpRequest & { role: Role },
  ): Promise<Change<MonitorAnswer>> {
    return await sendQmp(this.#subject(host, uuid), request)
  }

  async hmp(
    host: string,
    uuid: string,
    request: HmpRequest & { role: Role },
  ): Promise<Change<MonitorAnswer>> {
    return await sendHmp(this.#subject(host, uuid), request)
  }

  getDirtyRate(host: string, uuid: string): DirtyRateDetail {
    const { agent, domain } = this.#subject(host, uuid)
    return dirtyRateDetailOf(domain, contextOf(agent, this.#clock))
  }

  async measureDirtyRate(
    host: string,
    uuid: string,
    request: MeasureDirtyRateRequest,
  ): Promise<Change<null>> {
    return await dirtyRate.measureDirtyRate(this.#subject(host, uuid), request)
  }

  setDirtyRateSampling(host: string, uuid: string, fine: boolean): Change<null> {
    const change = dirtyRate.setDirtyRateSampling(this.#subject(host, uuid), fine)
    this.#topics.measured(host, uuid)
    return change
  }

  #open(record: HostRecord): HostAgent {
    const { host } = record
    const { connect, logger, sink } = this.#options
    const agent: HostAgent = new HostAgent(record, {
      connect,
      logger,
      clock: this.#clock,
      resizesOf: (uuid) => this.#keptResizes.logOf(agent, uuid),
      onChange: (reorder) => {
        if (reorder) this.#table.reordered()
        this.#topics.changed(host)
      },
      onSample: () => {
        this.#table.sampled()
        sink?.sampled(agent)
        this.#topics.changed(host)
      },
      onJob: (uuid, fields) => this.#jobListener?.(host, uuid, fields),
      onDirtyRate: (uuid) => {
        this.#table.sampled()
        this.#topics.measured(host, uuid)
      },
      onGone: (uuid) => {
        sink?.gone(host, uuid)
        this.#keptResizes.forget(host, uuid)
        this.#topics.gone(host, uuid, 'The domain does not exist any more.')
      },
    })
    return agent
  }

  #begin(agent: HostAgent): void {
    this.#table.reordered()
    this.#topics.changed(agent.record.host)
    if (!this.#closed) agent.start()
  }

  #subject(host: string, uuid: string): Subject {
    const agent = this.#hosts.get(host)
    const domain: LiveDomain | undefined = agent.inventory.domains.get(uuid.toLowerCase())
    if (!domain && agent.figures.sampledMs === null) {
      throw new ProblemError('host_offline', {
        host,
        detail: `${host} has not answered since Ballast started: which domains it has is not known.`,
        remedy: 'Wait until it is online, or look at its page for the reason.',
      })
    }
    if (!domain) {
      throw new ProblemError('not_found', {
        host,
        detail: `There is no domain ${uuid} on host ${host}.`,
      })
    }
    return { agent, domain, clock: this.#clock }
  }
}

export function createFleet(options: FleetOptions): Fleet {
  return new Fleet(options)
}
