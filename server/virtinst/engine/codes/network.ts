import { readSwitch } from '../../grammar.ts'
import { findNodeDevice, fillHostdev, NodeDeviceError } from '../../host/node-devices.ts'
import { element, get, set, shape, unset } from '../../xml/tree.ts'
import { integer, originOf, type Code, type Codes } from '../apply.ts'
import { withNodeDevices } from './devices.ts'

/** `network=NAME` and `bridge=NAME` say the type as well. */
const connectTo =
  (type: 'network' | 'bridge'): Code =>
  (target, value, field) => {
    const origin = originOf(target, field.key)
    if (get(target.at, '@type') !== undefined) return
    set(target.at, '@type', type, origin)
    set(target.at, `source/@${type}`, value, origin)
  }

const setType: Code = (target, value, field) => {
  const origin = originOf(target, field.key)
  if (value === 'default') return
  if (value === 'passt') {
    set(target.at, '@type', 'user', origin)
    set(target.at, 'backend/@type', 'passt', origin)
  } else {
    const before = get(target.at, '@type')
    set(target.at, '@type', value, origin)
    // `bridge=br0,type=…`: the source belonged to the other type.
    if (before !== undefined && before !== value) unset(target.at, `source/@${before}`)
  }
}

/** Which attribute of `<source>` a bare `source=` is, by the interface's type. */
const sourceAttribute: Record<string, string> = {
  network: 'network',
  bridge: 'bridge',
  direct: 'dev',
  vdpa: 'dev',
}

const setSource: Code = (target, value, field) => {
  const attribute = sourceAttribute[get(target.at, '@type') ?? '']
  if (!attribute || get(target.at, `source/@${attribute}`) !== undefined) return
  set(target.at, `source/@${attribute}`, value, originOf(target, field.key))
}

/** A network card of the host: its PCI device is passed through. */
const setHostdev: Code = (target, value, field) => {
  const origin = originOf(target, field.key)
  withNodeDevices(target, field.key, () => {
    const devices = target.guest.index.nodeDevices
    const found = findNodeDevice(devices, value)
    const scratch = element('hostdev', shape)
    fillHostdev(scratch, found, devices, origin)
    if (get(scratch, '@type') !== 'pci') {
      throw new NodeDeviceError(`Unsupported node device type '${found.type}'`)
    }
    set(target.at, '@type', 'hostdev', origin)
    set(target.at, '@managed', 'yes', origin)
    set(target.at, 'source/address/@type', get(scratch, '@type'), origin)
    for (const part of ['domain', 'bus', 'slot', 'function']) {
      const address = get(scratch, `source/address/@${part}`)
      set(target.at, `source/address/@${part}`, address, origin)
    }
  })
}

const setMac: Code = (target, value, field) => {
  // RANDOM is what comes by default anyway.
  if (value !== 'RANDOM') set(target.at, 'mac/@address', value, originOf(target, field.key))
}

const setLinkState: Code = (target, value, field) => {
  const on = value === '' ? undefined : readSwitch(value)
  set(
    target.at,
    'link/@state',
    on === undefined ? value : on ? 'up' : 'down',
    originOf(target, field.key),
  )
}

/** `[ADDRESS:]START[-END][:TO][/PROTO]`, as passt's own command line takes it. */
const setPortForward: Code = (target, value, field, indexes) => {
  const at = [indexes[0] ?? 0]
  const origin = originOf(target, field.key)
  const slash = value.lastIndexOf('/')
  const ports = slash < 0 ? value : value.slice(0, slash)
  set(
    target.at,
    'portForward#/@proto',
    slash < 0 ? 'tcp' : value.slice(slash + 1),
    origin,
    at,
  )
  const parts = ports.split(':')
  const isPorts = (part: string | undefined) => part !== undefined && /^[\d-]+$/.test(part)
  let address: string | undefined
  if (ports.startsWith('[') || parts.length > 2 || !isPorts(parts[0])) {
    const tail = isPorts(parts.at(-2)) && parts.length > 2 ? 2 : 1
    const head = parts.length > tail ? parts.slice(0, parts.length - tail) : []
    address = head.length > 0 ? head.join(':') : undefined
    parts.splice(0, head.length)
  }
  const [from = '', to] = parts
  const dash = from.indexOf('-')
  set(target.at, 'portForward#/@address', address, origin, at)
  const number = (text: string) => integer(target, text, field.key)
  const put = (name: string, text: string) =>
    set(target.at, `portForward#/range#/@${name}`, number(text), origin, [...at, 0])
  put('start', dash < 0 ? from : from.slice(0, dash))
  if (dash >= 0) put('end', from.slice(dash + 1))
  if (to !== undefined) put('to', to)
}

export const networkCodes: Codes = {
  network: {
    network: connectTo('network'),
    bridge: connectTo('bridge'),
    type: setType,
    source: setSource,
    hostdev: setHostdev,
    'mac.address': setMac,
    'link.state': setLinkState,
    'portForward#': setPortForward,
  },
}
