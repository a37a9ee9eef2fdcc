import * as domain from '../rpc/procedures/domains.ts'
import * as lifecycle from '../rpc/procedures/lifecycle.ts'
import type { Affect, CallOptions, Session } from './session.ts'
import { AFFECT, domainRef, flags, toNumber } from './session.ts'
import type { DomainState } from './states.ts'
import { domainState, stateReason } from './states.ts'

const XML = { secure: 1, inactive: 2, updateCpu: 4, migratable: 8 } as const
const START = {
  paused: 1,
  autodestroy: 2,
  bypassCache: 4,
  forceBoot: 8,
  validate: 16,
} as const
const UNDEFINE = {
  managedSave: 1,
  snapshotsMetadata: 2,
  nvram: 4,
  keepNvram: 8,
  checkpointsMetadata: 16,
  tpm: 32,
  keepTpm: 64,
} as const
/** virDomainShutdownFlagValues, also for reboot: how the guest is asked. */
const SHUTDOWN_MODES = { acpi: 1, agent: 2, initctl: 4, signal: 8, paravirt: 16 } as const
const METADATA = { description: 0, title: 1, element: 2 } as const

type Flags<T> = Partial<Record<keyof T, boolean>>
export type ShutdownMode = keyof typeof SHUTDOWN_MODES

export interface DomainInfo {
  state: DomainState
  maxMemoryKiB: number
  /** Current balloon size. */
  memoryKiB: number
  vcpus: number
  cpuTimeNs: number
}

/** Domains: list, look-up, state, XML, lifecycle. All take the domain's UUID. */
export function domainMethods(session: Session) {
  const { call } = session
  return {
    /** All domains, active or not; `id` is -1 for an inactive one. */
    async list(options?: CallOptions) {
      return (await call(domain.connectListAllDomains, ALL, options)).domains
    },
    async lookupByName(name: string, options?: CallOptions) {
      return (await call(domain.domainLookupByName, { name }, options)).dom
    },
    async lookupByUuid(uuid: string, options?: CallOptions) {
      return (await call(domain.domainLookupByUuid, { uuid }, options)).dom
    },
    /** `secure` shows passwords and needs a session that may write. */
    async getXml(uuid: string, set?: Flags<typeof XML>, options?: CallOptions) {
      const args = { dom: domainRef(uuid), flags: flags(XML, set) }
      return (await call(domain.domainGetXmlDesc, args, options)).xml
    },
    async getState(uuid: string, options?: CallOptions) {
      const answer = await call(
        domain.domainGetState,
        { dom: domainRef(uuid), flags: 0 },
        options,
      )
      const state = domainState(answer.state)
      return { state, reason: stateReason(state, answer.reason) }
    },
    async info(uuid: string, options?: CallOptions): Promise<DomainInfo> {
      const info = await call(domain.domainGetInfo, { dom: domainRef(uuid) }, options)
      return {
        state: domainState(info.state),
        maxMemoryKiB: toNumber(info.maxMem),
        memoryKiB: toNumber(info.memory),
        vcpus: info.nrVirtCpu,
        cpuTimeNs: toNumber(info.cpuTime),
      }
    },
    /** Whether the domain's monitor answers: state, details, and for how long in ms. */
    async controlInfo(uuid: string, options?: CallOptions) {
      const args = { dom: domainRef(uuid), flags: 0 }
      const info = await call(domain.domainGetControlInfo, args, options)
      const state = (['ok', 'job', 'occupied', 'error'] as const)[info.state] ?? 'error'
      return { state, forMs: toNumber(info.stateTime) }
    },
    async osType(uuid: string, options?: CallOptions) {
      return (await call(domain.domainGetOsType, { dom: domainRef(uuid) }, options)).type
    },
    async isActive(uuid: string, options?: CallOptions) {
      return (
        (await call(domain.domainIsActive, { dom: domainRef(uuid) }, options)).active === 1
      )
    },
    async isPersistent(uuid: string, options?: CallOptions) {
      const answer = await call(
        domain.domainIsPersistent,
        { dom: domainRef(uuid) },
        options,
      )
      return answer.persistent === 1
    },
    /** Whether the running domain differs from its definition. */
    async isUpdated(uuid: string, options?: CallOptions) {
      const answer = await call(domain.domainIsUpdated, { dom: domainRef(uuid) }, options)
      return answer.updated === 1
    },
    async getAutostart(uuid: string, options?: CallOptions) {
      const answer = await call(
        domain.domainGetAutostart,
        { dom: domainRef(uuid) },
        options,
      )
      return answer.autostart !== 0
    },
    async setAutostart(uuid: string, autostart: boolean, options?: CallOptions) {
      const args = { dom: domainRef(uuid), autostart: autostart ? 1 : 0 }
      await call(lifecycle.domainSetAutostart, args, options)
    },
    /** Title, description, or the XML element of a namespace; NO_DOMAIN_METADATA when unset. */
    async getMetadata(
      uuid: string,
      type: keyof typeof METADATA,
      uri: string | null = null,
      affect: Affect = {},
      options?: CallOptions,
    ) {
      const args = {
        dom: domainRef(uuid),
        type: METADATA[type],
        uri,
        flags: flags(AFFECT, affect),
      }
      return (await call(domain.domainGetMetadata, args, options)).metadata
    },
    /** null removes it. `element` needs a namespace prefix (`key`) and `uri`. */
    async setMetadata(
      uuid: string,
      type: keyof typeof METADATA,
      metadata: string | null,
      namespace: { key: string; uri: string } | null = null,
      affect: Affect = {},
      options?: CallOptions,
    ) {
      const args = {
        dom: domainRef(uuid),
        type: METADATA[type],
        metadata,
        key: namespace?.key ?? null,
        uri: namespace?.uri ?? null,
        flags: flags(AFFECT, affect),
      }
      await call(domain.domainSetMetadata, args, options)
    },
    /** Taint and deprecation messages. */
    async getMessages(uuid: string, options?: CallOptions) {
      const args = { dom: domainRef(uuid), flags: 0 }
      return (await call(domain.domainGetMessages, args, options)).msgs
    },
    async fromNative(format: string, config: string, options?: CallOptions) {
      const args = { nativeFormat: format, nativeConfig: config, flags: 0 }
      return (await call(domain.connectDomainXmlFromNative, args, options)).domainXml
    },
    /** The QEMU command line (`qemu-argv`) that a domain XML stands for. */
    async toNative(format: string, domainXml: string, options?: CallOptions) {
      const args = { nativeFormat: format, domainXml, flags: 0 }
      return (await call(domain.connectDomainXmlToNative, args, options)).nativeConfig
    },

    async defineXml(xml: string, set: { validate?: boolean } = {}, options?: CallOptions) {
      const args = { xml, flags: set.validate ? 1 : 0 }
      return (await call(lifecycle.domainDefineXmlFlags, args, options)).dom
    },
    /** Creates and starts a domain that is gone after its shutdown. */
    async createXml(xml: string, set?: Flags<typeof START>, options?: CallOptions) {
      const args = { xmlDesc: xml, flags: flags(START, set) }
      return (await call(lifecycle.domainCreateXml, args, options)).dom
    },
    async start(uuid: string, set?: Flags<typeof START>, options?: CallOptions) {
      const args = { dom: domainRef(uuid), flags: flags(START, set) }
      return (await call(lifecycle.domainCreateWithFlags, args, options)).dom
    },
    /** Asks the guest; resolves when it was asked, not when it is down. */
    async shutdown(
      uuid: string,
      set?: Partial<Record<ShutdownMode, boolean>>,
      options?: CallOptions,
    ) {
      const args = { dom: domainRef(uuid), flags: flags(SHUTDOWN_MODES, set) }
      await call(lifecycle.domainShutdownFlags, args, options)
    },
    async reboot(
      uuid: string,
      set?: Partial<Record<ShutdownMode, boolean>>,
      options?: CallOptions,
    ) {
      const args = { dom: domainRef(uuid), flags: flags(SHUTDOWN_MODES, set) }
      await call(lifecycle.domainReboot, args, options)
    },
    async reset(uuid: string, options?: CallOptions) {
      await call(lifecycle.domainReset, { dom: domainRef(uuid), flags: 0 }, options)
    },
    /** Ends the QEMU process; `graceful` gives it time to write its caches, or fails. */
    async destroy(uuid: string, set: { graceful?: boolean } = {}, options?: CallOptions) {
      const args = { dom: domainRef(uuid), flags: set.graceful ? 1 : 0 }
      await call(lifecycle.domainDestroyFlags, args, options)
    },
    async suspend(uuid: string, options?: CallOptions) {
      await call(lifecycle.domainSuspend, { dom: domainRef(uuid) }, options)
    },
    async resume(uuid: string, options?: CallOptions) {
      await call(lifecycle.domainResume, { dom: domainRef(uuid) }, options)
    },
    async undefine(uuid: string, set?: Flags<typeof UNDEFINE>, options?: CallOptions) {
      const args = { dom: domainRef(uuid), flags: flags(UNDEFINE, set) }
      await call(lifecycle.domainUndefineFlags, args, options)
    },
    async rename(uuid: string, newName: string, options?: CallOptions) {
      const args = { dom: domainRef(uuid), newName, flags: 0 }
      await call(lifecycle.domainRename, args, options)
    },
    async injectNmi(uuid: string, options?: CallOptions) {
      await call(lifecycle.domainInjectNmi, { dom: domainRef(uuid), flags: 0 }, options)
    },
    /** Presses the keys together for `holdMs`; Linux key codes (codeset 0). */
    async sendKeys(uuid: string, keycodes: number[], holdMs = 0, options?: CallOptions) {
      const args = {
        dom: domainRef(uuid),
        codeset: 0,
        holdtime: holdMs,
        keycodes,
        flags: 0,
      }
      await call(lifecycle.domainSendKey, args, options)
    },
    async pmWakeup(uuid: string, options?: CallOptions) {
      await call(lifecycle.domainPmWakeup, { dom: domainRef(uuid), flags: 0 }, options)
    },
  }
}

const ALL = { needResults: 1, flags: 0 }

export type Domains = ReturnType<typeof domainMethods>
