import type { LibvirtClient } from '../libvirt/client.ts'
import type {
  DomainFacts,
  HostFacts,
  MediaFacts,
  PoolFacts,
} from '../virtinst/host-facts.ts'
import type { HostClients } from './host-clients.ts'
import { readImageLabels } from './image-labels.ts'
import { dropLooks, lookIntoDirectory } from './look-into-directory.ts'
import {
  inParallel,
  readDomain,
  readFixedFacts,
  readNetworks,
  readPools,
} from './read-host.ts'
import type { FixedFacts } from './read-host.ts'

/** Volumes come and go without an event: what is older than this is read anew. */
const freshMs = 3_000

/** What a line names that is looked up only then: images by path, folders outside all pools. */
export interface Wanted {
  /** Absolute paths, and `POOL/VOLUME`. */
  paths: readonly string[]
}

interface Kept {
  client: LibvirtClient
  fixed: Promise<FixedFacts>
  domains: Map<string, DomainFacts>
  /** Domains whose definition changed since it was read. */
  dirty: Set<string>
  snapshot: HostFacts | null
  snapshotKey: string
  /** Looks are counted as they begin: the one that the snapshot is of, and the last. */
  snapshotTurn: number
  lastTurn: number
  newest: Promise<HostFacts> | null
  /** When the last look at pools and networks began. */
  beganMs: number
  stale: boolean
}

/**
 * What hosts answer while lines become XML. What stays is read once a connection; domains when an
 * event says that they changed; pools, volumes and networks when the last look is a few seconds old.
 * The same facts are the same object, so that the engine need not parse them again.
 */
export class HostSnapshots {
  readonly #clients: Pick<HostClients, 'shared' | 'own'>
  readonly #kept = new Map<string, Kept>()
  readonly #nowMs: () => number
  readonly #labels = new Map<string, MediaFacts | null>()

  constructor(
    clients: Pick<HostClients, 'shared' | 'own'>,
    nowMs: () => number = Date.now,
  ) {
    this.#clients = clients
    this.#nowMs = nowMs
  }

  /** What is known of a host is read anew the next time: something was made there. */
  changed(host: string): void {
    const kept = this.#kept.get(host)
    if (kept) kept.stale = true
  }

  /** @throws what connecting and libvirt throw */
  async of(host: string, wanted: Wanted = { paths: [] }): Promise<HostFacts> {
    const kept = await this.#keptOf(host)
    const snapshot = await this.#current(kept)
    return await this.#withWanted(host, kept, snapshot, wanted)
  }

  async #keptOf(host: string): Promise<Kept> {
    const client = await this.#clients.shared(host)
    const known = this.#kept.get(host)
    if (known?.client === client) return known
    const kept: Kept = {
      client,
      fixed: readFixedFacts(client),
      domains: new Map(),
      dirty: new Set(),
      snapshot: null,
      snapshotKey: '',
      snapshotTurn: 0,
      lastTurn: 0,
      newest: null,
      beganMs: -Infinity,
      stale: true,
    }
    kept.fixed.catch(() => this.#kept.delete(host))
    this.#kept.set(host, kept)
    await dropLooks(client)
    const changed = ({ uuid }: { uuid: string }) => void kept.dirty.add(uuid)
    const stale = () => void (kept.stale = true)
    await client.events.subscribe({
      lifecycle: changed,
      deviceAdded: changed,
      deviceRemoved: changed,
      metadataChange: changed,
      networkLifecycle: stale,
      poolLifecycle: stale,
      poolRefresh: stale,
    })
    return kept
  }

  /** Of a look that is under way, or of a new one where something changed since that began. */
  async #current(kept: Kept): Promise<HostFacts> {
    const nowMs = this.#nowMs()
    const reread = kept.stale || nowMs - kept.beganMs > freshMs
    if (kept.newest && !reread && kept.dirty.size === 0) return await kept.newest
    if (reread) {
      kept.stale = false
      kept.beganMs = nowMs
    }
    const look = this.#look(kept, reread)
    kept.newest = look
    look.catch(() => {
      kept.stale = true
    })
    return await look
  }

  async #look(kept: Kept, reread: boolean): Promise<HostFacts> {
    const { client } = kept
    const turn = ++kept.lastTurn
    const fixed = await kept.fixed
    const domains = await this.#domains(kept)
    const read = (reread || !kept.snapshot) && {
      pools: await readPools(client),
      networks: await readNetworks(client),
    }
    // Somebody who began later was ready earlier: what they saw is newer.
    if (kept.snapshot && turn < kept.snapshotTurn) return kept.snapshot
    kept.snapshotTurn = turn
    const { pools, networks } = read || (kept.snapshot ?? { pools: [], networks: [] })
    const key = JSON.stringify([domains, pools, networks])
    if (kept.snapshot && key === kept.snapshotKey) return kept.snapshot
    kept.snapshotKey = key
    kept.snapshot = { ...fixed, domains, pools, networks, media: [] }
    return kept.snapshot
  }

  async #domains(kept: Kept): Promise<DomainFacts[]> {
    const refs = await kept.client.domains.list()
    const present = new Set(refs.map(({ uuid }) => uuid))
    for (const uuid of kept.domains.keys())
      if (!present.has(uuid)) kept.domains.delete(uuid)
    const read = refs.filter(({ uuid }) => kept.dirty.has(uuid) || !kept.domains.has(uuid))
    kept.dirty.clear()
    await inParallel(read, async (ref) => {
      const domain = await readDomain(kept.client, ref)
      if (domain) kept.domains.set(ref.uuid, domain)
    })
    return refs.flatMap(({ uuid, id }) => {
      const domain = kept.domains.get(uuid)
      return domain ? [{ ...domain, running: id !== -1 }] : []
    })
  }

  /** Adds what only this line asks for: folders outside all pools, and the labels of images. */
  async #withWanted(
    host: string,
    { client }: Kept,
    snapshot: HostFacts,
    { paths }: Wanted,
  ): Promise<HostFacts> {
    if (paths.length === 0) return snapshot
    const folders = foreignFolders(paths, snapshot.pools)
    const looked: PoolFacts[] = []
    const media = await this.#mediaOf(host, snapshot.pools, paths)
    for (const folder of folders) {
      const pool = await lookIntoDirectory(client, folder, async (found) => {
        media.push(...(await this.#mediaOf(host, [found], paths)))
        return found
      })
      if (pool) looked.push(pool)
    }
    if (media.length === 0 && folders.length === 0) return snapshot
    const present = new Set(looked.map(({ targetPath }) => targetPath))
    return {
      ...snapshot,
      pools: [...snapshot.pools, ...looked],
      media,
      isDirectory: (path) => !folders.includes(path) || present.has(path),
    }
  }

  async #mediaOf(
    host: string,
    pools: readonly PoolFacts[],
    paths: readonly string[],
  ): Promise<MediaFacts[]> {
    const images = pools.flatMap((pool) =>
      pool.volumes.filter(
        ({ path, name, type, format }) =>
          (paths.includes(path) || paths.includes(`${pool.name}/${name}`)) &&
          (format === null || format === 'iso' || format === 'raw') &&
          type === 'file',
      ),
    )
    const found: MediaFacts[] = []
    for (const volume of images) {
      const key = JSON.stringify([host, volume])
      let labels = this.#labels.get(key)
      if (labels === undefined) {
        labels = await readImageLabels(await this.#clients.own(host), volume.path)
        if (this.#labels.size > 500) this.#labels.clear()
        this.#labels.set(key, labels)
      }
      if (labels) found.push(labels)
    }
    return found
  }
}

/** Folders of the paths that lie in no pool; at most four, a line does not name more. */
function foreignFolders(paths: readonly string[], pools: readonly PoolFacts[]): string[] {
  const targets = new Set(pools.map(({ targetPath }) => targetPath))
  const known = new Set(pools.flatMap(({ volumes }) => volumes.map(({ path }) => path)))
  const folders = paths
    .filter((path) => path.startsWith('/') && !path.startsWith('/dev/') && !known.has(path))
    .map((path) => path.slice(0, path.lastIndexOf('/')) || '/')
    .filter((folder) => !targets.has(folder))
  return [...new Set(folders)].slice(0, 4)
}
