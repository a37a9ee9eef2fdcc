/** What a kind of resources says; null = nothing. */
export interface ResourceRecord {
  ramBytes: number | null
  cpus: number | null
  storageBytes: number | null
}

export interface ResourcesRecord {
  /** `x86_64`, `all`, … */
  arch: string
  /** What is not said here is taken from the system that this one derives from. */
  inherit: boolean
  minimum: ResourceRecord | null
  recommended: ResourceRecord | null
  networkInstall: ResourceRecord | null
}

/** How to know an installation medium by its ISO 9660 labels: patterns, null = may be any. */
export interface MediaRecord {
  arch: string
  volumeId: string | null
  systemId: string | null
  publisherId: string | null
  applicationId: string | null
  volumeBytes: number | null
  /** Paths on the medium. */
  kernel: string | null
  initrd: string | null
  /** Runs from the medium; need not have an installer. */
  live: boolean
}

/** One operating system as its own entry has it: nothing of its ancestors. */
export interface OsRecord {
  id: string
  /** The first is the one to show. */
  shortIds: string[]
  name: string
  version: string | null
  family: string | null
  distro: string | null
  /** ISO dates. */
  released: string | null
  ended: string | null
  derivesFrom: string[]
  clones: string[]
  /** Device ids; those that it does not support any more begin with `-`. */
  devices: string[]
  /** `x86_64/efi`; unsupported: `-x86_64/bios`. */
  firmwares: string[]
  resources: ResourcesRecord[]
  media: MediaRecord[]
  /** There are scripts for an installation without questions. */
  installScripts: boolean
}

export interface DeviceRecord {
  id: string
  /** `net`, `block`, … */
  class: string
  name: string
}

/** A database of operating systems, from whatever source. */
export interface OsRecords {
  /** The database's own version, a date such as `20221203`. */
  version: string
  devices: readonly DeviceRecord[]
  /** The names of all systems. */
  keys: readonly { id: string; shortIds: readonly string[] }[]
  /** A system by its place in `keys`. */
  at(index: number): OsRecord
}

export function emptyOs(id: string): OsRecord {
  return {
    id,
    shortIds: [],
    name: '',
    version: null,
    family: null,
    distro: null,
    released: null,
    ended: null,
    derivesFrom: [],
    clones: [],
    devices: [],
    firmwares: [],
    resources: [],
    media: [],
    installScripts: false,
  }
}
