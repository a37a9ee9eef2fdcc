import * as host from '../rpc/procedures/host.ts'
import { connectSupportsFeature } from '../rpc/procedures/session.ts'
import type { TypedParam } from '../rpc/types.ts'
import type { CallOptions, Session } from './session.ts'
import { toNumber } from './session.ts'

/** All CPUs, or all NUMA cells, together. */
const ALL = -1

export interface NodeInfo {
  /** Machine of the host, `x86_64`. */
  arch: string
  /** Not the host's RAM on every machine (a NUMA node's): use memory(). */
  memoryKiB: number
  /** Active CPUs. */
  cpus: number
  mhz: number
  numaNodes: number
  socketsPerNode: number
  coresPerSocket: number
  threadsPerCore: number
}

export interface NodeMemory {
  totalKiB: number
  freeKiB: number
  buffersKiB: number
  cachedKiB: number
}

/** Sums over all CPUs since boot, in nanoseconds. */
export interface NodeCpuTimes {
  kernelNs: number
  userNs: number
  idleNs: number
  iowaitNs: number
}

/** Libvirt's 1,000,000 * major + 1,000 * minor + release, as text. */
export function versionText(version: number): string {
  const major = Math.floor(version / 1_000_000)
  return `${major}.${Math.floor(version / 1_000) % 1_000}.${version % 1_000}`
}

/** The host itself. */
export function nodeMethods(session: Session) {
  const { call } = session
  /** The host has more fields than one of its cells. */
  const memoryFields = new Map<'host' | 'cell', number>()
  let cpuFields: number | undefined
  return {
    async hostname(options?: CallOptions) {
      return (await call(host.connectGetHostname, undefined, options)).hostname
    },
    /** Version of libvirt on the host: `9.0.0`. */
    async libVersion(options?: CallOptions) {
      const answer = await call(host.connectGetLibVersion, undefined, options)
      return versionText(toNumber(answer.libVer))
    },
    /** Version of QEMU: `7.2.22`. Slow: may probe QEMU; ask once and keep it. */
    async hypervisorVersion(options?: CallOptions) {
      const answer = await call(host.connectGetVersion, undefined, options)
      return versionText(toNumber(answer.hvVer))
    },
    /** `QEMU`, `TEST`. */
    async type(options?: CallOptions) {
      return (await call(host.connectGetType, undefined, options)).type
    },
    async uri(options?: CallOptions) {
      return (await call(host.connectGetUri, undefined, options)).uri
    },
    /** Whether the daemon's driver can do something (VIR_DRV_FEATURE_*). */
    async supportsFeature(feature: number, options?: CallOptions) {
      const answer = await call(connectSupportsFeature, { feature }, options)
      return answer.supported === 1
    },
    /** Host capabilities XML. Slow: may probe every QEMU on the host. */
    async capabilities(options?: CallOptions) {
      return (await call(host.connectGetCapabilities, undefined, options)).capabilities
    },
    /** What a kind of domain can have on this host. Slow, as capabilities(). */
    async domainCapabilities(
      kind: { emulator?: string; arch?: string; machine?: string; type?: string } = {},
      options?: CallOptions,
    ) {
      const args = {
        emulatorbin: kind.emulator ?? null,
        arch: kind.arch ?? null,
        machine: kind.machine ?? null,
        virttype: kind.type ?? null,
        flags: 0,
      }
      return (await call(host.connectGetDomainCapabilities, args, options)).capabilities
    },
    /** SMBIOS data as XML. */
    async sysinfo(options?: CallOptions) {
      return (await call(host.connectGetSysinfo, { flags: 0 }, options)).sysinfo
    },
    async info(options?: CallOptions): Promise<NodeInfo> {
      const info = await call(host.nodeGetInfo, undefined, options)
      return {
        arch: info.model,
        memoryKiB: toNumber(info.memory),
        cpus: info.cpus,
        mhz: info.mhz,
        numaNodes: info.nodes,
        socketsPerNode: info.sockets,
        coresPerSocket: info.cores,
        threadsPerCore: info.threads,
      }
    },
    /** The host's RAM; of one NUMA cell when given, then without buffers and page cache. */
    async memory(cell: number = ALL, options?: CallOptions): Promise<NodeMemory> {
      // The daemon wants exactly as many as it has, and tells how many when asked for none.
      const of = cell === ALL ? 'host' : 'cell'
      let nparams = memoryFields.get(of)
      if (nparams === undefined) {
        const ask = { nparams: 0, cellNum: cell, flags: 0 }
        nparams = (await call(host.nodeGetMemoryStats, ask, options)).nparams
        memoryFields.set(of, nparams)
      }
      const args = { nparams, cellNum: cell, flags: 0 }
      const { params } = await call(host.nodeGetMemoryStats, args, options)
      const value = byField(params)
      return {
        totalKiB: value('total'),
        freeKiB: value('free'),
        buffersKiB: value('buffers'),
        cachedKiB: value('cached'),
      }
    },
    async cpuTimes(options?: CallOptions): Promise<NodeCpuTimes> {
      cpuFields ??= (
        await call(host.nodeGetCpuStats, { cpuNum: ALL, nparams: 0, flags: 0 }, options)
      ).nparams
      const args = { cpuNum: ALL, nparams: cpuFields, flags: 0 }
      const { params } = await call(host.nodeGetCpuStats, args, options)
      const value = byField(params)
      return {
        kernelNs: value('kernel'),
        userNs: value('user'),
        idleNs: value('idle'),
        iowaitNs: value('iowait'),
      }
    },
    /** Free bytes by NUMA cell. */
    async cellsFreeBytes(options?: CallOptions) {
      const args = { startCell: 0, maxcells: 1_024 }
      const { cells } = await call(host.nodeGetCellsFreeMemory, args, options)
      return cells.map(toNumber)
    },
    /** Free huge pages: for each cell, for each size in KiB, the count. */
    async freePages(sizesKiB: number[], cellCount: number, options?: CallOptions) {
      const args = { pages: sizesKiB, startCell: 0, cellCount, flags: 0 }
      const { counts } = await call(host.nodeGetFreePages, args, options)
      return Array.from({ length: cellCount }, (_, cell) =>
        counts.slice(cell * sizesKiB.length, (cell + 1) * sizesKiB.length).map(toNumber),
      )
    },
    /** -1 error, 0 incompatible, 1 identical, 2 superset. */
    async compareCpu(xml: string, options?: CallOptions) {
      return (await call(host.connectCompareCpu, { xml, flags: 0 }, options)).result
    },
    /**
     * The CPU that all of these descriptions can run as, on a hypervisor of the host;
     * `expandFeatures` names each feature of it.
     */
    async baselineHypervisorCpu(
      cpus: readonly string[],
      kind: { emulator?: string; arch?: string; machine?: string; type?: string } = {},
      set: { expandFeatures?: boolean } = {},
      options?: CallOptions,
    ) {
      const args = {
        emulator: kind.emulator ?? null,
        arch: kind.arch ?? null,
        machine: kind.machine ?? null,
        virttype: kind.type ?? null,
        xmlCPUs: [...cpus],
        flags: set.expandFeatures ? 1 : 0,
      }
      return (await call(host.connectBaselineHypervisorCpu, args, options)).cpu
    },
    /** The CPU of a domain with what its kind of QEMU can do there; answers as compareCpu. */
    async compareHypervisorCpu(
      kind: { emulator?: string; arch?: string; machine?: string; type?: string },
      xml: string,
      options?: CallOptions,
    ) {
      const args = {
        emulator: kind.emulator ?? null,
        arch: kind.arch ?? null,
        machine: kind.machine ?? null,
        virttype: kind.type ?? null,
        xmlCPU: xml,
        flags: 0,
      }
      return (await call(host.connectCompareHypervisorCpu, args, options)).result
    },
    async cpuModelNames(arch: string, options?: CallOptions) {
      const args = { arch, needResults: 1, flags: 0 }
      return (await call(host.connectGetCpuModelNames, args, options)).models
    },
    /** KSM settings (`shm_*`). */
    async memoryParameters(options?: CallOptions) {
      const args = { nparams: 0, flags: 0 }
      const { nparams } = await call(host.nodeGetMemoryParameters, args, options)
      return (await call(host.nodeGetMemoryParameters, { nparams, flags: 0 }, options))
        .params
    },
    /** Changes KSM settings. Which there are, memoryParameters() tells. */
    async setMemoryParameters(params: TypedParam[], options?: CallOptions) {
      await call(host.nodeSetMemoryParameters, { params, flags: 0 }, options)
    },
  }
}

function byField(params: { field: string; value: number | bigint }[]) {
  const values = new Map(params.map(({ field, value }) => [field, toNumber(value)]))
  return (field: string): number => values.get(field) ?? 0
}

export type Node = ReturnType<typeof nodeMethods>
