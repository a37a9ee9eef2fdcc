/**
 * What a host answers while a virt-install line is turned into XML: one plain snapshot, so that
 * the engine stays pure and synchronous.
 *
 * Two readers make it: `recorded-host.ts` from a directory (format in the README of the cases),
 * and the one for a real host over the fleet. A reader may fill the larger members lazily (a
 * getter that remembers), the engine asks only for what a line needs. The engine keeps what it
 * parsed of a snapshot in a WeakMap keyed by the snapshot object: a changed host is a NEW object,
 * and one that is reused makes the next line cheap.
 */
export interface HostFacts {
  /** e.g. `qemu:///system`; `qemu:///session` changes defaults. */
  uri: string
  /** major * 1,000,000 + minor * 1,000 + micro, as virConnectGetVersion gives it. */
  hypervisorVersion: number
  /** The same of libvirt itself. */
  libvirtVersion: number
  hostname: string
  /** Home of the user libvirt runs storage for; paths below it are no default of ours. */
  home: string
  /** The bridge that carries the host's default route, or null. */
  defaultBridge: string | null
  /** True when Ballast (or the reader) sits on the host itself; spice then switches off compression. */
  isLocal: boolean
  /** virConnectGetCapabilities. */
  capabilitiesXml: string
  /**
   * virConnectGetDomainCapabilities by `domainCapabilitiesKey`; `default` where nothing fits.
   * kvm and qemu for q35 and pc of x86_64 are enough: the engine looks a machine up as asked,
   * then by its canonical name, then as q35 or pc.
   */
  domainCapabilities: Readonly<Record<string, string>>
  /**
   * virConnectBaselineHypervisorCPU(host model of those capabilities, EXPAND_FEATURES), same keys.
   * Only asked for a named CPU model; may be empty.
   */
  cpuBaselines: Readonly<Record<string, string>>
  domains: readonly DomainFacts[]
  pools: readonly PoolFacts[]
  networks: readonly NamedXml[]
  nodeDevices: readonly NamedXml[]
  /** Block devices outside pools: path under /dev → bytes. A path that is not here does not exist. */
  blockDevices: Readonly<Record<string, number>>
  /** What the ISO 9660 descriptor of an image says, by path; an image not listed is not recognised. */
  media: readonly MediaFacts[]
  /**
   * True when a path outside every pool is a directory on the host (virt-install would make a pool
   * for it). Absent: every directory counts as there and empty.
   */
  isDirectory?(path: string): boolean
}

export interface NamedXml {
  name: string
  xml: string
}

export interface DomainFacts {
  name: string
  uuid: string
  /** Inactive XML; where it was left out (no right to secrets), the active one will do. */
  xml: string
  running: boolean
}

export interface PoolFacts {
  name: string
  /** dir, fs, netfs, logical, disk, iscsi, rbd, gluster, zfs … */
  type: string
  active: boolean
  /** Where its volumes appear; null for pools without paths (rbd, gluster). */
  targetPath: string | null
  capacityBytes: number
  availableBytes: number
  xml: string
  volumes: readonly VolumeFacts[]
}

export interface VolumeFacts {
  name: string
  /** The path libvirt gives: a file, a device, or `pool/name` of a network pool. */
  path: string
  /** The `type` of the volume's XML. */
  type: 'file' | 'block' | 'dir' | 'network' | 'netdir' | 'ploop'
  /** qcow2, raw, iso …; null when libvirt does not say. */
  format: string | null
  capacityBytes: number
  allocationBytes: number
  backingPath: string | null
  backingFormat: string | null
}

/** Fields of the ISO 9660 primary volume descriptor, trailing blanks removed. */
export interface MediaFacts {
  path: string
  volumeId: string
  systemId: string
  publisherId: string
  applicationId: string
  /** Blocks times block size of the descriptor, where it was read. */
  sizeBytes?: number
}

/** `kvm-x86_64-q35`: the key of domain capabilities and CPU baselines. */
export function domainCapabilitiesKey(
  virtType: string,
  arch: string,
  machine: string,
): string {
  return `${virtType}-${arch}-${machine}`
}
