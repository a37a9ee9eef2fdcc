import { parsePciAddress } from '../../host/node-devices.ts'
import { findKey } from '../../options/table.ts'
import { resolveDisk, type DiskWish } from '../../storage/resolve-disk.ts'
import { get, removeChild, set, setPresent, unset } from '../../xml/tree.ts'
import {
  integer,
  originOf,
  refuse,
  refuseBare,
  type Code,
  type Codes,
  type Use,
} from '../apply.ts'

const typed = ({ use, spec }: Use, key: string): string | undefined => {
  const canonical = findKey(spec, key)?.canonical ?? key
  const value = use.fields.findLast((field) => field.key === canonical)?.value
  return value === null || value === '' ? undefined : value
}

const setPermissions: Code = (target, value, field) => {
  const origin = originOf(target, field.key)
  if (value === 'ro') setPresent(target.at, 'readonly', origin)
  else if (value === 'sh') setPresent(target.at, 'shareable', origin)
  else if (value !== 'rw' && value !== '') {
    throw refuseBare(target, `Unknown 'perms' value '${value}'`, field.key)
  }
}

/** All of a disk's keys are in: find out where it lies, and plan what has to be made. */
const finishDisk: Code = (target) => {
  const wish: DiskWish = {
    path: typed(target, 'path'),
    pool: typed(target, 'pool'),
    volume: typed(target, 'vol'),
    size: typed(target, 'size'),
    format: typed(target, 'format'),
    sparse: typed(target, 'sparse'),
    backingStore: typed(target, 'backing_store'),
    backingFormat: typed(target, 'backing_format'),
    type: typed(target, 'type'),
  }
  resolveDisk(target, wish)
}

/** The four controllers of USB 2 share a plug. */
const usb2 = [
  { model: 'ich9-ehci1' },
  { model: 'ich9-uhci1', start: '0' },
  { model: 'ich9-uhci2', start: '2' },
  { model: 'ich9-uhci3', start: '4' },
]

const finishController: Code = (target, value) => {
  const { guest, at } = target
  const origin = originOf(target, 'type')
  if (value === 'usb2') {
    removeChild(guest.devices, at)
    for (const { model, start } of usb2) {
      const made = guest.addDevice('controller', origin)
      set(made, '@type', 'usb', origin)
      set(made, '@model', model, origin)
      set(made, 'master/@startport', start, origin)
    }
  } else if (value === 'usb3') {
    set(at, '@type', 'usb', origin)
    set(at, '@model', 'qemu-xhci', origin)
    set(at, '@ports', '15', origin)
  } else if (typed(target, 'num_pcie_root_ports') !== undefined) {
    removeChild(guest.devices, at)
  }
}

const setRootPorts: Code = (target, value, field) => {
  target.guest.pcieRootPorts = Number(integer(target, value, field.key))
}

const setAddress: Code = (target, value, field) => {
  const address = parsePciAddress(value)
  if (!address) throw refuse(target, `Expected PCI format string for '${value}'`, field.key)
  const origin = originOf(target, field.key)
  set(target.at, 'address/@type', 'pci', origin)
  set(target.at, 'address/@domain', String(address.domain), origin)
  if (value.split(':').length > 2) {
    set(target.at, 'address/@bus', String(address.bus), origin)
  } else {
    // `0:4.7` is domain and slot to virt-install.
    set(target.at, 'address/@domain', String(address.bus), origin)
  }
  set(target.at, 'address/@slot', String(address.slot), origin)
  set(target.at, 'address/@function', String(address.function), origin)
}

/** Where a bare `source=` of a filesystem goes, by its type. */
const filesystemSource: Record<string, string> = {
  template: 'name',
  file: 'file',
  block: 'dev',
  ram: 'usage',
}

const setFilesystemSource: Code = (target, value, field) => {
  const attribute = filesystemSource[get(target.at, '@type') ?? ''] ?? 'dir'
  unset(target.at, 'source/@dir')
  set(target.at, `source/@${attribute}`, value, originOf(target, field.key))
}

export const storageCodes: Codes = {
  disk: {
    perms: setPermissions,
    path: () => {},
    pool: () => {},
    vol: () => {},
    size: () => {},
    format: () => {},
    sparse: () => {},
    type: () => {},
    backing_store: () => {},
    backing_format: () => {},
    '*': finishDisk,
  },
  controller: {
    address: setAddress,
    num_pcie_root_ports: setRootPorts,
    '*': finishController,
  },
  filesystem: { source: setFilesystemSource },
}
