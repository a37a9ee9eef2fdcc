import { setTimeout as sleep } from 'node:timers/promises'

import type { LibvirtClient } from '../libvirt/client.ts'

/** What is needed to reach hosts by their slug. */
export interface HostClientsOptions {
  /** The address of a host. @throws ProblemError not_found, or host_offline when it is not connected */
  uriOf(host: string): string
  connect(uri: string, signal?: AbortSignal): Promise<LibvirtClient>
}

/** A connection that nobody uses is closed after this time. */
const idleMs = 60_000

/**
 * Connections of creation to the hosts, beside those of the fleet: storage calls and streams take
 * their time, and nothing live may wait behind them. One a host is shared and kept for a while;
 * streams get one of their own.
 */
export class HostClients {
  readonly #options: HostClientsOptions
  readonly #shared = new Map<string, { uri: string; client: Promise<LibvirtClient> }>()
  readonly #idle = new Map<string, AbortController>()
  #closed = false

  constructor(options: HostClientsOptions) {
    this.#options = options
  }

  uriOf(host: string): string {
    return this.#options.uriOf(host)
  }

  /** The shared connection, open. @throws what connecting throws */
  async shared(host: string): Promise<LibvirtClient> {
    const uri = this.#options.uriOf(host)
    const known = this.#shared.get(host)
    if (known?.uri === uri) {
      const client = await known.client.catch(() => null)
      if (client?.connected) {
        this.#keepAwhile(host)
        return client
      }
    }
    await this.#drop(host)
    const client = this.#options.connect(uri)
    this.#shared.set(host, { uri, client })
    try {
      const opened = await client
      this.#keepAwhile(host)
      return opened
    } catch (error) {
      this.#shared.delete(host)
      throw error
    }
  }

  /** A connection of one's own; whoever asked for it closes it. */
  async own(host: string, signal?: AbortSignal): Promise<LibvirtClient> {
    return await this.#options.connect(this.#options.uriOf(host), signal)
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#shared.keys()].map((host) => this.#drop(host)))
  }

  #keepAwhile(host: string): void {
    this.#idle.get(host)?.abort()
    const idle = new AbortController()
    this.#idle.set(host, idle)
    void sleep(idleMs, undefined, { signal: idle.signal, ref: false }).then(
      () => this.#drop(host),
      () => undefined,
    )
    if (this.#closed) void this.#drop(host)
  }

  async #drop(host: string): Promise<void> {
    this.#idle.get(host)?.abort()
    this.#idle.delete(host)
    const known = this.#shared.get(host)
    this.#shared.delete(host)
    const client = await known?.client.catch(() => null)
    await client?.close()
  }
}
