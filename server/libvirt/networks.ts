import * as network from '../rpc/procedures/networks.ts'
import type { CallOptions, Session } from './session.ts'
import { networkRef } from './session.ts'

/** virNetworkUpdateCommand. */
const COMMANDS = { modify: 1, delete: 2, 'add-last': 3, 'add-first': 4 } as const
/** virNetworkUpdateSection, the ones the driver implements. */
const SECTIONS = {
  'ip-dhcp-host': 4,
  'ip-dhcp-range': 5,
  'forward-interface': 7,
  portgroup: 9,
  'dns-host': 10,
  'dns-txt': 11,
  'dns-srv': 12,
} as const

export interface NetworkUpdate {
  command: keyof typeof COMMANDS
  section: keyof typeof SECTIONS
  /** Which of several parents; -1 = any. */
  parentIndex?: number
  xml: string
  live?: boolean
  config?: boolean
}

/** Virtual networks. All take the network's UUID. */
export function networkMethods(
  session: Session,
  options: { updateOrder: () => Promise<boolean> },
) {
  const { call } = session
  return {
    /** All networks, active or not. */
    async list(callOptions?: CallOptions) {
      const args = { needResults: 1, flags: 0 }
      return (await call(network.connectListAllNetworks, args, callOptions)).nets
    },
    async lookupByName(name: string, callOptions?: CallOptions) {
      return (await call(network.networkLookupByName, { name }, callOptions)).net
    },
    async getXml(
      uuid: string,
      set: { inactive?: boolean } = {},
      callOptions?: CallOptions,
    ) {
      const args = { net: networkRef(uuid), flags: set.inactive ? 1 : 0 }
      return (await call(network.networkGetXmlDesc, args, callOptions)).xml
    },
    async isActive(uuid: string, callOptions?: CallOptions) {
      const answer = await call(
        network.networkIsActive,
        { net: networkRef(uuid) },
        callOptions,
      )
      return answer.active === 1
    },
    async isPersistent(uuid: string, callOptions?: CallOptions) {
      const args = { net: networkRef(uuid) }
      return (await call(network.networkIsPersistent, args, callOptions)).persistent === 1
    },
    async bridgeName(uuid: string, callOptions?: CallOptions) {
      const args = { net: networkRef(uuid) }
      return (await call(network.networkGetBridgeName, args, callOptions)).name
    },
    async getAutostart(uuid: string, callOptions?: CallOptions) {
      const args = { net: networkRef(uuid) }
      return (await call(network.networkGetAutostart, args, callOptions)).autostart !== 0
    },
    async setAutostart(uuid: string, autostart: boolean, callOptions?: CallOptions) {
      const args = { net: networkRef(uuid), autostart: autostart ? 1 : 0 }
      await call(network.networkSetAutostart, args, callOptions)
    },
    async define(xml: string, callOptions?: CallOptions) {
      return (await call(network.networkDefineXml, { xml }, callOptions)).net
    },
    /** Creates and starts a network that is gone when it stops. */
    async createXml(xml: string, callOptions?: CallOptions) {
      return (await call(network.networkCreateXml, { xml }, callOptions)).net
    },
    async undefine(uuid: string, callOptions?: CallOptions) {
      await call(network.networkUndefine, { net: networkRef(uuid) }, callOptions)
    },
    async start(uuid: string, callOptions?: CallOptions) {
      await call(network.networkCreate, { net: networkRef(uuid) }, callOptions)
    },
    /** Stops it; its definition stays. */
    async destroy(uuid: string, callOptions?: CallOptions) {
      await call(network.networkDestroy, { net: networkRef(uuid) }, callOptions)
    },
    async update(uuid: string, update: NetworkUpdate, callOptions?: CallOptions) {
      const command = COMMANDS[update.command]
      const section = SECTIONS[update.section]
      // Daemons without the feature expect the two the other way round.
      const inOrder = await options.updateOrder()
      const args = {
        net: networkRef(uuid),
        command: inOrder ? command : section,
        section: inOrder ? section : command,
        parentIndex: update.parentIndex ?? -1,
        xml: update.xml,
        flags: (update.live ? 1 : 0) | (update.config ? 2 : 0),
      }
      await call(network.networkUpdate, args, callOptions)
    },
    /** Leases of the network's DHCP server; of one MAC when given. */
    async dhcpLeases(uuid: string, mac: string | null = null, callOptions?: CallOptions) {
      const args = { net: networkRef(uuid), mac, needResults: 1, flags: 0 }
      const { leases } = await call(network.networkGetDhcpLeases, args, callOptions)
      return leases.map((lease) => ({
        interface: lease.iface,
        expiresSeconds: Number(lease.expirytime),
        family: lease.type === 1 ? ('ipv6' as const) : ('ipv4' as const),
        mac: lease.mac,
        address: lease.ipaddr,
        prefix: lease.prefix,
        hostname: lease.hostname,
        clientId: lease.clientid,
      }))
    },
  }
}

export type Networks = ReturnType<typeof networkMethods>
