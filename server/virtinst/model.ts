import type { HostFacts } from './host-facts.ts'
import type { OsDatabase } from './os-facts.ts'

/**
 * The one model of which the form and the command line are two faces: what was asked for, option by
 * option, in the order typed. Nothing that comes by default is in here.
 *
 * Form → line: put uses in with `setOption` (`command-line.ts`), then `commandLineOf`.
 * Line → form: `parseCommandLine`, then read the uses; keys are canonical (`source.file`, also when
 * `source_file` was typed), so a field looks for one name only.
 */
export interface VirtInstallOptions {
  uses: OptionUse[]
}

/** One option as it was typed once. */
export interface OptionUse {
  /** Canonical name without dashes: `osinfo` also for --os-variant, `memory` also for --ram. */
  option: string
  /** The value whole, as typed; null for a switch (`--import`) or a bare `--cloud-init`. */
  value: string | null
  /** Its parts, for options with sub-options; empty for plain ones. */
  fields: OptionField[]
}

export interface OptionField {
  /** Canonical key with its indexes: `path`, `seclabel1.relabel`; a bare word has its positional's. */
  key: string
  /** '' means unset; null for a word without `=` that is a switch (`uefi`). `+vmx` is force=vmx. */
  value: string | null
  /** The spelling typed, for messages: `menu`, `+`. Absent in what a form makes. */
  typedAs?: string
}

/** What a line yields. Two documents where an install phase comes first, else `installXml` is null. */
export interface DomainPlan {
  name: string
  /** The XML of the first boot (the installer), or null: there is no install phase. */
  installXml: string | null
  /** The XML that stays. */
  finalXml: string
  /** Everything that has to exist before the domain is defined, in this order. */
  storage: StorageStep[]
  /** The NoCloud medium to build and attach in the install phase, or null. */
  cloudInit: CloudInitPlan | null
  /** Kernel and initrd that are on the machine where the line was typed, to be sent to the host. */
  uploads: UploadStep[]
  start: StartPlan
  /** In virt-install's words; it prints them to stderr and goes on. */
  warnings: string[]
  /** What came by default that people want to know, in its words; for stdout. */
  notes: string[]
  /** Figures that a person should see before pressing create; none of them stops the plan. */
  checks: Check[]
  /** Each line of the XML with who asked for what. */
  provenance: {
    install: ProvenanceLine[] | null
    final: ProvenanceLine[]
  }
  /** What the engine settled, for the form's placeholders: "memory: 2048 MiB (by the OS)". */
  settled: {
    osId: string | null
    osShortId: string
    machine: string
    virtType: string
    arch: string
    firmware: 'bios' | 'efi'
    memoryKiB: number
    maximumMemoryKiB: number
    vcpus: number
  }
}

export type StorageStep =
  | {
      kind: 'make-pool'
      pool: string
      /** Always a directory pool, started and set to autostart. */
      path: string
    }
  | {
      kind: 'make-volume'
      pool: string
      name: string
      /** Where the disk will find it. */
      path: string
      /** null: the pool's own (logical, disk, rbd). */
      format: string | null
      capacityBytes: number
      /** 0 when sparse. */
      allocationBytes: number
      backing: { path: string; format: string | null } | null
      /** The same volume as XML for virStorageVolCreateXML. */
      xml: string
    }

export interface CloudInitPlan {
  /** Where the medium is in `installXml`; its name has a random part. */
  path: string
  userData: UserDataSource
  /** Files on the machine where the line was typed, or null. */
  metaDataFile: string | null
  networkConfigFile: string | null
  /** The serial `ds=nocloud` is in `installXml` already. */
  serial: string
}

export type UserDataSource =
  | { kind: 'file'; path: string }
  | {
      kind: 'made'
      /** The password is made by who builds the medium, shown once and never logged. */
      generateRootPassword: boolean
      rootPasswordFile: string | null
      rootSshKeyFile: string | null
      clouduserSshKeyFile: string | null
      /** cloud-init shall switch itself off after the first boot. */
      disableAfterBoot: boolean
    }

export interface UploadStep {
  what: 'kernel' | 'initrd'
  /** A path on the machine where the line was typed, or inside `iso`. */
  source: string
  /** Set when the source lies inside an ISO on the host. */
  iso: string | null
  /** Where `installXml` expects it on the host. */
  target: string
}

export interface StartPlan {
  autostart: boolean
  transient: boolean
  /** Do not start again after the install phase. */
  noReboot: boolean
  destroyOnExit: boolean
  /** Minutes to wait for the install phase; -1 for ever, 0 not at all, null when not asked. */
  waitMinutes: number | null
  /** True with --import, --boot …: no install phase, start the final XML at once. */
  skipsInstall: boolean
  /** An installer runs at first; a cloud image that only reads its medium has none. */
  hasInstaller: boolean
  /** --install no_install=yes … the domain is defined and not started. */
  dryRun: boolean
}

export interface Check {
  code:
    | 'kvm_missing'
    | 'memory_overcommit'
    | 'name_in_use'
    | 'network_missing'
    | 'network_no_pxe'
    | 'os_minimum'
    | 'pool_space'
    | 'disk_in_use'
  severity: 'error' | 'warning'
  /** The option that it belongs to, for the form's field. */
  option: string
  message: string
  /** Figures for a translated text. */
  values: Record<string, string | number>
}

/** One line of the pretty-printed XML. */
export interface ProvenanceLine {
  indent: number
  segments: ProvenanceSegment[]
}

export interface ProvenanceSegment {
  text: string
  origin: Origin
}

/** Who asked for a node or attribute. `shape` is what holds others together (`<devices>`). */
export type Origin =
  | { by: 'typed'; option: string; use: number; key: string | null }
  | { by: 'default' }
  | { by: 'shape' }

/** In the environment of whoever wants a warning where virt-install demands an operating system. */
export const osMayBeMissingVariable = 'VIRTINSTALL_OSINFO_DISABLE_REQUIRE'

/** What the engine works on besides the line. */
export interface EngineContext {
  facts: HostFacts
  osDatabase: OsDatabase
  /**
   * Why a file of the machine where the line was typed cannot be read, in virt-install's words
   * (`[Errno 2] No such file or directory: '/x'`); null: it can. Absent: all can.
   */
  fileProblem?(path: string): string | null
  /** Whether `osMayBeMissingVariable` is set. */
  osMayBeMissing?: boolean
  /** What relative paths start from; default `/`. */
  workingDirectory?: string
  /** 6 and 16 random bytes for MACs and the uuid; tests hand in their own. */
  randomBytes(count: number): Uint8Array
  /** `boot-dev` is virt-install 5.1.0's style (`<os><boot dev>`); `boot-order` writes it per device. */
  bootStyle?: 'boot-dev' | 'boot-order'
}

/**
 * A line that virt-install would refuse. `message` is in its words, without the `ERROR` in front;
 * `exitCode` 2 is for what its argument parser refuses (printed as `virt-install: error: …`).
 * `option` and `key` name the form's field, where it is known.
 */
export class VirtInstallError extends Error {
  override readonly name = 'VirtInstallError'
  readonly exitCode: 1 | 2
  /** Canonical option without dashes, or null: the line as a whole. */
  readonly option: string | null
  readonly key: string | null
  /** Which occurrence of the option (index in `uses`), or null. */
  readonly use: number | null
  /** What was said before: warnings in their order, notes. */
  before: SaidBefore | null = null

  constructor(
    message: string,
    where: {
      exitCode?: 1 | 2
      option?: string | null
      key?: string | null
      use?: number | null
    } = {},
  ) {
    super(message)
    this.exitCode = where.exitCode ?? 1
    this.option = where.option ?? null
    this.key = where.key ?? null
    this.use = where.use ?? null
  }
}

/** What virt-install has said of a line when it refuses it. */
export interface SaidBefore {
  warnings: readonly string[]
  notes: readonly string[]
  /** The domain's name, where it is only refused once the installation has begun. */
  begunName: string | null
}

/**
 * The functions this folder gives, as types; the files named here hold them.
 *
 * - `command-line.ts` `parseCommandLine(line | argv)`: options, or VirtInstallError. Knows the table,
 *   runs in the browser. Unknown options and sub-options are errors.
 * - `command-line.ts` `commandLineOf(options)`: the shortest line that means the same, to be copied.
 * - `build-domain.ts` `buildDomain(options, context)`: the plan, or VirtInstallError. Pure but for
 *   `randomBytes`.
 */
export type ParseCommandLine = (line: string | readonly string[]) => VirtInstallOptions
export type CommandLineOf = (options: VirtInstallOptions) => string
export type BuildDomain = (
  options: VirtInstallOptions,
  context: EngineContext,
) => DomainPlan
