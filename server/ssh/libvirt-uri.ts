import { isIPv6 } from 'node:net'

const URI_BRAND = Symbol.for('ballast.ssh.UriError')

/** What is wrong with a libvirt URI, in words a person can act on. */
export class UriError extends Error {
  readonly code = 'uri'

  constructor(message: string) {
    super(message)
    this.name = 'UriError'
    Object.defineProperty(this, URI_BRAND, { value: true })
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && URI_BRAND in value
  }
}

/** How to reach the daemon through OpenSSH. Everything here passed the checks below. */
export interface SshTarget {
  host: string
  user: string | null
  port: number | null
  /** Private key file (`-i`). */
  keyFile: string | null
  /** Known-hosts file instead of the user's own. */
  knownHostsFile: string | null
  /** Local program to run instead of `ssh`. */
  command: string | null
  /** `netcat`: program on the host that relays to the socket instead of `nc`. */
  netcat: string | null
  proxy: 'auto' | 'native' | 'netcat'
}

/** A checked libvirt URI. */
export interface LibvirtUri {
  /** As it was given. */
  text: string
  driver: 'qemu' | 'test'
  transport: 'local' | 'unix' | 'ssh'
  /** Path of the URI: `/system`, `/session`, `/default`. */
  path: string
  /** The URI as the daemon itself knows it, for CONNECT_OPEN: `qemu:///system`. */
  localUri: string
  /** Socket of the daemon, on this machine or on the host; null = the usual places. */
  socket: string | null
  /** Session daemon of the user, not the system's. */
  session: boolean
  ssh: SshTarget | null
}

export const URI_MAX_LENGTH = 2_048
const HOST_MAX_LENGTH = 255
const USER_MAX_LENGTH = 64
/** sun_path less its NUL. */
const SOCKET_PATH_MAX_BYTES = 107

const SHAPE =
  /^(?<scheme>[^:/?#]*):\/\/(?:(?<user>[^@/?#]*)@)?(?<host>\[[^\]]*\]|[^:/?#@]*)(?::(?<port>[^/?#]*))?(?<path>\/[^?#]*)?(?:\?(?<query>[^#]*))?$/
/** What OpenSSH 9.2 itself takes, without a leading dash; older ones check nothing. */
const HOST = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/
const USER = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/
const ZONE = /^[A-Za-z0-9._-]+$/
/** Characters that mean nothing to any shell: such a path goes into the remote command. */
const REMOTE_PATH = /^\/[A-Za-z0-9._+@/-]+$/

const PATHS = { qemu: ['/system', '/session'], test: ['/default'] } as const

const OTHER_DRIVERS = ['xen', 'lxc', 'esx', 'vpx', 'vbox', 'bhyve', 'ch', 'vz', 'hyperv']
const OTHER_TRANSPORTS = ['tls', 'tcp', 'libssh', 'libssh2', 'ext']

const SSH_PARAMETERS = new Set([
  'keyfile',
  'known_hosts',
  'command',
  'netcat',
  'proxy',
  'socket',
  'no_tty',
  'mode',
])
const UNIX_PARAMETERS = new Set(['socket', 'mode'])

/**
 * Reads a libvirt URI as virsh takes it (https://libvirt.org/uri.html) and refuses, with
 * the reason, all that Ballast cannot or must not use. Nothing that passes can be taken for
 * an option by ssh or for syntax by a shell.
 */
export function parseLibvirtUri(text: string): LibvirtUri {
  if (text === '') throw new UriError('The address is empty.')
  if (text.length > URI_MAX_LENGTH) {
    throw new UriError(
      `The address has ${text.length} characters; more than ${URI_MAX_LENGTH} are not allowed.`,
    )
  }
  refuseOddCharacters(text)
  const parts = SHAPE.exec(text)?.groups
  if (!parts) {
    throw new UriError(
      'This is not a libvirt URI. It looks like qemu+ssh://user@host/system or qemu:///system.',
    )
  }
  const { driver, transport } = parseScheme(parts.scheme ?? '')
  const host = parts.host ?? ''
  const parameters = parseQuery(parts.query ?? '')
  const path = parsePath(driver, parts.path)
  const base = {
    text,
    driver,
    path,
    localUri: `${driver}://${path}`,
    session: path === '/session',
  }
  if (transport === 'ssh') {
    refuseUnknown(parameters, SSH_PARAMETERS)
    return {
      ...base,
      transport,
      socket: remotePath(parameters, 'socket'),
      ssh: {
        host: parseHost(host),
        user: parseUser(parts.user),
        port: parsePort(parts.port),
        keyFile: localPath(parameters, 'keyfile'),
        knownHostsFile: localPath(parameters, 'known_hosts'),
        command: localPath(parameters, 'command'),
        netcat: remotePath(parameters, 'netcat'),
        proxy: parseProxy(parameters.get('proxy')),
      },
    }
  }
  if (host !== '' || parts.user !== undefined || parts.port !== undefined) {
    throw new UriError(
      `The address names the host “${host}” but no way to reach it. ` +
        `For a host across the network write ${driver}+ssh://${host || 'host'}${path}.`,
    )
  }
  refuseUnknown(parameters, UNIX_PARAMETERS)
  return { ...base, transport, socket: localSocket(parameters), ssh: null }
}

function refuseOddCharacters(text: string): void {
  // The pattern is about control characters: that is what it looks for.
  // oxlint-disable-next-line no-control-regex
  const odd = /[\u0000-\u0020\u007f"'`\\<>{}|^;$()*!]|[^\u0000-\u007f]/u.exec(text)?.[0]
  if (odd === undefined) return
  const code = odd.codePointAt(0) ?? 0
  const name =
    odd === ' '
      ? 'a space'
      : odd === '\n' || odd === '\r'
        ? 'a line break'
        : code < 0x20 || code === 0x7f
          ? 'a control character'
          : `the character “${odd}”`
  throw new UriError(
    `The address contains ${name}, which is not allowed in a URI. ` +
      'In the value of a parameter it can be written as %XX.',
  )
}

function parseScheme(scheme: string): Pick<LibvirtUri, 'driver' | 'transport'> {
  const [driver = '', transport, ...more] = scheme.toLowerCase().split('+')
  if (OTHER_DRIVERS.includes(driver)) {
    throw new UriError(`Ballast manages QEMU hosts only, not “${driver}”.`)
  }
  if ((driver !== 'qemu' && driver !== 'test') || more.length > 0) {
    throw new UriError(
      `“${shorten(scheme)}” is not a known scheme. Use qemu+ssh://, qemu:/// or qemu+unix:///.`,
    )
  }
  if (transport === undefined) return { driver, transport: 'local' }
  if (transport === 'unix' || transport === 'ssh') return { driver, transport }
  if (OTHER_TRANSPORTS.includes(transport)) {
    throw new UriError(
      `Ballast does not connect by “${transport}”. Use ${driver}+ssh://, which needs nothing but a login on the host.`,
    )
  }
  throw new UriError(
    `“${shorten(transport)}” is not a known transport. Use ${driver}+ssh://.`,
  )
}

function parsePath(driver: LibvirtUri['driver'], path: string | undefined): string {
  const allowed: readonly string[] = PATHS[driver]
  if (path !== undefined && allowed.includes(path)) return path
  if (path === '/embed') {
    throw new UriError(
      'qemu:///embed is a daemon inside a program; there is none to connect to.',
    )
  }
  const choices = allowed.map((each) => `“${each}”`).join(' or ')
  if (path === undefined || path === '/') {
    throw new UriError(`The address has to end in ${choices}.`)
  }
  throw new UriError(`“${shorten(path)}” is not a path of ${driver}; use ${choices}.`)
}

function parseHost(host: string): string {
  if (host === '') {
    throw new UriError('The address names no host: qemu+ssh://HOST/system.')
  }
  if (host.startsWith('-') || host.startsWith('%2d') || host.startsWith('%2D')) {
    throw new UriError(`A host name cannot begin with “-”: “${shorten(host)}”.`)
  }
  if (host.length > HOST_MAX_LENGTH) {
    throw new UriError(`A host name has at most ${HOST_MAX_LENGTH} characters.`)
  }
  if (host.startsWith('[')) {
    const [address = '', zone] = decode(host.slice(1, -1), 'host').split('%')
    if (!isIPv6(address) || (zone !== undefined && !ZONE.test(zone))) {
      throw new UriError(`“${shorten(host)}” is not an IPv6 address.`)
    }
    return zone === undefined ? address : `${address}%${zone}`
  }
  if (!HOST.test(host)) {
    throw new UriError(
      `“${shorten(host)}” is not a host name. Letters, digits, “.”, “-” and “_” are allowed.`,
    )
  }
  return host
}

function parseUser(user: string | undefined): string | null {
  if (user === undefined) return null
  if (user.includes(':')) {
    throw new UriError(
      'Passwords do not belong in the address. Ballast logs in with ssh keys only.',
    )
  }
  const name = decode(user, 'user')
  if (name === '') throw new UriError('The user name before “@” is empty.')
  if (name.startsWith('-')) {
    throw new UriError(`A user name cannot begin with “-”: “${shorten(name)}”.`)
  }
  if (name.length > USER_MAX_LENGTH || !USER.test(name)) {
    throw new UriError(
      `“${shorten(name)}” is not a user name. Letters, digits, “.”, “-” and “_” are allowed.`,
    )
  }
  return name
}

function parsePort(port: string | undefined): number | null {
  if (port === undefined) return null
  const number = Number(port)
  if (!/^\d{1,5}$/.test(port) || number < 1 || number > 65_535) {
    throw new UriError(
      `“${shorten(port)}” is not a port; a port is a number from 1 to 65535.`,
    )
  }
  return number
}

function parseQuery(query: string): Map<string, string> {
  const parameters = new Map<string, string>()
  for (const pair of query.split('&')) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    const name = decode(at === -1 ? pair : pair.slice(0, at), 'parameter')
    const value = at === -1 ? '' : decode(pair.slice(at + 1), name)
    if (parameters.has(name)) {
      throw new UriError(`The parameter “${shorten(name)}” is given twice.`)
    }
    parameters.set(name, value)
  }
  return parameters
}

function refuseUnknown(parameters: Map<string, string>, known: Set<string>): void {
  for (const [name, value] of parameters) {
    if (name === 'no_verify' || name === 'known_hosts_verify') {
      throw new UriError(
        `“${name}” would switch off the check of the host’s key. Ballast always checks it; an unknown key can be accepted once.`,
      )
    }
    if (!known.has(name)) {
      const choices = [...known].join(', ')
      throw new UriError(
        `“${shorten(name)}” is not a parameter here. Known ones: ${choices}.`,
      )
    }
    if (name === 'mode' && !['auto', 'direct', 'legacy'].includes(value)) {
      throw new UriError(`“${shorten(value)}” is not a mode; use auto, direct or legacy.`)
    }
  }
}

function parseProxy(proxy: string | undefined): SshTarget['proxy'] {
  if (proxy === undefined || proxy === 'auto') return 'auto'
  if (proxy === 'native' || proxy === 'netcat') return proxy
  throw new UriError(`“${shorten(proxy)}” is not a proxy; use auto, native or netcat.`)
}

/** A path on the host; it becomes part of the command that a shell runs there. */
function remotePath(parameters: Map<string, string>, name: string): string | null {
  const value = parameters.get(name)
  if (value === undefined) return null
  if (value.length > 255 || !REMOTE_PATH.test(value)) {
    throw new UriError(
      `“${name}” has to be an absolute path on the host of letters, digits and . _ + @ / -.`,
    )
  }
  return value
}

/** A path on this machine; it goes to ssh as one argument. */
function localPath(parameters: Map<string, string>, name: string): string | null {
  const value = parameters.get(name)
  if (value === undefined) return null
  // ssh reads %x, ${X}, quotes and blanks in file options as syntax.
  if (!/^\/[^\s"'%$`\\]+$/.test(value)) {
    throw new UriError(
      `“${name}” has to be an absolute path on this machine, without spaces, quotes, “%” and “$”.`,
    )
  }
  return value
}

function localSocket(parameters: Map<string, string>): string | null {
  const value = parameters.get('socket')
  if (value === undefined) return null
  if (!value.startsWith('/') || value.includes('\0')) {
    throw new UriError('“socket” has to be an absolute path.')
  }
  if (Buffer.byteLength(value) > SOCKET_PATH_MAX_BYTES) {
    throw new UriError(
      `“socket” is longer than the ${SOCKET_PATH_MAX_BYTES} bytes Linux allows.`,
    )
  }
  return value
}

function decode(text: string, what: string): string {
  let decoded: string
  try {
    decoded = decodeURIComponent(text)
  } catch {
    throw new UriError(`The ${what} “${shorten(text)}” has a broken %-escape.`)
  }
  // As above: looking for control characters is the point.
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(decoded)) {
    throw new UriError(`The ${what} contains a control character.`)
  }
  return decoded
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
