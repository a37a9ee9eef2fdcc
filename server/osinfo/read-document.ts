import type { DeviceRecord, MediaRecord, OsRecord, ResourceRecord } from './records.ts'
import { emptyOs } from './records.ts'
import { scanXml } from './scan-xml.ts'

/** Where the records of a database are gathered; one id may be spread over several documents. */
export interface Gathering {
  systems: Map<string, OsRecord>
  devices: Map<string, DeviceRecord>
}

type Attributes = Readonly<Record<string, string>>

const resourceKinds = ['minimum', 'recommended', 'network-install'] as const
const kindFields = {
  minimum: 'minimum',
  recommended: 'recommended',
  'network-install': 'networkInstall',
} as const

/**
 * Adds what one document of osinfo-db says (the format is that of its schema,
 * /usr/share/osinfo/schema/osinfo.rng). What is not needed here is passed over.
 *
 * @throws Error when the document is not well formed
 */
export function readDocument(xml: string, into: Gathering): void {
  let os: OsRecord | null = null
  let device: DeviceRecord | null = null
  let media: MediaRecord | null = null
  let resource: ResourceRecord | null = null
  let text = ''
  let translated = false
  const path: string[] = []

  function openOs(name: string, given: Attributes, parent: string | undefined) {
    if (!os) return
    const id = given['id'] ?? ''
    if (name === 'media') {
      media = {
        arch: given['arch'] ?? 'all',
        volumeId: null,
        systemId: null,
        publisherId: null,
        applicationId: null,
        volumeBytes: null,
        kernel: null,
        initrd: null,
        live: given['live'] === 'true',
      }
      os.media.push(media)
    } else if (name === 'resources') {
      os.resources.push({
        arch: given['arch'] ?? 'all',
        inherit: given['inherit'] === 'true',
        minimum: null,
        recommended: null,
        networkInstall: null,
      })
    } else if (parent === 'resources') {
      const kind = resourceKinds.find((one) => one === name)
      const last = os.resources.at(-1)
      resource = { ramBytes: null, cpus: null, storageBytes: null }
      if (kind && last) last[kindFields[kind]] = resource
    } else if (parent === 'devices' && path.at(-2) === 'os' && name === 'device') {
      os.devices.push(`${given['supported'] === 'false' ? '-' : ''}${id}`)
    } else if (parent === 'installer' && name === 'script') os.installScripts = true
    else if (parent !== 'os') return
    else if (name === 'derives-from') os.derivesFrom.push(id)
    else if (name === 'clones') os.clones.push(id)
    else if (name === 'firmware') {
      const what = `${given['arch'] ?? ''}/${given['type'] ?? ''}`
      os.firmwares.push(`${given['supported'] === 'false' ? '-' : ''}${what}`)
    }
  }

  function closeIn(name: string, parent: string | undefined) {
    const value = text.trim()
    if (device && parent === 'device') {
      if (name === 'name') device.name = value
      if (name === 'class') device.class = value
    }
    if (!os) return
    if (media && parent === 'iso') {
      if (name === 'volume-id') media.volumeId = value
      else if (name === 'system-id') media.systemId = value
      else if (name === 'publisher-id') media.publisherId = value
      else if (name === 'application-id') media.applicationId = value
      else if (name === 'volume-size') media.volumeBytes = Number(value) || null
    } else if (media && parent === 'media') {
      if (name === 'kernel') media.kernel = value
      else if (name === 'initrd') media.initrd = value
    } else if (resource && path.at(-2) === 'resources') {
      const amount = Number(value)
      if (!Number.isFinite(amount) || value === '') return
      if (name === 'ram') resource.ramBytes = amount
      else if (name === 'n-cpus') resource.cpus = amount
      else if (name === 'storage') resource.storageBytes = amount
    } else if (parent === 'os') {
      if (name === 'short-id') {
        if (!os.shortIds.includes(value)) os.shortIds.push(value)
      } else if (name === 'name') os.name = value
      else if (name === 'version') os.version = value
      else if (name === 'family') os.family = value
      else if (name === 'distro') os.distro = value
      else if (name === 'release-date') os.released = value
      else if (name === 'eol-date') os.ended = value
    }
  }

  scanXml(xml, {
    open(name, given) {
      const parent = path.at(-1)
      text = ''
      translated = 'xml:lang' in given
      if (parent === 'libosinfo' && name === 'os') {
        const id = given['id'] ?? ''
        os = into.systems.get(id) ?? emptyOs(id)
        into.systems.set(id, os)
      } else if (parent === 'libosinfo' && name === 'device') {
        const id = given['id'] ?? ''
        device = into.devices.get(id) ?? { id, class: '', name: '' }
        into.devices.set(id, device)
      } else openOs(name, given, parent)
      path.push(name)
    },
    text(piece) {
      text += piece
    },
    close(name) {
      path.pop()
      if (!translated) closeIn(name, path.at(-1))
      translated = false
      text = ''
      if (name === 'media' && path.at(-1) === 'os') media = null
      if (path.at(-1) === 'resources') resource = null
      if (path.at(-1) === 'libosinfo') os = device = null
    },
  })
}
