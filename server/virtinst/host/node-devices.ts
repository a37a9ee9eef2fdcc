import type { Origin } from '../model.ts'
import { parseXml } from '../xml/parse.ts'
import { find, findAll, get, set, type XmlElement } from '../xml/tree.ts'

/** A device of the host, as far as it can be handed to a domain. */
export interface NodeDevice {
  name: string
  parent: string | null
  type: string
  capability: XmlElement
  /** Names under /dev that stay over a restart. */
  links: string[]
}

export function readNodeDevice(name: string, source: string): NodeDevice {
  const xml = parseXml(source)
  const capability = find(xml, 'capability') ?? xml
  return {
    name: get(xml, 'name') ?? name,
    parent: get(xml, 'parent') ?? null,
    type: get(capability, '@type') ?? '',
    capability,
    links: findAll(xml, 'devnode')
      .filter((node) => get(node, '@type') === 'link')
      .map((node) => node.text?.value ?? ''),
  }
}

const number = (device: NodeDevice, path: string) =>
  Number(get(device.capability, path) ?? -1)

/** PCI addresses are typed in hexadecimal: `0000:15:00.1`, `15:0.1`. */
const pciAddress = /^(?:([0-9a-fA-F]+):)?([0-9a-fA-F]+):([0-9a-fA-F]+)\.([0-9a-fA-F]+)$/

export interface PciAddress {
  domain: number
  bus: number
  slot: number
  function: number
}

export function parsePciAddress(text: string): PciAddress | undefined {
  const match = pciAddress.exec(text)
  if (!match) return undefined
  const [domain, bus, slot, fn] = match
    .slice(1)
    .map((part) => (part ? Number.parseInt(part, 16) : 0))
  return { domain: domain!, bus: bus!, slot: slot!, function: fn! }
}

/** Why a name could not be made a device; the caller adds the option. */
export class NodeDeviceError extends Error {
  override readonly name = 'NodeDeviceError'
}

/**
 * The device that a word of --hostdev means: its name, a PCI address, `vendor:product` or
 * `bus.device` of USB. Throws NodeDeviceError in virt-install's words.
 */
export function findNodeDevice(devices: readonly NodeDevice[], word: string): NodeDevice {
  const named = devices.find(({ name }) => name === word)
  if (named) return named
  const pci = parsePciAddress(word)
  const usb = usbOf(word)
  if (!pci && !usb) {
    throw new NodeDeviceError(
      word.split(':').length > 2
        ? 'too many values to unpack (expected 2)'
        : `Unknown hostdev address string format '${word}'`,
    )
  }
  const found = devices.find((device) =>
    pci ? isPci(device, pci) : usb ? usb(device) : false,
  )
  if (!found) {
    throw new NodeDeviceError(`Did not find a matching node device for '${word}'`)
  }
  return found
}

const isPci = (device: NodeDevice, wanted: PciAddress) =>
  device.type === 'pci' &&
  number(device, 'domain') === wanted.domain &&
  number(device, 'bus') === wanted.bus &&
  number(device, 'slot') === wanted.slot &&
  number(device, 'function') === wanted.function

function usbOf(word: string): ((device: NodeDevice) => boolean) | undefined {
  const ids = /^(?:0x)?([0-9a-fA-F]+):(?:0x)?([0-9a-fA-F]+)$/.exec(word)
  if (ids) {
    const [vendor, product] = ids.slice(1).map((part) => Number.parseInt(part, 16))
    return (device) =>
      device.type === 'usb_device' &&
      number(device, 'vendor/@id') === vendor &&
      number(device, 'product/@id') === product
  }
  const place = /^(\d+)\.(\d+)$/.exec(word)
  if (!place) return undefined
  return (device) =>
    device.type === 'usb_device' &&
    number(device, 'bus') === Number(place[1]) &&
    number(device, 'device') === Number(place[2])
}

/**
 * Fills a `<hostdev>` with a device of the host. A network device stands for its parent. Throws
 * NodeDeviceError for kinds that cannot be handed on.
 */
export function fillHostdev(
  at: XmlElement,
  device: NodeDevice,
  devices: readonly NodeDevice[],
  origin: Origin,
): void {
  const put = (path: string, value: string | undefined) => set(at, path, value, origin)
  put('@mode', 'subsystem')
  switch (device.type) {
    case 'pci':
      put('@type', 'pci')
      put('@managed', 'yes')
      putPci(device, put)
      return
    case 'usb_device':
      put('@type', 'usb')
      put('@managed', 'yes')
      putUsb(device, devices, put)
      return
    case 'scsi':
      put('@type', 'scsi')
      put('@managed', 'no')
      put('source/adapter/@name', `scsi_host${number(device, 'host')}`)
      put('source/address/@bus', get(device.capability, 'bus'))
      put('source/address/@target', get(device.capability, 'target'))
      put('source/address/@unit', get(device.capability, 'lun'))
      return
    case 'mdev':
      putMdev(device, put)
      return
    case 'net':
    case 'storage': {
      const parent = devices.find(({ name }) => name === device.parent)
      if (device.type === 'net' && parent) {
        fillHostdev(at, parent, devices, origin)
        return
      }
      throw new NodeDeviceError(`Unsupported node device type '${device.type}'`)
    }
    default:
      throw new NodeDeviceError(`Unsupported node device type '${device.type}'`)
  }
}

type Put = (path: string, value: string | undefined) => void

export function putPci(device: NodeDevice, put: Put, prefix = 'source/address/'): void {
  for (const part of ['domain', 'bus', 'slot', 'function']) {
    put(`${prefix}@${part}`, get(device.capability, part))
  }
}

/** Vendor and product, and where it is plugged in when there are more of that kind. */
function putUsb(device: NodeDevice, devices: readonly NodeDevice[], put: Put): void {
  const vendor = get(device.capability, 'vendor/@id')
  const product = get(device.capability, 'product/@id')
  put('source/vendor/@id', vendor)
  put('source/product/@id', product)
  const same = devices.filter(
    (other) =>
      other.type === 'usb_device' &&
      get(other.capability, 'vendor/@id') === vendor &&
      get(other.capability, 'product/@id') === product,
  )
  if (same.length > 1) {
    put('source/address/@bus', get(device.capability, 'bus'))
    put('source/address/@device', get(device.capability, 'device'))
  }
}

function putMdev(device: NodeDevice, put: Put): void {
  const type = findAll(device.capability, 'type')[0]
  const id = (type && get(type, '@id')) ?? ''
  const model = id.startsWith('vfio_ccw')
    ? 'vfio-ccw'
    : id.startsWith('vfio_ap')
      ? 'vfio-ap'
      : 'vfio-pci'
  const uuid =
    get(device.capability, 'uuid') ??
    /^mdev_([0-9a-f]{8}_[0-9a-f]{4}_[0-9a-f]{4}_[0-9a-f]{4}_[0-9a-f]{12})/
      .exec(device.name)?.[1]
      ?.replaceAll('_', '-')
  put('@type', 'mdev')
  put('@managed', model === 'vfio-pci' ? 'yes' : 'no')
  put('@model', model)
  if (model === 'vfio-pci') {
    put('@display', 'off')
    put('@ramfb', 'off')
  }
  put('source/address/@uuid', uuid)
}
