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
  HostKey,
  HostSummary,
  HostTestResult,
  PatchHostRequest,
} from '../contract/host.ts'
import type { LiveHandle, LiveListener, LiveSource, Topic } from '../contract/live.ts'
import type {
  MemoryDetail,
  Resize,
  SamplesQuery,
  SamplesResponse,
  SetMemoryTargetRequest,
} from '../contract/memory.ts'
import { ProblemError } from '../contract/problem.ts'
import type { Change } from './change.ts'
import { systemClock } from './clock.ts'
import type { Clock } from './clock.ts'
import { actOnDomain } from './domain-actions.ts'
import { domainDetailOf, memoryDetailOf } from './domain-view.ts'
import { contextOf, FleetTable } from './fleet-table.ts'
import { HostAgent } from './host-agent.ts'
import { classifyFailure } from './host-failure.ts'
import type { ConnectHost } from './host-link.ts'
import { makeHostSlug } from './host-slug.ts'
import { defaultStatsPeriodSeconds } from './host-store.ts'
import type { HostRecord, HostStore } from './host-store.ts'
import { testHost } from './host-test.ts'
import { hostDetailOf, hostSummaryOf } from './host-view.ts'
import { messageOf, problemOf } from './link-error.ts'
import type { LiveDomain } from './live-domain.ts'
import { LiveTopics } from './live-topics.ts'
import type { Logger } from './logger.ts'
import * as memory from './memory-actions.ts'
import type { Subject } from './memory-actions.ts'
import { ResizeLog } from './resize-log.ts'
import type { ResizeStore } from './resize-store.ts'
import { samplesOf } from './samples.ts'
import { virshLine } from './virsh-line.ts'

/** Asks hosts for their keys and keeps the accepted ones; made by server/ssh. */
export interface HostKeys {
  probe(uri: string): Promise<(HostKey & { line: string })[]>
  accept(line: string): Promise<void>
}

export interface FleetOptions {
  connect: ConnectHost
  /** Throws an Error with words for people when the address cannot be used. */
  checkUri(uri: string): unknown
  hostKeys: HostKeys
  hostStore: HostStore
  resizeStore: ResizeStore
  logger: Logger
  clock?: Clock
}

/**
 * All hosts and their domains: one agent a host, and the views over all of them. Is the FleetApi of
 * server/runtime.ts, which main.ts holds it against. Methods throw only ProblemError.
 */
export class Fleet implements LiveSource {
  readonly #options: FleetOptions
  readonly #clock: Clock
  readonly #agents = new Map<string, HostAgent>()
  readonly #table: FleetTable
  readonly #topics: LiveTopics
  #closed = false

  constructor(options: FleetOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#table = new FleetTable(this.#agents, this.#clock)
    this.#topics = new LiveTopics({
      agents: this.#agents,
      table: this.#table,
      clock: this.#clock,
      agent: (host) => this.#agent(host),
      domain: (host, uuid) => this.#subject(host, uuid),
    })
  }

  /** Begins to connect all stored hosts; returns at once. */
  start(): void {
    for (const record of this.#options.hostStore.list()) this.#addAgent(record)
  }

  /** Ends all connections, timers and topics. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true
    this.#topics.close()
    await Promise.all([...this.#agents.values()].map((agent) => agent.close()))
  }

  open(topic: Topic, listener: LiveListener): LiveHandle {
    return this.#topics.open(topic, listener)
  }

  listHosts(): HostSummary[] {
    return [...this.#agents.values()].map(hostSummaryOf)
  }

  getHost(host: string): HostDetail {
    return hostDetailOf(this.#agent(host))
  }

  async addHost(request: AddHostRequest): Promise<Change<HostDetail>> {
    this.#checkUri(request.uri)
    for (const agent of this.#agents.values()) {
      if (agent.record.uri === request.uri) {
        throw conflict(`This address is in the list already, as ${agent.record.host}.`)
      }
    }
    if (request.host !== undefined && this.#agents.has(request.host)) {
      throw conflict(`There is a host ${request.host} already.`)
    }
    const host =
      request.host ??
      makeHostSlug(request.name, request.uri, (slug) => this.#agents.has(slug))
    const record: HostRecord = {
      host,
      name: request.name ?? host,
      uri: request.uri,
      statsPeriodSeconds: request.statsPeriodSeconds ?? defaultStatsPeriodSeconds,
      createdMs: this.#clock.wallMs(),
    }
    this.#options.hostStore.put(record)
    return { result: hostDetailOf(this.#addAgent(record)), command: null }
  }

  async updateHost(host: string, patch: PatchHostRequest): Promise<Change<HostDetail>> {
    const agent = this.#agent(host)
    if (patch.uri !== undefined) {
      this.#checkUri(patch.uri)
      for (const other of this.#agents.values()) {
        if (other !== agent && other.record.uri === patch.uri) {
          throw conflict(`This address is in the list already, as ${other.record.host}.`)
        }
      }
    }
    const record: HostRecord = {
      ...agent.record,
      uri: patch.uri ?? agent.record.uri,
      name: patch.name ?? agent.record.name,
      statsPeriodSeconds: patch.statsPeriodSeconds ?? agent.record.statsPeriodSeconds,
    }
    this.#options.hostStore.put(record)
    agent.update(record)
    return { result: hostDetailOf(agent), command: null }
  }

  async removeHost(host: string): Promise<Change<null>> {
    const agent = this.#agent(host)
    this.#options.hostStore.remove(host)
    this.#options.resizeStore.removeHost(host)
    this.#agents.delete(host)
    this.#table.reordered()
    this.#topics.gone(host, null, 'The host was removed.')
    await agent.close()
    return { result: null, command: null }
  }

  testHost(uri: string): Promise<HostTestResult> {
    const { connect, checkUri } = this.#options
    return testHost(uri, { connect, checkUri, clock: this.#clock })
  }

  async acceptHostKey({ uri, fingerprint }: AcceptHostKeyRequest): Promise<Change<null>> {
    this.#checkUri(uri)
    const { hostKeys } = this.#options
    try {
      const keys = await hostKeys.probe(uri)
      const key = keys.find((shown) => shown.fingerprint === fingerprint)
      if (!key) {
        throw conflict('The host shows another key now than the one that was accepted.')
      }
      await hostKeys.accept(key.line)
    } catch (error) {
      if (error instanceof ProblemError) throw error
      const { failure } = classifyFailure(error)
      throw new ProblemError('host_offline', {
        detail: `The key of the host could not be fetched: ${failure.message}`,
        remedy: failure.remedy,
        cause: error,
      })
    }
    for (const agent of this.#agents.values()) {
      const kind = agent.failure?.kind
      if (kind === 'unknown-key' || kind === 'changed-key') agent.reconnect()
    }
    return { result: null, command: null }
  }

  reconnectHost(host: string): Change<null> {
    this.#agent(host).reconnect()
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
    return memoryDetailOf(domain, contextOf(agent, this.#clock))
  }

  async setMemoryTarget(
    host: string,
    uuid: string,
    request: SetMemoryTargetRequest & { by: string },
  ): Promise<Change<Resize>> {
    return await this.#changing(
      host,
      memory.setMemoryTarget(this.#subject(host, uuid), request),
    )
  }

  async undoMemoryTarget(host: string, uuid: string, by: string): Promise<Change<Resize>> {
    return await this.#changing(
      host,
      memory.undoMemoryTarget(this.#subject(host, uuid), by),
    )
  }

  async setStatsPeriod(
    host: string,
    uuid: string,
    periodSeconds: number,
  ): Promise<Change<null>> {
    return await this.#changing(
      host,
      memory.setStatsPeriod(this.#subject(host, uuid), periodSeconds),
    )
  }

  samples(query: SamplesQuery): SamplesResponse {
    return samplesOf(this.#subject(query.host, query.domain).domain, query)
  }

  /** What was begun shows at once, and how it ended too. */
  async #changing<T>(host: string, change: Promise<T>): Promise<T> {
    this.#topics.changed(host)
    try {
      return await change
    } finally {
      this.#topics.changed(host)
    }
  }

  #addAgent(record: HostRecord): HostAgent {
    const { host } = record
    const { connect, logger, resizeStore } = this.#options
    const agent: HostAgent = new HostAgent(record, {
      connect,
      logger,
      clock: this.#clock,
      resizesOf: (uuid) =>
        new ResizeLog({
          wallMs: () => this.#clock.wallMs(),
          load: () => resizeStore.get(host, uuid),
          save: (resize) => this.#keep(() => resizeStore.put(host, uuid, resize)),
          forget: () => this.#keep(() => resizeStore.remove(host, uuid)),
          commandFor: (name, targetKiB) =>
            virshLine(
              agent.record.uri,
              'setmem',
              { name, uuid },
              String(targetKiB),
              '--live',
            ),
        }),
      onChange: (reorder) => {
        if (reorder) this.#table.reordered()
        this.#topics.changed(host)
      },
      onSample: () => {
        this.#table.sampled()
        this.#topics.changed(host)
      },
      onGone: (uuid) => {
        this.#keep(() => resizeStore.remove(host, uuid))
        this.#topics.gone(host, uuid, 'The domain does not exist any more.')
      },
    })
    this.#agents.set(host, agent)
    this.#table.reordered()
    this.#topics.changed(host)
    if (!this.#closed) agent.start()
    return agent
  }

  /** The way back is a comfort: a full disk must not stop what the fleet does. */
  #keep(write: () => void): void {
    try {
      write()
    } catch (error) {
      this.#options.logger.error({ err: error }, 'a resize could not be kept')
    }
  }

  #checkUri(uri: string): void {
    try {
      this.#options.checkUri(uri)
    } catch (error) {
      throw new ProblemError('invalid', {
        detail: messageOf(error),
        issues: [{ path: 'uri', message: messageOf(error) }],
        cause: error,
      })
    }
  }

  #agent(host: string): HostAgent {
    const agent = this.#agents.get(host)
    if (!agent) {
      throw new ProblemError('not_found', { detail: `There is no host ${host}.` })
    }
    return agent
  }

  #subject(host: string, uuid: string): Subject {
    const agent = this.#agent(host)
    const domain: LiveDomain | undefined = agent.inventory.domains.get(uuid.toLowerCase())
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

function conflict(detail: string): ProblemError {
  return new ProblemError('conflict', { detail })
}
