import { setTimeout as sleep } from 'node:timers/promises'

import { getLab } from '../../../e2e/lab/index.ts'
import type { Guest, Host } from '../../../e2e/lab/index.ts'
import type { FleetRow } from '../../contract/domain.ts'
import { parseLibvirtUri } from '../../ssh/libvirt-uri.ts'
import { createOpenTransport } from '../../ssh/open-transport.ts'
import { createFleet } from '../fleet.ts'
import type { Fleet } from '../fleet.ts'
import { connectOverLibvirt } from '../libvirt-link.ts'
import type { SampleSink } from '../sample-sink.ts'
import {
  MemoryConfigChangeStore,
  MemoryHostStore,
  MemoryResizeStore,
  silentLogger,
} from './stores.ts'

export const everything = {
  search: '',
  hosts: [],
  states: [],
  sort: 'name',
  descending: false,
} as const

/** A fleet of our own on hosts of the lab. */
export class LabFleet {
  readonly lab = getLab()
  readonly fleet: Fleet
  readonly resizeStore: MemoryResizeStore
  readonly configChangeStore: MemoryConfigChangeStore

  constructor(
    hosts: string[],
    resizeStore = new MemoryResizeStore(),
    sink?: SampleSink,
    configChangeStore = new MemoryConfigChangeStore(),
  ) {
    this.configChangeStore = configChangeStore
    this.resizeStore = resizeStore
    const records = hosts.map((host) => ({
      host,
      name: host,
      uri: this.lab.host(host).uri,
      statsPeriodSeconds: 2,
      createdMs: 0,
    }))
    this.fleet = createFleet({
      connect: connectOverLibvirt({
        openTransport: createOpenTransport({ knownHostsFile: '/dev/null' }),
        logger: silentLogger,
      }),
      checkUri: parseLibvirtUri,
      hostKeys: {
        probe: () => Promise.resolve([]),
        accept: () => Promise.resolve(),
      },
      hostStore: new MemoryHostStore(records),
      resizeStore,
      configChangeStore,
      logger: silentLogger,
      ...(sink && { sink }),
    })
  }

  async start(): Promise<this> {
    this.fleet.start()
    for (const { host } of this.fleet.listHosts()) await this.whenState(host, 'online')
    return this
  }

  host(name: string): Host {
    return this.lab.host(name)
  }

  guest(name: string): Guest {
    return this.lab.guest(name)
  }

  rows(): FleetRow[] {
    return this.fleet.listDomains({ ...everything, hosts: [], states: [] }, 0, 200).rows
  }

  row(name: string): FleetRow | undefined {
    return this.rows().find((row) => row.name === name)
  }

  memory(guest: Guest) {
    return this.fleet.getMemory(guest.hostName, guest.uuid)
  }

  /** Waits until `look` holds, and says how long that took, ms. */
  async when(what: string, look: () => boolean, timeoutMs = 10_000): Promise<number> {
    const startedMs = performance.now()
    while (!look()) {
      if (performance.now() - startedMs > timeoutMs) {
        throw new Error(`not within ${timeoutMs} ms: ${what}`)
      }
      await sleep(20)
    }
    return performance.now() - startedMs
  }

  whenState(host: string, state: string, timeoutMs = 20_000): Promise<number> {
    return this.when(
      `${host} ${state}`,
      () => this.fleet.getHost(host).state === state,
      timeoutMs,
    )
  }

  /** Ticks that a host was sampled in since `sinceMs`. */
  sampledTicks(host: string, sinceMs: number): number[] {
    const handle = this.fleet.open(
      { name: 'host', host, windowSeconds: 900 },
      { delta: () => undefined, gone: () => undefined },
    )
    const full = handle.full()
    handle.close()
    return 'series' in full ? full.series.tMs.filter((ms) => ms >= sinceMs) : []
  }
}
