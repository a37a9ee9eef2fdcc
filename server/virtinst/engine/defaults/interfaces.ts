import { VirtInstallError } from '../../model.ts'
import { get, set, type XmlElement } from '../../xml/tree.ts'
import { byDefault } from '../../xml/tree.ts'
import type { Guest } from '../guest.ts'

const fill = (xml: XmlElement, path: string, value: string) => {
  if (get(xml, path) === undefined) set(xml, path, value, byDefault)
}

/** One interface where none was asked for, and for each its kind, model and MAC. */
export function fillInterfaces(guest: Guest): void {
  if (guest.wantsDefault('interface')) guest.addDevice('interface')
  for (const xml of guest.devicesOf('interface')) {
    if (get(xml, '@type') === undefined) fillDefaultNetwork(guest, xml)
    fill(xml, 'model/@type', modelOf(guest))
    fillMac(guest, xml)
  }
}

/** The bridge that carries the default route, else the network `default`; a session has neither. */
function fillDefaultNetwork(guest: Guest, xml: XmlElement): void {
  const { uri, defaultBridge } = guest.context.facts
  if (/\/session(\?|$)/.test(uri)) set(xml, '@type', 'user', byDefault)
  else if (defaultBridge) {
    set(xml, '@type', 'bridge', byDefault)
    fill(xml, 'source/@bridge', defaultBridge)
  } else {
    set(xml, '@type', 'network', byDefault)
    fill(xml, 'source/@network', 'default')
  }
}

function modelOf(guest: Guest): string {
  if (guest.os.knows('virtio-net') || guest.isArm) return 'virtio'
  return guest.isQ35 ? 'e1000e' : guest.os.classicNic
}

function fillMac(guest: Guest, xml: XmlElement): void {
  const typed = get(xml, 'mac/@address')
  if (typed === undefined) {
    set(xml, 'mac/@address', freshMac(guest), byDefault)
    return
  }
  guest.macs.add(typed.toLowerCase())
  if (!guest.checks.macInUse) return
  if (guest.index.ownerOfMac(typed) !== undefined) {
    throw new VirtInstallError(
      `The MAC address '${typed}' is in use by another virtual machine. (Use --check mac_in_use=off or --check all=off to override)`,
      { option: 'network', key: 'mac.address' },
    )
  }
}

/** QEMU's prefix and three random bytes that no domain of the host has. */
function freshMac(guest: Guest): string {
  for (;;) {
    const bytes = [...guest.context.randomBytes(3)]
    const mac = [0x52, 0x54, 0x00, ...bytes]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join(':')
    if (!guest.macs.has(mac) && guest.index.ownerOfMac(mac) === undefined) {
      guest.macs.add(mac)
      return mac
    }
  }
}
