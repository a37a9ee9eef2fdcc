import { get, set, type XmlElement } from '../../xml/tree.ts'
import { byDefault } from '../../xml/tree.ts'
import type { Guest } from '../guest.ts'

const typed = (guest: Guest, type: string) =>
  guest.devicesOf('controller').some((controller) => get(controller, '@type') === type)

const add = (guest: Guest, values: Record<string, string>): XmlElement => {
  const made = guest.addDevice('controller')
  for (const [path, value] of Object.entries(values)) set(made, path, value, byDefault)
  return made
}

/** What USB, SCSI and PCI Express devices hang on. */
export function fillControllers(guest: Guest): void {
  if (!typed(guest, 'usb')) addUsb(guest)
  if (!typed(guest, 'scsi') && needsScsi(guest)) {
    add(guest, { '@type': 'scsi', '@model': 'virtio-scsi' })
  }
  if (guest.isPcie && !typed(guest, 'pci')) addPcie(guest)
}

const needsScsi = (guest: Guest) =>
  guest.disks.some(({ xml }) => get(xml, 'target/@bus') === 'scsi') &&
  (guest.os.knows('virtio-scsi') || guest.isArm)

function addUsb(guest: Guest): void {
  if (guest.os.knows('usb3') || guest.isArm) {
    add(guest, { '@type': 'usb', '@model': 'qemu-xhci', '@ports': '15' })
    return
  }
  add(guest, { '@type': 'usb', '@model': 'ich9-ehci1' })
  for (const [model, start] of [
    ['ich9-uhci1', '0'],
    ['ich9-uhci2', '2'],
    ['ich9-uhci3', '4'],
  ] as const) {
    add(guest, { '@type': 'usb', '@model': model, 'master/@startport': start })
  }
}

/** Enough root ports to plug in at run time. */
const defaultRootPorts = 14

function addPcie(guest: Guest): void {
  const ports = guest.pcieRootPorts ?? defaultRootPorts
  if (ports <= 0) return
  add(guest, { '@type': 'pci', '@model': 'pcie-root' })
  for (let at = 0; at < ports; at++) {
    add(guest, { '@type': 'pci', '@model': 'pcie-root-port' })
  }
}
