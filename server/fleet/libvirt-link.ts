import type { DomainAction } from '../contract/domain.ts'
import type { HostMemory } from '../contract/host.ts'
import type { SetKsmRequest } from '../contract/overcommit.ts'
import { LibvirtClient } from '../libvirt/client.ts'
import type { OpenTransport } from '../libvirt/client.ts'
import { StatsDecoder } from '../libvirt/stats-columns.ts'
import { stateFactsFromWords } from './domain-state.ts'
import type {
  Affects,
  ConnectHost,
  DirtyRateAsk,
  DomainJob,
  HostFacts,
  HostLink,
  HostTopology,
  KsmReading,
  LinkEvent,
  NumaReading,
  PoolFacts,
  QmpEventFacts,
  SweepRow,
  VcpuReading,
} from './host-link.ts'
import { readDirtyRate, startDirtyRate } from './libvirt-dirty-rate.ts'
import { readHostFacts, readTopology } from './libvirt-facts.ts'
import { ksmParams, numaModes, probeNumad, readCellsFree } from './libvirt-node.ts'
import type { Logger } from './logger.ts'
import { createMoveProbe } from './move-probe.ts'
import type { MoveProbe } from './move-probe.ts'
import { rowsOf, sweepFields } from './sweep-rows.ts'

/** A sweep stuck at a frozen QEMU may last; the connection's keepalive ends one to a dead host. */
const sweepDeadlineMs = 60_000
/** Figures beside the sweep: better none than late ones. */
const nodeDeadlineMs = 5_000

export interface LibvirtLinkOptions {
  openTransport: OpenTransport
  logger: Logger
}

/**
 * Connects to hosts over libvirt: telemetry (sweeps, events, reading) and control (changes) each have
 * a connection, so that a change never waits behind a stuck sweep.
 */
export function connectOverLibvirt(options: LibvirtLinkOptions): ConnectHost {
  return async (uri, signal) => {
    const connect = () => LibvirtClient.connect(uri, { ...options, signal })
    // One after the other: a host that refuses is asked once, and its sshd is not rushed.
    const telemetry = await connect()
    try {
      return new LibvirtLink(telemetry, await connect())
    } catch (error) {
      await telemetry.close()
      throw error
    }
  }
}

class LibvirtLink implements HostLink {
  readonly closed: Promise<Error>
  readonly #telemetry: LibvirtClient
  readonly #control: LibvirtClient
  readonly #decoder = new StatsDecoder(sweepFields)
  /** Its own: a decoder is quick where the same domains come in the same order. */
  readonly #fewDecoder = new StatsDecoder(sweepFields)

  readonly moves: MoveProbe

  constructor(telemetry: LibvirtClient, control: LibvirtClient) {
    this.#telemetry = telemetry
    this.#control = control
    this.moves = createMoveProbe(telemetry, control)
    this.closed = Promise.race([telemetry.ended, control.ended])
    void this.closed.then(() => this.close())
  }

  close(): void {
    void this.#telemetry.close()
    void this.#control.close()
  }

  async listen(listener: (event: LinkEvent) => void): Promise<void> {
    const changed = ({ uuid }: { uuid: string }) =>
      listener({ type: 'domain-changed', uuid })
    const networks = () => listener({ type: 'networks-changed' })
    const pools = () => listener({ type: 'pools-changed' })
    await this.#telemetry.events.subscribe({
      lifecycle: (event) => listener({ ...event, type: 'lifecycle' }),
      balloonChange: ({ uuid, actualKiB }) =>
        listener({ type: 'balloon', uuid, actualKiB }),
      migrationIteration: ({ uuid, iteration }) =>
        listener({ type: 'job-pass', uuid, pass: iteration }),
      jobCompleted: ({ uuid, params }) =>
        listener({ type: 'job-ended', uuid, fields: params }),
      deviceAdded: changed,
      deviceRemoved: changed,
      metadataChange: changed,
      diskChange: changed,
      tunable: changed,
      pmWakeup: changed,
      memoryDeviceSizeChange: changed,
      networkLifecycle: networks,
      poolLifecycle: pools,
      poolRefresh: pools,
    })
  }

  hostFacts(onPart: (facts: Partial<HostFacts>) => void) {
    return readHostFacts(this.#telemetry.node, onPart)
  }

  hostTopology() {
    return readTopology(this.#telemetry.node)
  }

  cellsFree(topology: HostTopology) {
    return readCellsFree(this.#telemetry.node, topology, { deadlineMs: nodeDeadlineMs })
  }

  async ksm(): Promise<KsmReading> {
    const params = await this.#telemetry.node.memoryParameters({
      deadlineMs: nodeDeadlineMs,
    })
    return new Map(params.map(({ field, value }) => [field, Number(value)]))
  }

  async setKsm(set: SetKsmRequest): Promise<void> {
    await this.#control.node.setMemoryParameters(ksmParams(set))
  }

  probeNumad() {
    return probeNumad(this.#control.domains)
  }

  async vcpuPlaces(uuid: string, vcpus: number, hostCpus: number): Promise<VcpuReading[]> {
    const places = await this.#telemetry.vcpus.list(uuid, vcpus, hostCpus)
    return places.map(({ number, state, cpu, allowedCpus }) => ({
      number,
      state,
      cpu: cpu < 0 ? null : cpu,
      allowedCpus,
    }))
  }

  async memoryPlace(uuid: string): Promise<NumaReading> {
    const params = await this.#telemetry.vcpus.numaParameters(uuid)
    const mode = params['numa_mode']
    const nodeset = params['numa_nodeset']
    return {
      mode: typeof mode === 'number' ? (numaModes[mode] ?? null) : null,
      nodeset: typeof nodeset === 'string' && nodeset !== '' ? nodeset : null,
    }
  }

  async nodeMemory(): Promise<HostMemory> {
    const memory = await this.#telemetry.node.memory(undefined, {
      deadlineMs: nodeDeadlineMs,
    })
    const { totalKiB, freeKiB, buffersKiB, cachedKiB } = memory
    return { ...memory, usedKiB: Math.max(0, totalKiB - freeKiB - buffersKiB - cachedKiB) }
  }

  async nodeCpu(): Promise<{ busyNs: number; totalNs: number }> {
    const { kernelNs, userNs, idleNs, iowaitNs } = await this.#telemetry.node.cpuTimes({
      deadlineMs: nodeDeadlineMs,
    })
    return { busyNs: kernelNs + userNs, totalNs: kernelNs + userNs + idleNs + iowaitNs }
  }

  listDomains() {
    return this.#telemetry.domains.list()
  }

  async listNetworks() {
    const { networks } = this.#telemetry
    return await inTurn(await networks.list(), async ({ uuid, name }) => ({
      uuid,
      name,
      active: await networks.isActive(uuid),
    }))
  }

  async listPools(): Promise<PoolFacts[]> {
    const { pools } = this.#telemetry
    // Those with this name are there only while creation looks into a directory.
    const named = (await pools.list()).filter(
      ({ name }) => !name.startsWith('ballast-look-'),
    )
    return await inTurn(named, async ({ uuid, name }) => {
      const [active, info] = [await pools.isActive(uuid), await pools.info(uuid)]
      const { capacityBytes, allocationBytes, availableBytes } = info
      return { uuid, name, active, capacityBytes, allocationBytes, availableBytes }
    })
  }

  async sweep(uuids?: readonly string[]): Promise<SweepRow[]> {
    const frame = await this.#telemetry.stats.columns(
      uuids ? this.#fewDecoder : this.#decoder,
      { groups: ['state', 'cpu', 'balloon', 'vcpu'], uuids },
      { deadlineMs: sweepDeadlineMs },
    )
    return rowsOf(frame)
  }

  async domainState(uuid: string) {
    const { state, reason } = await this.#telemetry.domains.getState(uuid)
    return stateFactsFromWords(state, reason)
  }

  async domainFlags(uuid: string) {
    const { domains } = this.#telemetry
    const [persistent, autostart] = await Promise.all([
      domains.isPersistent(uuid),
      // A transient domain has no autostart, and libvirt says so by an error.
      domains.getAutostart(uuid).catch(() => false),
    ])
    return { persistent, autostart }
  }

  domainXml(uuid: string, { inactive }: { inactive: boolean }) {
    return this.#telemetry.domains.getXml(uuid, { inactive })
  }

  async domainJob(uuid: string): Promise<DomainJob> {
    const { type, operation, params } = await this.#telemetry.jobs.stats(uuid)
    const active = type === 'bounded' || type === 'unbounded'
    const pages = Number(params['memory_dirty_rate'] ?? 0)
    const pageBytes = Number(params['memory_page_size'] ?? 4096)
    const counts = active && operation === 'migration-out' && pages > 0
    const dirtyMiBps = counts ? (pages * pageBytes) / 2 ** 20 : null
    return { active, operation, fields: params, dirtyMiBps }
  }

  async abortJob(uuid: string): Promise<void> {
    await this.#control.jobs.abort(uuid)
  }

  startDirtyRate(uuid: string, seconds: number, ask: DirtyRateAsk) {
    return startDirtyRate(this.#telemetry, uuid, seconds, ask)
  }

  readDirtyRate(uuid: string) {
    return readDirtyRate(this.#telemetry, uuid)
  }

  async act(uuid: string, action: DomainAction): Promise<void> {
    await this.#control.domains[action](uuid)
  }

  async setMemory(uuid: string, kib: number, where: Affects): Promise<void> {
    await this.#control.memory.set(uuid, kib, where)
  }

  async setMaximumMemory(uuid: string, kib: number): Promise<void> {
    await this.#control.memory.set(uuid, kib, { config: true, maximum: true })
  }

  async setStatsPeriod(uuid: string, seconds: number, where: Affects): Promise<void> {
    await this.#control.memory.setStatsPeriod(uuid, seconds, where)
  }

  qmp(uuid: string, command: string) {
    return this.#control.monitor.raw(uuid, command)
  }

  hmp(uuid: string, line: string) {
    return this.#control.monitor.hmp(uuid, line)
  }

  qemuVersion(uuid: string) {
    return this.#control.monitor.queryVersion(uuid)
  }

  qmpSchema(uuid: string) {
    return this.#control.monitor.queryQmpSchema(uuid)
  }

  watchQmpEvents(uuid: string, listener: (event: QmpEventFacts) => void) {
    return this.#control.events.watchMonitor(uuid, listener)
  }
}

/** One host call after the other: a long list must not take all slots of the connection. */
async function inTurn<T, R>(items: T[], read: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const item of items) results.push(await read(item))
  return results
}
