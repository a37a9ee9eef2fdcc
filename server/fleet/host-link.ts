import type { DirtyRateMode } from '../contract/dirty-rate.ts'
import type { DomainAction, DomainState } from '../contract/domain.ts'
import type { HostDetail, HostMemory } from '../contract/host.ts'
import type { MemoryStats } from '../contract/memory.ts'
import type { SetKsmRequest } from '../contract/overcommit.ts'
import type { QmpValue } from '../contract/qmp-json.ts'
import type { MoveProbe } from './move-probe.ts'

/** A domain as a host names it. Names are as they come: clean them before keeping. */
export interface DomainRef {
  uuid: string
  name: string
  /** -1 when not running. */
  id: number
}

export interface StateFacts {
  state: DomainState
  /** In the words of `virsh domstate --reason`. */
  reason: string
}

/** One domain in one sweep. null = the host did not say (NOWAIT, no driver, not running). */
export interface SweepRow {
  ref: DomainRef
  state: StateFacts | null
  cpuTimeNs: number | null
  /** How long its vCPUs together wanted to run and the host gave them no CPU (steal), since the start. */
  vcpuWaitNs: number | null
  vcpus: number | null
  vcpusMaximum: number | null
  /** `balloon.current` and `balloon.maximum`, KiB. */
  balloonKiB: number | null
  maximumKiB: number | null
  stats: MemoryStats
}

/** Everything the fleet wants to hear from a host without asking. */
export type LinkEvent =
  /** `event` and `detail` in libvirt's words, such as `stopped` and `destroyed`. */
  | { type: 'lifecycle'; uuid: string; name: string; event: string; detail: string }
  | { type: 'balloon'; uuid: string; actualKiB: number }
  /** Devices, metadata, tuning: the XML is another now. */
  | { type: 'domain-changed'; uuid: string }
  /** A job has the domain (`pass` of its memory), or one has ended with these fields. */
  | { type: 'job-pass'; uuid: string; pass: number }
  | { type: 'job-ended'; uuid: string; fields: JobFields }
  | { type: 'networks-changed' }
  | { type: 'pools-changed' }

export interface NetworkFacts {
  uuid: string
  name: string
  active: boolean
}
export interface PoolFacts extends NetworkFacts {
  capacityBytes: number
  allocationBytes: number
  availableBytes: number
}

/** What a host tells of itself once a connection. */
export interface HostFacts extends Pick<
  HostDetail,
  'hostname' | 'hostUuid' | 'versions' | 'cpu'
> {
  topology: HostTopology | null
}

/** CPUs and memory of a host by NUMA cell, without what changes all the time. */
export interface HostTopology {
  cells: {
    id: number
    totalKiB: number
    cpus: number[]
    threadsPerCore: number
    distances: { cell: number; value: number }[]
    /** Without the ordinary pages. */
    hugePages: { sizeKiB: number; total: number }[]
  }[]
  /** Size of an ordinary page. */
  pageKiB: number
}

/** What is free in the cells of a host, in the order of its topology; null = it did not say. */
export interface CellsFree {
  freeKiB: number | null
  /** In the order of the cell's huge pages. */
  freePages: (number | null)[]
}

/** The settings and figures of KSM by libvirt's names (`shm_pages_sharing`). */
export type KsmReading = ReadonlyMap<string, number>

/** Where the vCPUs of a running domain are and may be. */
export interface VcpuReading {
  number: number
  state: 'offline' | 'running' | 'blocked'
  /** CPU of the host; null = libvirt does not say. */
  cpu: number | null
  allowedCpus: number[]
}

/** Where the kernel lets the memory of a running domain be. */
export interface NumaReading {
  mode: string | null
  /** `0-1`; null = not told. */
  nodeset: string | null
}

/**
 * What may be sent to measure a dirty rate. `dirty-bitmap` ends QEMU without KVM, and the guest with
 * it: whoever writes `kvm` here has just read it in the XML of the running domain.
 */
export type DirtyRateAsk =
  /** More pages than QEMU's own choice go by QMP, which taints the domain; null = its own choice. */
  | { mode: 'page-sampling'; pagesPerGiB: number | null }
  | { mode: 'dirty-ring' }
  | { mode: 'dirty-bitmap'; virtType: 'kvm' }

/** What QEMU says of the newest measurement, whoever began it. */
export interface DirtyRateReading {
  measuring: boolean
  mode: DirtyRateMode
  seconds: number
  /** null while measuring, or when none was ever begun. */
  rateMiBps: number | null
  vcpuMiBps: number[] | null
}

/** libvirt's fields of a job, by its names. */
export type JobFields = Readonly<Record<string, unknown>>

/** A job of libvirt's that has the domain: migration, save, dump, backup. */
export interface DomainJob {
  active: boolean
  /** In virsh's words, such as migration-out. */
  operation?: string
  fields?: JobFields
  /** As the migration itself counts it; null = it does not. */
  dirtyMiBps: number | null
}

/**
 * All that the fleet asks of one connected host: libvirt in verbs of the dashboard. Implemented over
 * two libvirt connections (telemetry and control) in libvirt-link.ts and in memory for tests.
 * Methods reject with the errors of server/libvirt, read by link-error.ts.
 */
export interface HostLink {
  /** Resolves once with the reason when the link is lost or closed; never rejects. */
  readonly closed: Promise<unknown>
  /** Ends both connections; everything waiting rejects. Idempotent. */
  close(): void
  /** Registers for all events of LinkEvent. Called once, before anything is listed. */
  listen(listener: (event: LinkEvent) => void): Promise<void>

  /** What the host tells of itself, in parts as they come: some take seconds on some hosts. */
  hostFacts(onPart: (facts: Partial<HostFacts>) => void): Promise<void>
  nodeMemory(): Promise<HostMemory>
  /** Sums over all CPUs since the boot of the host. */
  nodeCpu(): Promise<{ busyNs: number; totalNs: number }>
  /** Slow on some hosts: may probe QEMU. */
  hostTopology(): Promise<HostTopology>
  cellsFree(topology: HostTopology): Promise<CellsFree[]>
  ksm(): Promise<KsmReading>
  setKsm(set: SetKsmRequest): Promise<void>
  /**
   * Whether libvirt finds numad, found out by asking for a start that cannot take place: of a domain
   * whose disk does not exist, with `placement='auto'`. Nothing is started or left behind.
   */
  probeNumad(): Promise<{ present: boolean | null; words: string }>
  vcpuPlaces(uuid: string, vcpus: number, hostCpus: number): Promise<VcpuReading[]>
  memoryPlace(uuid: string): Promise<NumaReading>

  listDomains(): Promise<DomainRef[]>
  listNetworks(): Promise<NetworkFacts[]>
  listPools(): Promise<PoolFacts[]>
  /**
   * The statistics of all domains, or of `uuids`, in one call that waits for no busy domain: of such a
   * one only what libvirt knows without QEMU is there. One that does not exist any more is left out.
   */
  sweep(uuids?: readonly string[]): Promise<SweepRow[]>

  domainState(uuid: string): Promise<StateFacts>
  domainFlags(uuid: string): Promise<{ persistent: boolean; autostart: boolean }>
  domainXml(uuid: string, options: { inactive: boolean }): Promise<string>

  domainJob(uuid: string): Promise<DomainJob>
  abortJob(uuid: string): Promise<void>
  startDirtyRate(uuid: string, seconds: number, ask: DirtyRateAsk): Promise<void>
  /** null = the domain is not running, or too busy to say. */
  readDirtyRate(uuid: string): Promise<DirtyRateReading | null>

  /** What a move to or from this host would need to know of it. */
  readonly moves: MoveProbe

  act(uuid: string, action: DomainAction): Promise<void>
  setMemory(uuid: string, kib: number, where: Affects): Promise<void>
  /** What the domain may have from its next start on. */
  setMaximumMemory(uuid: string, kib: number): Promise<void>
  setStatsPeriod(uuid: string, seconds: number, where: Affects): Promise<void>

  /** QEMU's answer to a QMP command, as text, also when it is an error. */
  qmp(uuid: string, command: string): Promise<string>
  /** What the human monitor prints. */
  hmp(uuid: string, line: string): Promise<string>
  /** Which QEMU runs, and what it understands. Reject with QmpError too. */
  qemuVersion(uuid: string): Promise<string>
  qmpSchema(uuid: string): Promise<readonly QmpValue[]>
  /** Every QMP event of the domain, until the function that is given back is called. */
  watchQmpEvents(
    uuid: string,
    listener: (event: QmpEventFacts) => void,
  ): Promise<() => Promise<void>>
}

export interface QmpEventFacts {
  event: string
  atMs: number
  /** JSON text, of any length. */
  details: string | null
}

/** Which of a domain's two definitions a change concerns. */
export interface Affects {
  live: boolean
  config: boolean
}

/**
 * Opens a link. Rejects with whatever the transport or libvirt said; host-failure.ts reads it.
 * `signal` ends the try and leaves nothing behind.
 */
export type ConnectHost = (uri: string, signal: AbortSignal) => Promise<HostLink>
