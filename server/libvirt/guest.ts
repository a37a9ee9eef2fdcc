import * as guest from '../rpc/procedures/guest.ts'
import { paramsByName } from './params.ts'
import type { CallOptions, Session } from './session.ts'
import { domainRef, flags, toNumber } from './session.ts'

/** virDomainInterfaceAddressesSource: who is asked for the addresses. */
const SOURCES = { lease: 0, agent: 1, arp: 2 } as const
/** virDomainGuestInfoTypes. */
const INFO = {
  users: 1,
  os: 2,
  timezone: 4,
  hostname: 8,
  filesystem: 16,
  disks: 32,
  interfaces: 64,
} as const

/** The inside of a guest. All but addresses by lease and ARP need the guest agent. */
export function guestMethods(session: Session) {
  const { call } = session
  return {
    async addresses(
      uuid: string,
      source: keyof typeof SOURCES = 'lease',
      options?: CallOptions,
    ) {
      const args = { dom: domainRef(uuid), source: SOURCES[source], flags: 0 }
      const { ifaces } = await call(guest.domainInterfaceAddresses, args, options)
      return ifaces.map((each) => ({
        name: each.name,
        mac: each.hwaddr,
        addresses: each.addrs.map(({ type, addr, prefix }) => ({
          family: type === 1 ? ('ipv6' as const) : ('ipv4' as const),
          address: addr,
          prefix,
        })),
      }))
    },
    async hostname(uuid: string, options?: CallOptions) {
      const args = { dom: domainRef(uuid), flags: 0 }
      return (await call(guest.domainGetHostname, args, options)).hostname
    },
    /** The guest's clock, epoch ms. */
    async timeMs(uuid: string, options?: CallOptions) {
      const args = { dom: domainRef(uuid), flags: 0 }
      const { seconds, nseconds } = await call(guest.domainGetTime, args, options)
      return toNumber(seconds) * 1_000 + nseconds / 1e6
    },
    async filesystems(uuid: string, options?: CallOptions) {
      const args = { dom: domainRef(uuid), flags: 0 }
      return (await call(guest.domainGetFsinfo, args, options)).info
    },
    /** By libvirt's names (`os.name`, `user.0.name`, …); none set = everything. */
    async info(
      uuid: string,
      set?: Partial<Record<keyof typeof INFO, boolean>>,
      options?: CallOptions,
    ) {
      const args = { dom: domainRef(uuid), types: flags(INFO, set), flags: 0 }
      return paramsByName((await call(guest.domainGetGuestInfo, args, options)).params)
    },
    /** Number of file systems frozen; none named = all. */
    async freeze(uuid: string, mountpoints: string[] = [], options?: CallOptions) {
      const args = { dom: domainRef(uuid), mountpoints, flags: 0 }
      return (await call(guest.domainFsfreeze, args, options)).filesystems
    },
    async thaw(uuid: string, mountpoints: string[] = [], options?: CallOptions) {
      const args = { dom: domainRef(uuid), mountpoints, flags: 0 }
      return (await call(guest.domainFsthaw, args, options)).filesystems
    },
    async trim(uuid: string, options?: CallOptions) {
      const args = { dom: domainRef(uuid), mountPoint: null, minimum: 0, flags: 0 }
      await call(guest.domainFstrim, args, options)
    },
    async setPassword(uuid: string, user: string, password: string, options?: CallOptions) {
      const args = { dom: domainRef(uuid), user, password, flags: 0 }
      await call(guest.domainSetUserPassword, args, options)
    },
  }
}

export type Guest = ReturnType<typeof guestMethods>
