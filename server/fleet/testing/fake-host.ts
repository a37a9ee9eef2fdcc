// A host and its link, which answer each call that there is: as long as the interface that they fill.

import type { HostMemory } from '../../contract/host.ts'
import type { MemoryStats } from '../../contract/memory.ts'
import type { SetKsmRequest } from '../../contract/overcommit.ts'
import { parseDomainXml } from '../../libvirt/domain-xml.ts'
import { LibvirtError, RpcError } from '../../libvirt/errors.ts'
import type {
  CellsFree,
  ConnectHost,
  DirtyRateAsk,
  DirtyRateReading,
  DomainJob,
  HostFacts,
  HostLink,
  HostTopology,
  LinkEvent,
  NumaReading,
  QmpEventFacts,
  SweepRow,
  VcpuReading,
} from '../host-link.ts'
import { noStats } from '../live-domain.ts'
import type { MoveProbe } from '../move-probe.ts'

export interface FakeDomain {
  uuid: string
  name: string
  id: number
  stats: MemoryStats
  balloonKiB: number
  maximumKiB: number
  statsPeriodSeconds: number
  cpuTimeNs: number
}

const noTopology: HostTopology = { pageKiB: 4, cells: [] }

export function uuidOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
}

export function noDomain(): LibvirtError {
  return libvirtError(42, 'Domain not found')
}

export function libvirtError(number: number, message: string): LibvirtError {
  return new LibvirtError(
    {
      number,
      domain: 10,
      level: 2,
      message,
      str1: null,
      str2: null,
      str3: null,
      int1: 0,
      int2: 0,
    },
    'fake',
  )
}

/**
 * A host in memory: answers at once, hangs, refuses or dies, as a test wants it. As long as what a fleet
 * may ask of a host: each method of HostLink is here once.
 */
export class FakeHost {
  readonly domains = new Map<string, FakeDomain>()
  /** Links ever opened; the last is the newest. */
  readonly links: FakeLink[] = []
  /** What a connection fails with; null = it works. */
  refuseWith: Error | null = null
  /** While set nothing is answered. */
  hanging = false
  /** What the next sweeps fail with, one each. */
  readonly sweepErrors: Error[] = []
  /** Domains that a sweep of all leaves out, because somebody else is asking them something. */
  readonly busy = new Set<string>()
  /** The same when they are asked for alone. */
  readonly busyTwice = new Set<string>()
  /** While set, sweeps of named domains are not answered. */
  hangingAlone = false
  /** What was asked for by name, and when (epoch ms). */
  readonly askedAlone: { uuids: readonly string[]; atMs: number }[] = []
  readonly sweptAtMs: number[] = []
  /** What has each domain; begun measurements; what the next ones fail with. */
  job: DomainJob = { active: false, dirtyMiBps: null }
  readonly dirtyRateAsks: { uuid: string; seconds: number; ask: DirtyRateAsk }[] = []
  readonly dirtyRateErrors: (Error | undefined)[] = []
  dirtyMiBps = 10
  virtType = 'qemu'
  memory: HostMemory = {
    totalKiB: 1e6,
    freeKiB: 5e5,
    buffersKiB: 0,
    cachedKiB: 0,
    usedKiB: 5e5,
  }
  /** null = the host tells of no cells. */
  topology: HostTopology | null = null
  cellsFree: CellsFree[] = []
  /** null = the host has no KSM. */
  ksm: Map<string, number> | null = null
  numad: { present: boolean | null; words: string } = { present: null, words: '' }
  readonly vcpus = new Map<string, VcpuReading[]>()
  readonly memoryPlaces = new Map<string, NumaReading>()
  /** What a domain's XML says besides, such as numatune. */
  readonly moreXml = new Map<string, string>()
  tries = 0
  sweeps = 0
  sweepsUnderWay = 0
  mostSweepsUnderWay = 0
  readonly calls: string[] = []
  qmpAnswer = '{"return":{"status":"running"},"id":"libvirt-7"}'
  readonly qmpListeners = new Set<(event: QmpEventFacts) => void>()
  #waiting: (() => void)[] = []

  readonly connect: ConnectHost = async (_uri, signal) => {
    this.tries++
    await this.answer()
    signal.throwIfAborted()
    if (this.refuseWith) throw this.refuseWith
    const link = new FakeLink(this)
    this.links.push(link)
    return link
  }

  get link(): FakeLink {
    return this.links.at(-1)!
  }

  add(number: number, init: Partial<FakeDomain> = {}): FakeDomain {
    const domain: FakeDomain = {
      uuid: uuidOf(number),
      name: `vm${number}`,
      id: number,
      balloonKiB: 262_144,
      maximumKiB: 262_144,
      statsPeriodSeconds: 2,
      cpuTimeNs: 0,
      stats: {
        ...noStats,
        actual: 262_144,
        available: 223_632,
        usable: 200_000,
        unused: 190_000,
        last_update: 1_000,
        rss: 300_000,
      },
      ...init,
    }
    this.domains.set(domain.uuid, domain)
    return domain
  }

  /** Answers everything that hung. */
  resume(): void {
    this.hanging = false
    for (const go of this.#waiting.splice(0)) go()
  }

  async answer(): Promise<void> {
    if (this.hanging) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  emit(event: LinkEvent): void {
    this.link.listener?.(event)
  }
}

class FakeLink implements HostLink {
  readonly moves: MoveProbe = {
    host: () =>
      this.#call('moves.host', () => ({
        cpuXml: null,
        machines: [],
        freePages: [],
        networks: [],
        pools: [],
      })),
    domain: (uuid) =>
      this.#call('moves.domain', () => {
        const { name, maximumKiB } = this.#domain(uuid)
        const xml = `<domain type='qemu'><name>${name}</name><memory>${maximumKiB}</memory></domain>`
        return { xml: parseDomainXml(xml), diskBytes: new Map() }
      }),
    compareCpu: () => this.#call('moves.compareCpu', () => 2),
    present: () => this.#call('moves.present', () => new Map()),
    defineNetwork: (xml) => this.#call(`defineNetwork ${xml}`, () => undefined),
    startNetwork: (name) => this.#call(`startNetwork ${name}`, () => undefined),
    definePool: (xml) => this.#call(`definePool ${xml}`, () => undefined),
    startPool: (name) => this.#call(`startPool ${name}`, () => undefined),
  }
  readonly closed: Promise<unknown>
  listener: ((event: LinkEvent) => void) | null = null
  readonly #host: FakeHost
  #end: (reason: unknown) => void = () => undefined
  readonly #ended: Promise<never>

  constructor(host: FakeHost) {
    this.#host = host
    this.closed = new Promise((resolve) => (this.#end = resolve))
    this.#ended = this.closed.then((reason) => {
      throw reason
    })
    this.#ended.catch(() => undefined)
  }

  lose(reason: Error = new RpcError('closed', 'connection lost')): void {
    this.#end(reason)
  }

  close(): void {
    this.#end(new RpcError('closed', 'closed by us'))
  }

  readonly #measured = new Map<string, DirtyRateReading>()

  /** Goes on by itself beside what a test does, so it is not in `calls`. */
  async #silently<T>(result: () => T): Promise<T> {
    await Promise.race([this.#host.answer(), this.#ended])
    return result()
  }

  async #call<T>(name: string, result: () => T): Promise<T> {
    this.#host.calls.push(name)
    await Promise.race([this.#host.answer(), this.#ended])
    return result()
  }

  #domain(uuid: string): FakeDomain {
    const domain = this.#host.domains.get(uuid)
    if (!domain) throw noDomain()
    return domain
  }

  listen(listener: (event: LinkEvent) => void) {
    this.listener = listener
    return this.#call('listen', () => undefined)
  }
  hostFacts(onPart: (facts: Partial<HostFacts>) => void) {
    return this.#call('hostFacts', () => {
      if (this.#host.topology) onPart({ topology: this.#host.topology })
    })
  }
  hostTopology() {
    return this.#call('hostTopology', () => this.#host.topology ?? noTopology)
  }
  cellsFree() {
    return this.#call('cellsFree', () => this.#host.cellsFree)
  }
  ksm() {
    return this.#silently(() => {
      if (!this.#host.ksm) throw libvirtError(3, 'this function is not supported')
      return this.#host.ksm
    })
  }
  setKsm(set: SetKsmRequest) {
    return this.#call(`setKsm ${JSON.stringify(set)}`, () => undefined)
  }
  probeNumad() {
    return this.#call('probeNumad', () => this.#host.numad)
  }
  vcpuPlaces(uuid: string) {
    return this.#silently(() => {
      this.#domain(uuid)
      return this.#host.vcpus.get(uuid) ?? []
    })
  }
  memoryPlace(uuid: string) {
    return this.#silently(() => {
      this.#domain(uuid)
      return this.#host.memoryPlaces.get(uuid) ?? { mode: 'strict', nodeset: null }
    })
  }
  nodeMemory() {
    return this.#call('nodeMemory', () => this.#host.memory)
  }
  nodeCpu() {
    return this.#call('nodeCpu', () => ({ busyNs: 0, totalNs: 0 }))
  }
  listDomains() {
    return this.#call('listDomains', () => [...this.#host.domains.values()])
  }
  listNetworks() {
    return this.#call('listNetworks', () => [])
  }
  listPools() {
    return this.#call('listPools', () => [])
  }
  async sweep(uuids?: readonly string[]): Promise<SweepRow[]> {
    const host = this.#host
    if (uuids) return await this.#sweepAlone(uuids)
    host.sweeps++
    host.sweptAtMs.push(Date.now())
    host.sweepsUnderWay++
    host.mostSweepsUnderWay = Math.max(host.mostSweepsUnderWay, host.sweepsUnderWay)
    try {
      return await this.#call('sweep', () => {
        const error = host.sweepErrors.shift()
        if (error) throw error
        return [...host.domains.values()].map((domain) =>
          rowOf(domain, host.busy.has(domain.uuid)),
        )
      })
    } finally {
      host.sweepsUnderWay--
    }
  }
  async #sweepAlone(uuids: readonly string[]): Promise<SweepRow[]> {
    const host = this.#host
    host.askedAlone.push({ uuids, atMs: Date.now() })
    if (host.hangingAlone) return await this.#ended
    return await this.#call('sweep alone', () =>
      uuids
        .flatMap((uuid) => host.domains.get(uuid) ?? [])
        .map((domain) => rowOf(domain, host.busyTwice.has(domain.uuid))),
    )
  }
  domainState(uuid: string) {
    return this.#call('domainState', () => stateOf(this.#domain(uuid)))
  }
  domainFlags() {
    return this.#call('domainFlags', () => ({ persistent: true, autostart: false }))
  }
  domainXml(uuid: string) {
    return this.#call('domainXml', () => {
      const { name, maximumKiB, statsPeriodSeconds } = this.#domain(uuid)
      return `<domain type='${this.#host.virtType}'><name>${name}</name><memory>${maximumKiB}</memory>${this.#host.moreXml.get(uuid) ?? '<vcpu>1</vcpu>'}
        <devices><memballoon model='virtio'><stats period='${statsPeriodSeconds}'/></memballoon></devices></domain>`
    })
  }
  domainJob(_uuid: string): Promise<DomainJob> {
    return this.#silently(() => this.#host.job)
  }
  abortJob(uuid: string) {
    return this.#call('abortJob', () => void this.#domain(uuid))
  }
  startDirtyRate(uuid: string, seconds: number, ask: DirtyRateAsk) {
    return this.#silently(() => {
      this.#domain(uuid)
      this.#host.dirtyRateAsks.push({ uuid, seconds, ask })
      const error = this.#host.dirtyRateErrors.shift()
      if (error) throw error
      this.#measured.set(uuid, {
        measuring: false,
        mode: ask.mode,
        seconds,
        rateMiBps: this.#host.dirtyMiBps,
        vcpuMiBps: ask.mode === 'dirty-ring' ? [this.#host.dirtyMiBps] : null,
      })
    })
  }
  readDirtyRate(uuid: string) {
    return this.#silently(() => this.#measured.get(uuid) ?? null)
  }
  act(uuid: string, action: string) {
    return this.#call(`act ${action}`, () => void this.#domain(uuid))
  }
  setMemory(uuid: string, kib: number) {
    return this.#call(`setMemory ${kib}`, () => void this.#domain(uuid))
  }
  setMaximumMemory(uuid: string, kib: number) {
    return this.#call(`setMaximumMemory ${kib}`, () => void this.#domain(uuid))
  }
  setStatsPeriod(uuid: string, seconds: number) {
    return this.#call(`setStatsPeriod ${seconds}`, () => {
      this.#domain(uuid).statsPeriodSeconds = seconds
    })
  }
  qmp(uuid: string, command: string) {
    return this.#call(`qmp ${command}`, () => {
      this.#domain(uuid)
      return this.#host.qmpAnswer
    })
  }
  hmp(uuid: string, line: string) {
    return this.#call(`hmp ${line}`, () => {
      this.#domain(uuid)
      return 'VM status: running'
    })
  }
  qemuVersion() {
    return this.#call('qemuVersion', () => '7.2.22')
  }
  qmpSchema() {
    return this.#call('qmpSchema', () => [])
  }
  watchQmpEvents(_uuid: string, listener: (event: QmpEventFacts) => void) {
    return this.#call('watchQmpEvents', () => {
      this.#host.qmpListeners.add(listener)
      return async () => void this.#host.qmpListeners.delete(listener)
    })
  }
}

function stateOf(domain: FakeDomain) {
  return domain.id >= 0
    ? ({ state: 'running', reason: 'booted' } as const)
    : ({ state: 'shut-off', reason: 'shutdown' } as const)
}

function rowOf(domain: FakeDomain, busy = false): SweepRow {
  const active = domain.id >= 0
  return {
    ref: { uuid: domain.uuid, name: domain.name, id: domain.id },
    state: stateOf(domain),
    cpuTimeNs: active ? domain.cpuTimeNs : null,
    vcpuWaitNs: active ? 0 : null,
    vcpus: 1,
    vcpusMaximum: 1,
    balloonKiB: domain.balloonKiB,
    maximumKiB: domain.maximumKiB,
    stats: active && !busy ? { ...domain.stats, actual: domain.balloonKiB } : noStats,
  }
}
