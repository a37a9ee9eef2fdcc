import { get, set, type XmlElement } from '../../xml/tree.ts'
import { byDefault } from '../../xml/tree.ts'
import type { Guest } from '../guest.ts'

const fill = (xml: XmlElement, path: string, value: string) => {
  if (get(xml, path) === undefined) set(xml, path, value, byDefault)
}

/** Values of devices that were asked for in part. */
export function fillSmallDevices(guest: Guest): void {
  fillRng(guest)
  fillBalloon(guest)
  fillTpm(guest)
  for (const hostdev of guest.devicesOf('hostdev')) {
    fill(hostdev, '@mode', 'subsystem')
    fill(hostdev, '@managed', 'yes')
  }
  for (const vsock of guest.devicesOf('vsock')) {
    fill(vsock, '@model', 'virtio')
    if (get(vsock, 'cid/@address') === undefined) fill(vsock, 'cid/@auto', 'yes')
  }
  for (const watchdog of guest.devicesOf('watchdog')) {
    fill(watchdog, '@model', 'i6300esb')
    fill(watchdog, '@action', 'reset')
  }
  for (const panic of guest.devicesOf('panic')) {
    if (get(panic, 'address/@iobase') !== undefined) fill(panic, 'address/@type', 'isa')
  }
  for (const smartcard of guest.devicesOf('smartcard')) fillSmartcard(smartcard)
  for (const filesystem of guest.devicesOf('filesystem')) fillFilesystem(filesystem)
}

function fillRng(guest: Guest): void {
  if (guest.wantsDefault('rng') && (guest.os.knows('virtio-rng') || guest.isArm)) {
    guest.addDefault('rng', { 'backend/@model': 'random', backend: '/dev/urandom' })
  }
  for (const rng of guest.devicesOf('rng')) fill(rng, '@model', 'virtio')
}

function fillBalloon(guest: Guest): void {
  if (guest.wantsDefault('memballoon') && guest.os.knows('virtio-balloon')) {
    guest.addDevice('memballoon')
  }
  for (const balloon of guest.devicesOf('memballoon')) fill(balloon, '@model', 'virtio')
}

function fillTpm(guest: Guest): void {
  const capabilities = guest.domainCapabilities
  const backends = capabilities.enumOf('devices/tpm', 'backendModel')
  if (guest.wantsDefault('tpm') && guest.isUefi && backends.includes('emulator')) {
    guest.addDevice('tpm')
  }
  const models = capabilities.enumOf('devices/tpm', 'model')
  for (const tpm of guest.devicesOf('tpm')) {
    const passes = get(tpm, 'backend/device/@path') !== undefined
    fill(tpm, 'backend/@type', passes ? 'passthrough' : 'emulator')
    const isOwn = get(tpm, 'backend/@type') !== 'passthrough'
    if (isOwn && models.includes('tpm-crb')) fill(tpm, '@model', 'tpm-crb')
  }
}

function fillSmartcard(smartcard: XmlElement): void {
  fill(smartcard, '@mode', 'passthrough')
  const passes = get(smartcard, '@mode') === 'passthrough'
  fill(smartcard, '@type', passes ? 'spicevmc' : 'tcp')
}

function fillFilesystem(filesystem: XmlElement): void {
  fill(filesystem, '@type', 'mount')
  if (get(filesystem, 'driver/@type') !== 'virtiofs')
    fill(filesystem, '@accessmode', 'mapped')
}
