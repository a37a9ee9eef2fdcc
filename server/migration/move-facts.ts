import type { DomainState } from '../contract/domain.ts'

/** What a host has, as far as a move cares. Gathered by server/fleet, judged here. */
export interface HostMoveFacts {
  host: string
  name: string
  online: boolean
  hostUuid: string | null
  hostname: string | null
  versions: { libvirt: string; hypervisor: string } | null
  /** null = not known yet. */
  machines:
    | {
        arch: string
        emulator: string | null
        domainTypes: string[]
        names: string[]
      }[]
    | null
  /** RAM that can be had without hurting anybody: free, buffers, cache. */
  availableKiB: number | null
  totalKiB: number | null
  /** Sum of what the running guests may take. */
  promisedKiB: number
  /** Free huge pages by size. */
  freePages: { sizeKiB: number; count: number }[]
  networks: NetworkMoveFacts[]
  pools: PoolMoveFacts[]
  domains: { uuid: string; name: string; active: boolean }[]
}

export interface NetworkMoveFacts {
  name: string
  active: boolean
  /** `nat`, `route`, `bridge`, …; `isolated` without a forward. */
  forward: string
  /** The inactive definition, as it was defined. */
  xml: string
}

export interface PoolMoveFacts {
  name: string
  active: boolean
  type: string
  /** Where its volumes are; null for such as have no path. */
  path: string | null
  /** Host and directory of network storage: the same on both sides means shared. */
  origin: string | null
  availableBytes: number
  xml: string
}

export interface DiskMoveFacts {
  target: string
  /** `disk`, `cdrom`, `floppy`, `lun`. */
  device: string
  /** `file`, `block`, `network`, `volume`, … */
  type: string
  source: string | null
  readOnly: boolean
  bytes: number
}

/** What a domain needs on the host it goes to. */
export interface DomainMoveFacts {
  uuid: string
  name: string
  state: DomainState
  virtType: string
  arch: string
  machine: string
  emulator: string | null
  /** `host-passthrough`, `host-model`, `custom`, …; null = no CPU was chosen. */
  cpuMode: string | null
  /** What it has now, and what it may take. */
  memoryKiB: number
  maximumKiB: number
  hugepages: boolean
  hostDevices: number
  disks: DiskMoveFacts[]
  interfaces: { type: string; source: string | null }[]
}

/** What only asking the target about this domain tells. */
export interface MeetingFacts {
  /** virCPUCompareResult; null = could not be compared, with the host's words. */
  cpu: 'incompatible' | 'identical' | 'superset' | null
  cpuWords: string | null
  /** Sources of disks that exist there under the same path, with their sizes. */
  present: ReadonlyMap<string, number>
  /** Whether QEMU's ports can be reached from the source. */
  port: 'worked' | 'open' | 'closed' | 'unknown'
}
