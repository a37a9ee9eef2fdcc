import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import type {
  DomainFacts,
  HostFacts,
  MediaFacts,
  NamedXml,
  PoolFacts,
  VolumeFacts,
} from './host-facts.ts'
import { poolFactsOf, volumeFactsOf } from './storage-xml.ts'

/** A directory that is no recorded host. */
export class RecordedHostError extends Error {
  override readonly name = 'RecordedHostError'
}

/**
 * Reads a recorded host: a directory with what a host answered once (`host.json`, capabilities,
 * domain capabilities, domains, pools, volumes, networks, node devices, media). What a line does not
 * need is not read: the larger members are getters that remember. Throws RecordedHostError.
 */
export function readRecordedHost(directory: string): HostFacts {
  const host = readHostJson(directory)
  const text = (value: unknown, otherwise: string) =>
    typeof value === 'string' ? value : otherwise
  const number = (value: unknown) => (typeof value === 'number' ? value : 0)
  const xmlFiles = (folder: string) => listXml(join(directory, folder))
  const lazy = {
    capabilities: once(() => readText(join(directory, 'capabilities.xml'))),
    domainCapabilities: once(() => byName(xmlFiles('domcapabilities'))),
    cpuBaselines: once(() => byName(xmlFiles('cpubaseline'))),
    domains: once(() => xmlFiles('domains').map(domainFactsOf)),
    pools: once(() => xmlFiles('pools').map((file) => poolOf(directory, file))),
    networks: once(() => xmlFiles('networks')),
    nodeDevices: once(() => xmlFiles('nodedevs')),
    media: once(() => readMedia(directory)),
  }
  return {
    uri: text(host.uri, 'qemu:///system'),
    hypervisorVersion: number(host.hypervisorVersion),
    libvirtVersion: number(host.libvirtVersion),
    hostname: text(host.hostname, 'recorded'),
    home: text(host.home, '/root'),
    defaultBridge: typeof host.defaultBridge === 'string' ? host.defaultBridge : null,
    isLocal: true,
    blockDevices: blockDevicesOf(host.blockDevices),
    get capabilitiesXml() {
      return lazy.capabilities()
    },
    get domainCapabilities() {
      return lazy.domainCapabilities()
    },
    get cpuBaselines() {
      return lazy.cpuBaselines()
    },
    get domains() {
      return lazy.domains()
    },
    get pools() {
      return lazy.pools()
    },
    get networks() {
      return lazy.networks()
    },
    get nodeDevices() {
      return lazy.nodeDevices()
    },
    get media() {
      return lazy.media()
    },
  }
}

function readHostJson(directory: string): Record<string, unknown> {
  const path = join(directory, 'host.json')
  let value: unknown
  try {
    value = JSON.parse(readText(path))
  } catch (error) {
    if (error instanceof RecordedHostError) throw error
    throw new RecordedHostError(`${path} is not JSON`, { cause: error })
  }
  if (typeof value !== 'object' || value === null) {
    throw new RecordedHostError(`${path} holds no object`)
  }
  return { ...value }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new RecordedHostError(
      `${path} cannot be read: this is not a recorded host (make one with: ballast host record NAME DIR)`,
      { cause: error },
    )
  }
}

/** File names have `/` and `%` percent-encoded. Sorted, so that every machine reads the same order. */
function listXml(folder: string): NamedXml[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.xml'))
    .sort()
    .map((name) => ({
      name: decodeURIComponent(name.slice(0, -'.xml'.length)),
      xml: readText(join(folder, name)),
    }))
}

const byName = (files: NamedXml[]) =>
  Object.fromEntries(files.map(({ name, xml }) => [name, xml]))

function domainFactsOf({ name, xml }: NamedXml): DomainFacts {
  return {
    name: /<name>([^<]*)<\/name>/.exec(xml)?.[1] ?? name,
    uuid: /<uuid>([^<]*)<\/uuid>/.exec(xml)?.[1]?.trim() ?? '',
    xml,
    running: /<domain[^>]*\sid=/.test(xml),
  }
}

/** Volumes are read when a pool's are asked for: most lines touch one pool. */
function poolOf(directory: string, { name, xml }: NamedXml): PoolFacts {
  const volumes = once((): VolumeFacts[] =>
    listXml(join(directory, 'volumes', encodeName(name))).map((file) =>
      volumeFactsOf(file.xml),
    ),
  )
  return {
    ...poolFactsOf(xml),
    get volumes() {
      return volumes()
    },
  }
}

const encodeName = (name: string) => name.replace(/%/g, '%25').replace(/\//g, '%2F')

function blockDevicesOf(value: unknown): Record<string, number> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number',
    ),
  )
}

function readMedia(directory: string): MediaFacts[] {
  const path = join(directory, 'media.json')
  if (!existsSync(path)) return []
  const value: unknown = JSON.parse(readText(path))
  if (!Array.isArray(value)) throw new RecordedHostError(`${path} holds no list`)
  return value.map((entry: Record<string, unknown>) => {
    const field = (key: string) =>
      typeof entry[key] === 'string' ? (entry[key] as string) : ''
    return {
      path: field('path'),
      volumeId: field('volumeId'),
      systemId: field('systemId'),
      publisherId: field('publisherId'),
      applicationId: field('applicationId'),
      ...(typeof entry.sizeBytes === 'number' ? { sizeBytes: entry.sizeBytes } : {}),
    }
  })
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null
  return () => (made ??= { value: make() }).value
}
