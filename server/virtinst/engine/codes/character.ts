import { get, set, unset } from '../../xml/tree.ts'
import { integer, originOf, type Code, type Codes, type Use } from '../apply.ts'

/** Key of the same use, by the table's spelling. */
const typed = ({ use }: Use, key: string) =>
  use.fields.findLast((field) => field.key === key)?.value ?? undefined

/** `host:port`; without a host it is this machine. */
function splitAddress(
  target: Use,
  value: string,
  key: string,
): { host: string; service: string } {
  const colon = value.indexOf(':')
  const host = colon < 0 ? value : value.slice(0, colon)
  const service = colon < 0 ? '' : integer(target, value.slice(colon + 1), key)
  return { host: host === '' ? '127.0.0.1' : host, service }
}

/** The path of a `<source>` that connects or binds: of udp there are two. */
const sourceOf = (prefix: string, mode: string) => `${prefix}source[@mode='${mode}']`

const setHost =
  (mode: 'connect' | 'bind'): Code =>
  (target, value, field) => {
    const { host, service } = splitAddress(target, value, field.key)
    const wanted = mode === 'bind' ? 'bind' : (typed(target, 'mode') ?? 'connect')
    const isTold = mode === 'connect' && typed(target, 'mode') !== undefined
    const origin = originOf(target, isTold ? 'mode' : field.key)
    set(target.at, `${sourceOf('', wanted)}/@host`, host, origin)
    set(target.at, `${sourceOf('', wanted)}/@service`, service, origin)
  }

/** `mode` of `host=` is settled there; alone it belongs to the first source. */
const setMode: Code = (target, value, field) => {
  if (typed(target, 'host') === undefined) {
    set(target.at, 'source/@mode', value, originOf(target, field.key))
  }
}

const setIn =
  (prefix: string, mode: 'connect' | 'bind', attribute: 'host' | 'service'): Code =>
  (target, value, field) => {
    const written = attribute === 'service' ? integer(target, value, field.key) : value
    if (written === '') return
    set(
      target.at,
      `${sourceOf(prefix, mode)}/@${attribute}`,
      written,
      originOf(target, field.key),
    )
  }

/** guestfwd: the address may have its port with it. */
const setTargetAddress: Code = (target, value, field) => {
  const origin = originOf(target, field.key)
  if (value === '') {
    unset(target.at, 'target/@address')
    return
  }
  const colon = value.indexOf(':')
  set(target.at, 'target/@address', colon < 0 ? value : value.slice(0, colon), origin)
  if (colon >= 0) set(target.at, 'target/@port', value.slice(colon + 1), origin)
}

const plain =
  (path: string): Code =>
  (target, value, field) =>
    set(target.at, path, value, originOf(target, field.key))

const sources: Record<string, Code> = {
  'source.host': plain('source/@host'),
  'source.bind_host': setIn('', 'bind', 'host'),
  'source.bind_service': setIn('', 'bind', 'service'),
  'source.connect_host': setIn('', 'connect', 'host'),
  'source.connect_service': setIn('', 'connect', 'service'),
}

const character: Record<string, Code> = {
  ...sources,
  path: plain('source/@path'),
  mode: setMode,
  host: setHost('connect'),
  bind_host: setHost('bind'),
  'target.address': setTargetAddress,
}

const setServer: Code = (target, value, field) => {
  if (value === '') return
  const { host, service } = splitAddress(target, value, field.key)
  const origin = originOf(target, field.key)
  set(target.at, 'source/@host', host, origin)
  set(target.at, 'source/@service', service, origin)
}

/** A path stands for the random backend that reads it. */
const setRngModel: Code = (target, value, field) => {
  const origin = originOf(target, field.key)
  if (value.startsWith('/')) {
    set(target.at, 'backend/@model', 'random', origin)
    set(target.at, 'backend', value, origin)
  } else set(target.at, 'backend/@model', value, origin)
}

const setRngDevice: Code = (target, value, field) => {
  const origin = originOf(target, field.key)
  if (get(target.at, 'backend/@model') === undefined) {
    set(target.at, 'backend/@model', 'random', origin)
  }
  set(target.at, 'backend', value, origin)
}

export const characterCodes: Codes = {
  serial: character,
  parallel: character,
  channel: character,
  console: character,
  redirdev: { ...sources, server: setServer },
  smartcard: sources,
  rng: {
    'backend.model': setRngModel,
    type: setRngModel,
    device: setRngDevice,
    backend: setRngDevice,
    'backend.source.host': plain('backend/source/@host'),
    'backend.source.bind_host': setIn('backend/', 'bind', 'host'),
    'backend.source.bind_service': setIn('backend/', 'bind', 'service'),
    'backend.source.connect_host': setIn('backend/', 'connect', 'host'),
    'backend.source.connect_service': setIn('backend/', 'connect', 'service'),
  },
}
