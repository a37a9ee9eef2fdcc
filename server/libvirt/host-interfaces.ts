import * as wire from '../rpc/procedures/interfaces.ts'
import type { HostInterfaceRef } from '../rpc/types.ts'
import type { CallOptions, Session } from './session.ts'

/** The host's network interfaces (needs its interface driver) and packet filters. */
export function hostInterfaceMethods(session: Session) {
  const { call } = session
  return {
    async list(options?: CallOptions): Promise<HostInterfaceRef[]> {
      const args = { needResults: 1, flags: 0 }
      return (await call(wire.connectListAllInterfaces, args, options)).ifaces
    },
    async getXml(iface: HostInterfaceRef, options?: CallOptions) {
      return (await call(wire.interfaceGetXmlDesc, { iface, flags: 0 }, options)).xml
    },
    async isActive(iface: HostInterfaceRef, options?: CallOptions) {
      return (await call(wire.interfaceIsActive, { iface }, options)).active === 1
    },
    async listFilters(options?: CallOptions) {
      const args = { needResults: 1, flags: 0 }
      return (await call(wire.connectListAllNwfilters, args, options)).filters
    },
  }
}

export type HostInterfaces = ReturnType<typeof hostInterfaceMethods>
