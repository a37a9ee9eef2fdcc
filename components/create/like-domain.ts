import type { MediaVolume } from '../../server/contract/create.ts'
import { noOptions, write } from './form-options.ts'
import { add } from './form-options.ts'

type Options = ReturnType<typeof write>

/** The part of a DOM that is needed here: the browser's, or a test's. */
interface Node {
  getAttribute(name: string): string | null
  textContent: string | null
  getElementsByTagName(name: string): ArrayLike<Node>
}

/**
 * Options for another domain like the one that the XML describes: the same sizes, devices and system,
 * with new disks of the same capacity and new MACs. The name gets a number.
 */
export function optionsLike(
  root: Node,
  volumes: readonly MediaVolume[],
  taken: readonly string[],
): Options {
  const one = (name: string, from: Node = root) => from.getElementsByTagName(name)[0]
  const all = (name: string) => Array.from(root.getElementsByTagName(name))
  let options: Options = noOptions
  const put = (
    value: string | null | undefined,
    option: string,
    key: string | null = null,
    nth = 0,
  ) => {
    if (value) options = write(options, value, option, key, nth)
  }
  put(freeName(one('name')?.textContent ?? 'vm', taken), 'name')
  put(root.getAttribute('type'), 'virt-type')
  const maximum = mibOf(one('memory'))
  const current = mibOf(one('currentMemory')) ?? maximum
  put(current, 'memory', 'memory')
  if (maximum !== current) put(maximum, 'memory', 'maxmemory')
  const vcpu = one('vcpu')
  const now = vcpu?.getAttribute('current')
  put(now ?? vcpu?.textContent, 'vcpus', 'vcpu')
  if (now) put(vcpu?.textContent, 'vcpus', 'maxvcpus')
  const topology = one('topology')
  for (const key of ['sockets', 'dies', 'cores', 'threads']) {
    put(topology?.getAttribute(key), 'vcpus', key)
  }
  const machine = one('type', one('os') ?? root)?.getAttribute('machine')
  if (machine?.includes('q35')) put('q35', 'machine')
  const system = all('libosinfo:os')
    .concat(all('os'))
    .find((os) => os.getAttribute('id'))
  put(system ? shortIdOf(system.getAttribute('id') ?? '') : null, 'osinfo', 'name')
  if (one('os')?.getAttribute('firmware') === 'efi') options = add(options, 'boot', 'uefi')
  const disks = all('disk').filter(
    (disk) => (disk.getAttribute('device') ?? 'disk') === 'disk',
  )
  disks.forEach((disk, nth) => {
    const source = one('source', disk)
    const path = source?.getAttribute('file') ?? source?.getAttribute('dev')
    const volume = volumes.find((candidate) => candidate.path === path)
    const gib = volume ? volume.capacityBytes / 2 ** 30 : 20
    options = add(options, 'disk', `size=${Number(gib.toFixed(2))}`)
    put(volume?.pool, 'disk', 'pool', nth)
    put(one('driver', disk)?.getAttribute('type'), 'disk', 'format', nth)
    put(one('target', disk)?.getAttribute('bus'), 'disk', 'target.bus', nth)
  })
  all('interface').forEach((card, nth) => {
    const source = one('source', card)
    const network = source?.getAttribute('network')
    const bridge = source?.getAttribute('bridge')
    const how = network ? `network=${network}` : bridge ? `bridge=${bridge}` : 'user'
    options = add(options, 'network', how)
    put(one('model', card)?.getAttribute('type'), 'network', 'model.type', nth)
  })
  const graphics = all('graphics')
  if (graphics.length === 0) put('none', 'graphics', 'type')
  else
    graphics.forEach((one_, nth) => put(one_.getAttribute('type'), 'graphics', 'type', nth))
  return options
}

const kibIn: Readonly<Record<string, number>> = {
  b: 1 / 1024,
  KB: 1000 / 1024,
  KiB: 1,
  k: 1,
  MB: 1e6 / 1024,
  MiB: 1024,
  GB: 1e9 / 1024,
  GiB: 1024 ** 2,
}

function mibOf(element: Node | undefined): string | undefined {
  if (!element) return undefined
  const kib =
    Number(element.textContent) * (kibIn[element.getAttribute('unit') ?? 'KiB'] ?? 1)
  return Number.isFinite(kib) ? String(Math.round(kib / 1024)) : undefined
}

/** `web` → `web2`, `web2` → `web3`: the first that is free. */
function freeName(name: string, taken: readonly string[]): string {
  const [, stem = name, digits] = /^(.*?)(\d*)$/.exec(name) ?? []
  for (let count = Number(digits || 1) + 1; ; count++) {
    const candidate = `${stem}${count}`
    if (!taken.includes(candidate)) return candidate
  }
}

/** `http://debian.org/debian/12` → `debian12`: as osinfo names most of its systems. */
function shortIdOf(id: string): string | null {
  const [, name = '', version = ''] = /\/([a-z]+)\/([^/]+)$/.exec(id) ?? []
  return name === '' ? null : `${name}${version}`
}
