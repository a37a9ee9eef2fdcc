import * as device from '../rpc/procedures/devices.ts'
import type { TypedParam } from '../rpc/types.ts'
import type { Affect, CallOptions, Session } from './session.ts'
import { AFFECT, domainRef, flags, toNumber } from './session.ts'

/** Devices of a domain, as XML fragments. */
export function deviceMethods(session: Session) {
  const { call } = session
  return {
    async attach(uuid: string, xml: string, affect: Affect = {}, options?: CallOptions) {
      const args = { dom: domainRef(uuid), xml, flags: flags(AFFECT, affect) }
      await call(device.domainAttachDeviceFlags, args, options)
    },
    /** Asks the guest to let go; gone only with the event `deviceRemoved`. */
    async detach(uuid: string, xml: string, affect: Affect = {}, options?: CallOptions) {
      const args = { dom: domainRef(uuid), xml, flags: flags(AFFECT, affect) }
      await call(device.domainDetachDeviceFlags, args, options)
    },
    /** As detach(), by the alias that the live XML names. */
    async detachAlias(
      uuid: string,
      alias: string,
      affect: Affect = {},
      options?: CallOptions,
    ) {
      const args = { dom: domainRef(uuid), alias, flags: flags(AFFECT, affect) }
      await call(device.domainDetachDeviceAlias, args, options)
    },
    async update(
      uuid: string,
      xml: string,
      set: Affect & { force?: boolean } = {},
      options?: CallOptions,
    ) {
      const word = flags({ ...AFFECT, force: 4 }, set)
      await call(
        device.domainUpdateDeviceFlags,
        { dom: domainRef(uuid), xml, flags: word },
        options,
      )
    },
    /** Counters of one interface, by its target (`vnet0`) or MAC. */
    async interfaceStats(uuid: string, target: string, options?: CallOptions) {
      const args = { dom: domainRef(uuid), device: target }
      const stats = await call(device.domainInterfaceStats, args, options)
      return {
        rxBytes: toNumber(stats.rxBytes),
        rxPackets: toNumber(stats.rxPackets),
        rxErrors: toNumber(stats.rxErrs),
        rxDropped: toNumber(stats.rxDrop),
        txBytes: toNumber(stats.txBytes),
        txPackets: toNumber(stats.txPackets),
        txErrors: toNumber(stats.txErrs),
        txDropped: toNumber(stats.txDrop),
      }
    },
    /** Bandwidth limits of an interface. */
    async setInterfaceParameters(
      uuid: string,
      target: string,
      params: TypedParam[],
      affect: Affect = {},
      options?: CallOptions,
    ) {
      const args = {
        dom: domainRef(uuid),
        device: target,
        params,
        flags: flags(AFFECT, affect),
      }
      await call(device.domainSetInterfaceParameters, args, options)
    },
  }
}

export type Devices = ReturnType<typeof deviceMethods>
