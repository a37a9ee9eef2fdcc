import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { LibvirtClient } from '../libvirt/client.ts'
import type { OpenTransport } from '../libvirt/client.ts'
import type { HostFacts, MediaFacts } from '../virtinst/host-facts.ts'
import { HostClients } from './host-clients.ts'
import { HostSnapshots } from './host-snapshots.ts'
import { readImageLabels } from './image-labels.ts'

/** Images whose labels are read: each costs a connection. */
const mostImages = 200

/** What was written. */
export interface HostRecording {
  domains: number
  pools: number
  volumes: number
  images: number
}

/** One host by its address, for work that begins and ends with it: the command line. */
export function singleHost(uri: string, openTransport: OpenTransport) {
  const clients = new HostClients({
    uriOf: () => uri,
    connect: (address, signal) => LibvirtClient.connect(address, { openTransport, signal }),
  })
  const snapshots = new HostSnapshots(clients)
  return {
    clients,
    facts: (paths: readonly string[] = []) => snapshots.of('host', { paths }),
    close: () => clients.close(),
  }
}

/**
 * Writes what a host answers into a directory, from which `virt-install --recorded-host DIR` works
 * without the host. Domains are written without the passwords that are in them.
 *
 * @throws Error when the directory is there and not empty, or the host cannot be read
 */
export async function recordHost(
  uri: string,
  directory: string,
  openTransport: OpenTransport,
): Promise<HostRecording> {
  await mkdir(directory, { recursive: true })
  if ((await readdir(directory)).length > 0) {
    throw new Error(`${directory} is not empty`)
  }
  const host = singleHost(uri, openTransport)
  try {
    const facts = await host.facts()
    const media = await mediaOf(host.clients, facts)
    await write(directory, facts, media)
    await writeVolumes(directory, await host.clients.shared('host'), facts)
    return {
      domains: facts.domains.length,
      pools: facts.pools.length,
      volumes: facts.pools.reduce((sum, { volumes }) => sum + volumes.length, 0),
      images: media.length,
    }
  } finally {
    await host.close()
  }
}

async function mediaOf(clients: HostClients, facts: HostFacts): Promise<MediaFacts[]> {
  const images = facts.pools
    .flatMap(({ volumes }) => volumes)
    .filter(({ format, name }) => format === 'iso' || name.toLowerCase().endsWith('.iso'))
  const media: MediaFacts[] = []
  for (const { path } of images.slice(0, mostImages)) {
    const labels = await readImageLabels(await clients.own('host'), path)
    if (labels) media.push(labels)
  }
  return media
}

async function write(directory: string, facts: HostFacts, media: MediaFacts[]) {
  const put = (folder: string, name: string, text: string) =>
    putFile(join(directory, folder), name, text)
  const { uri, hypervisorVersion, libvirtVersion, hostname, home } = facts
  const { defaultBridge, blockDevices } = facts
  const uuid = /<uuid>([\da-f-]{36})<\/uuid>/.exec(facts.capabilitiesXml)?.[1] ?? null
  const host = {
    uri,
    hypervisor: 'QEMU',
    hypervisorVersion,
    libvirtVersion,
    hostname,
    uuid,
    home,
    defaultBridge,
    blockDevices,
  }
  await put('.', 'host.json', `${JSON.stringify(host, null, 2)}\n`)
  await put('.', 'capabilities.xml', facts.capabilitiesXml)
  for (const [key, xml] of Object.entries(facts.domainCapabilities)) {
    await put('domcapabilities', fileOf(key), xml)
  }
  for (const [key, xml] of Object.entries(facts.cpuBaselines)) {
    await put('cpubaseline', fileOf(key), xml)
  }
  for (const { name, xml } of facts.domains) await put('domains', fileOf(name), xml)
  for (const { name, xml } of facts.networks) await put('networks', fileOf(name), xml)
  for (const { name, xml } of facts.nodeDevices) await put('nodedevs', fileOf(name), xml)
  // Of pools that are not active nothing is known of their volumes: the format has no such.
  for (const pool of facts.pools.filter(({ active }) => active)) {
    await put('pools', fileOf(pool.name), pool.xml)
  }
  if (media.length > 0) {
    await put('.', 'media.json', `${JSON.stringify(media, null, 2)}\n`)
  }
}

async function writeVolumes(directory: string, client: LibvirtClient, facts: HostFacts) {
  for (const { name } of facts.pools.filter(({ active }) => active)) {
    const { uuid } = await client.pools.lookupByName(name)
    for (const volume of await client.volumes.list(uuid)) {
      const folder = join(directory, 'volumes', encoded(name))
      await putFile(folder, fileOf(volume.name), await client.volumes.getXml(volume))
    }
  }
}

async function putFile(folder: string, name: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, name), text)
}

/** `/` and `%` are percent-encoded; a name cannot be `..` or empty either. */
function encoded(name: string): string {
  const safe = name.replaceAll(/[/%\0]/g, (character) => encodeURIComponent(character))
  return safe.replace(/^\.+/, (dots) => '%2E'.repeat(dots.length))
}

function fileOf(name: string): string {
  return `${encoded(name)}.xml`
}
