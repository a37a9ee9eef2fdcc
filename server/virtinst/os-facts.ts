import type { MediaFacts } from './host-facts.ts'

/**
 * What is known of an operating system, after inheritance: the rules of virt-install.md, section 2
 * (devices and firmware united over derives-from and clones, resources not inherited unless the
 * entry says so).
 */
export interface OsFacts {
  /** Full id, `http://debian.org/debian/11`: goes into the metadata. */
  id: string
  /** The first is the one that is shown. */
  shortIds: readonly string[]
  name: string
  family: string
  distro: string
  version: string
  /** ISO date, or null when unknown. */
  releaseDate: string | null
  eolDate: string | null
  resources: readonly OsResources[]
  /** Every device the OS knows, without those marked unsupported. */
  devices: readonly OsDevice[]
  firmware: readonly OsFirmware[]
  /** It has a tree URL for this arch: `--install NAME` could fetch it. */
  trees: readonly OsTree[]
  /** It has scripts for an unattended installation. */
  hasInstallScripts: boolean
}

export interface OsResources {
  kind: 'minimum' | 'recommended' | 'maximum' | 'network-install'
  /** `all` or a libvirt arch name. */
  arch: string
  cpus?: number
  ramBytes?: number
  storageBytes?: number
}

export interface OsDevice {
  /** `http://pcisig.com/pci/1af4/1001` … */
  id: string
  /** `virtio-block`, `e1000` …; empty when the database does not say. */
  name: string
  /** net, block, audio, video, input, rng, usb … */
  class: string
}

export interface OsFirmware {
  arch: string
  type: 'bios' | 'efi'
  supported: boolean
}

export interface OsTree {
  arch: string
  url: string
  kernel?: string
  initrd?: string
}

/** An image that was recognised. */
export interface DetectedMedia {
  os: OsFacts
  arch: string
  /** A live image: no installer. */
  live: boolean
  /** Paths inside the ISO that --location boots, where the database has them. */
  kernel?: string
  initrd?: string
}

/** One line of a list or type-ahead. */
export interface OsSummary {
  id: string
  shortId: string
  name: string
  family: string
  releaseDate: string | null
  eolDate: string | null
}

/**
 * The OS database. Its implementation reads osinfo-db (or the compact facts file of the project);
 * the engine only asks. Look-ups are by exact short id (any of an entry's) or full id; `generic` is
 * virt-install's own and not in here. Results may be made when first asked for, and are kept.
 */
export interface OsDatabase {
  byShortId(shortId: string): OsFacts | undefined
  byId(id: string): OsFacts | undefined
  /** The best match of an image's descriptor, or undefined: not recognised. */
  detectMedia(media: MediaFacts): DetectedMedia | undefined
  list(): readonly OsSummary[]
}
