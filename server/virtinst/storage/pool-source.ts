import type { PoolFacts } from '../host-facts.ts'
import type { Origin } from '../model.ts'
import { parseXml } from '../xml/parse.ts'
import { findAll, get, set, type XmlElement } from '../xml/tree.ts'

/** How QEMU reaches the volumes of a pool that has no directory. */
const protocols: Record<string, string> = {
  rbd: 'rbd',
  gluster: 'gluster',
  iscsi: 'iscsi',
  'iscsi-direct': 'iscsi',
  sheepdog: 'sheepdog',
}

/** Fills a network disk's source (and login) from the pool that its volume is in. */
export function fillPoolSource(
  disk: XmlElement,
  pool: PoolFacts,
  volume: string,
  origin: Origin,
): void {
  const xml = parseXml(pool.xml)
  const put = (path: string, value: string | undefined, indexes: number[] = []) =>
    set(disk, path, value, origin, indexes)
  put('source/@protocol', protocols[pool.type] ?? pool.type)
  put('source/@name', sourceName(xml, pool.type, volume))
  findAll(xml, 'source/host').forEach((host, at) => {
    put('source/host#/@name', get(host, '@name'), [at])
    put('source/host#/@port', get(host, '@port'), [at])
  })
  const user = get(xml, 'source/auth/@username')
  if (user === undefined) return
  put('auth/@username', user)
  put('auth/secret/@type', get(xml, 'source/auth/@type'))
  put('auth/secret/@uuid', get(xml, 'source/auth/secret/@uuid'))
  put('auth/secret/@usage', get(xml, 'source/auth/secret/@usage'))
}

function sourceName(pool: XmlElement, type: string, volume: string): string {
  const name = get(pool, 'source/name') ?? ''
  if (type === 'iscsi-direct') {
    const target = get(pool, 'source/device/@path') ?? ''
    const lun = /(\d+)$/.exec(volume)?.[1] ?? '0'
    return `${target}-lun-${lun}`
  }
  const directory = (get(pool, 'source/dir/@path') ?? '').replace(/^\/|\/$/g, '')
  return [name, directory, volume].filter((part) => part !== '').join('/')
}
