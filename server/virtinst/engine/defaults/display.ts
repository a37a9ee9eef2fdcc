import { element, findAll, get, set, type XmlElement } from '../../xml/tree.ts'
import { byDefault } from '../../xml/tree.ts'
import type { Guest } from '../guest.ts'

const fill = (xml: XmlElement, path: string, value: string) => {
  if (get(xml, path) === undefined) set(xml, path, value, byDefault)
}

/** Screens, and what belongs to them: ports, GL, SPICE's compression. */
export function fillGraphics(guest: Guest): void {
  if (guest.wantsDefault('graphics')) guest.addDevice('graphics')
  for (const graphics of guest.devicesOf('graphics')) {
    fill(graphics, '@type', defaultType(guest))
    fillPorts(graphics)
    if (get(graphics, '@type') === 'spice') fillSpice(guest, graphics)
    if (get(graphics, '@type') === 'sdl') {
      fill(graphics, '@xauth', `${guest.context.facts.home}/.Xauthority`)
    }
  }
}

const defaultType = (guest: Guest) =>
  guest.domainCapabilities.enumOf('devices/graphics', 'type').includes('spice')
    ? 'spice'
    : 'vnc'

function fillPorts(graphics: XmlElement): void {
  const type = get(graphics, '@type')
  if (type !== 'vnc' && type !== 'spice') return
  const listen = findAll(graphics, 'listen')[0]
  const kind = listen && get(listen, '@type')
  if (kind === 'none' || kind === 'socket') return
  if (type === 'spice') {
    const isAuto = ['@port', '@tlsPort'].every((path) => {
      const port = get(graphics, path)
      return port === undefined || port === '-1'
    })
    fill(graphics, '@port', '-1')
    fill(graphics, '@tlsPort', '-1')
    if (isAuto) fill(graphics, '@autoport', 'yes')
  } else fill(graphics, '@port', '-1')
}

function fillSpice(guest: Guest, graphics: XmlElement): void {
  if (guest.context.facts.isLocal) fill(graphics, 'image/@compression', 'off')
  if (get(graphics, 'gl/@enable') !== 'yes') return
  const render = renderNode(guest)
  if (render) fill(graphics, 'gl/@rendernode', render)
}

/** The first GPU's render node: by the name that stays over a restart. */
function renderNode(guest: Guest): string | undefined {
  const device = guest.index.nodeDevices.find(
    ({ type, capability }) => type === 'drm' && get(capability, 'type') === 'render',
  )
  return device?.links[0]
}

const usesGl = (graphics: XmlElement) => get(graphics, 'gl/@enable') === 'yes'

/** A card where there is a screen. */
export function fillVideo(guest: Guest): void {
  const screens = guest.devicesOf('graphics')
  if (guest.devicesOf('video').length === 0 && screens.length > 0) guest.addDevice('video')
  for (const video of guest.devicesOf('video')) {
    fill(video, 'model/@type', defaultModel(guest))
    const isVirtio = get(video, 'model/@type') === 'virtio'
    if (isVirtio && screens.some(usesGl)) {
      fill(video, 'model/acceleration/@accel3d', 'yes')
    }
  }
}

function defaultModel(guest: Guest): string {
  const models = guest.domainCapabilities.enumOf('devices/video', 'modelType')
  if (guest.isArm) return 'virtio'
  if (guest.devicesOf('graphics').some(usesGl)) return 'virtio'
  if (models.includes('virtio') && guest.os.knows('virtio-gpu')) return 'virtio'
  if (guest.hasSpice() && models.includes('qxl')) return 'qxl'
  return guest.isUefi && models.includes('bochs') ? 'bochs' : 'vga'
}

/** A pointer that knows where it is; nothing to point at without a screen. */
export function fillInput(guest: Guest): void {
  if (!guest.wantsDefault('input') || guest.devicesOf('graphics').length === 0) return
  if (guest.usbIsOff()) return
  guest.addDefault('input', { '@type': 'tablet', '@bus': 'usb' })
  if (guest.isArm) guest.addDefault('input', { '@type': 'keyboard', '@bus': 'usb' })
}

export function fillSound(guest: Guest): void {
  if (guest.wantsDefault('sound') && guest.hasSpice()) {
    guest.addDevice('sound')
  }
  for (const sound of guest.devicesOf('sound')) {
    fill(sound, '@model', guest.isPcie ? 'ich9' : 'ich6')
  }
}

/** Two USB devices of the viewer's machine can be plugged in. */
export function fillRedirection(guest: Guest): void {
  const offered =
    guest.isX86 &&
    guest.domainCapabilities.enumOf('devices/redirdev', 'bus').includes('usb')
  if (guest.wantsDefault('redirdev') && guest.hasSpice() && offered && !guest.usbIsOff()) {
    guest.addDevice('redirdev')
    guest.addDevice('redirdev')
  }
  for (const redirdev of guest.devicesOf('redirdev')) {
    fill(redirdev, '@bus', 'usb')
    fill(redirdev, '@type', 'spicevmc')
  }
}

/** Without a serial port there is a console to type at; guest agent and SPICE have channels. */
export function fillCharacter(guest: Guest): void {
  const hasPort =
    guest.devicesOf('serial').length > 0 || guest.devicesOf('console').length > 0
  if (!hasPort && !guest.without.has('console')) {
    guest.addDefault('console', { '@type': 'pty' })
  }
  if (guest.wantsDefault('channel')) addChannels(guest)
  else if (!guest.without.has('channel')) addSpiceChannel(guest)
  for (const channel of guest.devicesOf('channel')) fillChannel(channel)
  for (const kind of ['serial', 'parallel', 'console', 'channel']) {
    for (const device of guest.devicesOf(kind)) {
      if (['unix', 'tcp'].includes(get(device, '@type') ?? '')) fillMode(device)
    }
  }
}

/**
 * A socket waits to be connected to unless `mode` says otherwise; where only an address to connect to
 * was given, virt-install writes both.
 */
function fillMode(device: XmlElement): void {
  const sources = findAll(device, 'source')
  const [first] = sources
  const mode = first && get(first, '@mode')
  if (mode === undefined) {
    set(device, 'source/@mode', 'bind', byDefault)
    return
  }
  const origin = first?.attributes.get('mode')?.origin
  const isTyped = origin?.by === 'typed' && (origin.key ?? '').endsWith('mode')
  if (isTyped || sources.some((source) => get(source, '@mode') === 'bind')) return
  const bind = element('source')
  set(bind, '@mode', 'bind', byDefault)
  device.children.splice(device.children.indexOf(first!), 0, bind)
}

const agentName = 'org.qemu.guest_agent.0'
const spiceName = 'com.redhat.spice.0'

function addChannels(guest: Guest): void {
  if (guest.os.knows('virtio-console')) {
    guest.addDefault('channel', {
      '@type': 'unix',
      'source/@mode': 'bind',
      'target/@type': 'virtio',
      'target/@name': agentName,
    })
  }
  addSpiceChannel(guest)
}

function addSpiceChannel(guest: Guest): void {
  const offered = guest.domainCapabilities
    .enumOf('devices/channel', 'type')
    .includes('spicevmc')
  const has = guest
    .devicesOf('channel')
    .some((channel) => get(channel, '@type') === 'spicevmc')
  if (
    guest.hasSpice() &&
    (offered || !guest.domainCapabilities.has('devices/channel')) &&
    !has
  ) {
    guest.addDefault('channel', {
      '@type': 'spicevmc',
      'target/@type': 'virtio',
      'target/@name': spiceName,
    })
  }
}

function fillChannel(channel: XmlElement): void {
  const type = get(channel, '@type')
  fill(channel, 'target/@type', 'virtio')
  if (
    (type === 'spicevmc' || type === 'qemu-vdagent') &&
    get(channel, 'target/@type') === 'virtio'
  ) {
    fill(channel, 'target/@name', spiceName)
  }
}
