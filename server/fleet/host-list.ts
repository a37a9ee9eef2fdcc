import type {
  AcceptHostKeyRequest,
  AddHostRequest,
  HostKey,
  PatchHostRequest,
} from '../contract/host.ts'
import { ProblemError } from '../contract/problem.ts'
import type { Clock } from './clock.ts'
import type { HostAgent } from './host-agent.ts'
import { classifyFailure } from './host-failure.ts'
import { makeHostSlug } from './host-slug.ts'
import { defaultStatsPeriodSeconds } from './host-store.ts'
import type { HostRecord, HostStore } from './host-store.ts'
import { messageOf } from './link-error.ts'

/** Asks hosts for their keys and keeps the accepted ones; made by server/ssh. */
export interface HostKeys {
  probe(uri: string): Promise<(HostKey & { line: string })[]>
  accept(line: string): Promise<void>
}

export interface HostListSettings {
  /** Throws an Error with words for people when the address cannot be used. */
  checkUri(uri: string): unknown
  hostKeys: HostKeys
  hostStore: HostStore
}

export interface HostListOptions extends HostListSettings {
  clock: Clock
  /** Makes the agent of a host. */
  open(record: HostRecord): HostAgent
  /** It is in the list now. */
  added(agent: HostAgent): void
}

/** Which hosts there are: each has an agent here and a record in the store. Throws only ProblemError. */
export class HostList {
  readonly #options: HostListOptions
  readonly #agents = new Map<string, HostAgent>()

  constructor(options: HostListOptions) {
    this.#options = options
  }

  get agents(): ReadonlyMap<string, HostAgent> {
    return this.#agents
  }

  /** @throws ProblemError not_found */
  get(host: string): HostAgent {
    const agent = this.#agents.get(host)
    if (!agent) {
      throw new ProblemError('not_found', { detail: `There is no host ${host}.` })
    }
    return agent
  }

  /** Takes in all that the store has. */
  load(): void {
    for (const record of this.#options.hostStore.list()) this.#add(record)
  }

  add({ uri, name, host: wanted, statsPeriodSeconds }: AddHostRequest): HostAgent {
    this.#checkUri(uri, null)
    if (wanted !== undefined && this.#agents.has(wanted)) {
      throw conflict(`There is a host ${wanted} already.`)
    }
    const host = wanted ?? makeHostSlug(name, uri, (slug) => this.#agents.has(slug))
    const record: HostRecord = {
      host,
      name: name ?? host,
      uri,
      statsPeriodSeconds: statsPeriodSeconds ?? defaultStatsPeriodSeconds,
      createdMs: this.#options.clock.wallMs(),
    }
    this.#options.hostStore.put(record)
    return this.#add(record)
  }

  update(host: string, { uri, name, statsPeriodSeconds }: PatchHostRequest): HostAgent {
    const agent = this.get(host)
    if (uri !== undefined) this.#checkUri(uri, agent)
    const { record: before } = agent
    const record: HostRecord = {
      ...before,
      uri: uri ?? before.uri,
      name: name ?? before.name,
      statsPeriodSeconds: statsPeriodSeconds ?? before.statsPeriodSeconds,
    }
    this.#options.hostStore.put(record)
    agent.update(record)
    return agent
  }

  /** Takes a host off the list and the store; to close its agent is the caller's. */
  remove(host: string): HostAgent {
    const agent = this.get(host)
    this.#options.hostStore.remove(host)
    this.#agents.delete(host)
    return agent
  }

  /** Accepts the key that a person saw, and tries the hosts again that waited for it. */
  async acceptKey({ uri, fingerprint }: AcceptHostKeyRequest): Promise<void> {
    this.#checkUsable(uri)
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
  }

  #add(record: HostRecord): HostAgent {
    const agent = this.#options.open(record)
    this.#agents.set(record.host, agent)
    this.#options.added(agent)
    return agent
  }

  /** Usable, and not in the list yet but for `self`. */
  #checkUri(uri: string, self: HostAgent | null): void {
    this.#checkUsable(uri)
    for (const agent of this.#agents.values()) {
      if (agent === self || agent.record.uri !== uri) continue
      throw conflict(`This address is in the list already, as ${agent.record.host}.`)
    }
  }

  #checkUsable(uri: string): void {
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
}

function conflict(detail: string): ProblemError {
  return new ProblemError('conflict', { detail })
}
