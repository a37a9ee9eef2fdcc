import type { NetworkSummary, PoolSummary } from '../contract/host.ts'
import { isLibvirtError } from '../libvirt/errors.ts'
import type { Clock } from './clock.ts'
import { stateAfterEvent } from './domain-state.ts'
import { readDomainXml } from './domain-xml.ts'
import type { HostLink, LinkEvent, NetworkFacts, PoolFacts, SweepRow } from './host-link.ts'
import { LiveDomain } from './live-domain.ts'
import type { SampleTime } from './live-domain.ts'
import type { Logger } from './logger.ts'
import { Relisting } from './relisting.ts'
import type { ResizeLog } from './resize-log.ts'
import { cleanName } from './text.ts'

/** A guest that fell silent may have had its statistics switched off: looked up at most this often. */
const rereadMs = 15_000

/** Events of one change come together: they are gathered this long. */
const gatherMs = 10
/** Longer than the deadline of a sweep. */
const longestSweepMs = 120_000
/** Domains whose XML is read at the same time; a sweep has to find a free slot beside them. */
const readers = 2

export interface InventoryOptions {
  clock: Clock
  logger: Logger
  resizesOf(uuid: string): ResizeLog
  /** Something a reader may notice changed. */
  onChange(): void
  /** Name, state or membership of a domain changed: orders and filters are to be made anew. */
  onReorder(): void
  onGone(uuid: string): void
  /** The XML of a domain was read anew. */
  onRead(domain: LiveDomain): void
}

/**
 * What there is on one host, kept by its events after one listing. Reading a domain's XML is queued
 * per domain, so that a burst of events about one costs one reading:
 *
 *   event ─► state at once ─► dirty {uuid, …} ─► readers ─► XML, flags ─► LiveDomain
 *   sweep ─► unknown or missing domain ─────────┘
 */
export class Inventory {
  readonly domains = new Map<string, LiveDomain>()
  readonly #removed = new Removed()
  networks: NetworkSummary[] = []
  pools: PoolSummary[] = []

  readonly #options: InventoryOptions
  #link: HostLink | null = null
  readonly #dirty = new Set<string>()
  readonly #reading = new Set<string>()
  #readers = 0
  #gather: NodeJS.Timeout | null = null
  readonly #listing = { networks: new Relisting(), pools: new Relisting() }

  constructor(options: InventoryOptions) {
    this.#options = options
  }

  /** Lists everything on a new connection. Events may already have come in. */
  async attach(link: HostLink): Promise<void> {
    this.#link = link
    this.#dirty.clear()
    const askedMs = this.#options.clock.monotonicMs()
    const [refs] = await Promise.all([
      link.listDomains(),
      this.#relist('networks'),
      this.#relist('pools'),
    ])
    if (this.#link !== link) return
    const listed = new Set(refs.map((ref) => ref.uuid))
    for (const uuid of this.domains.keys()) {
      // Not simply removed: it may have been defined after the list was made.
      if (!listed.has(uuid)) this.refresh(uuid)
    }
    for (const ref of refs) {
      const domain = this.domains.get(ref.uuid) ?? this.#add(ref)
      if (ref.id !== domain.id) {
        const state = ref.id >= 0 ? 'running' : 'shut-off'
        domain.tellState({ state, reason: 'unknown' }, askedMs)
        domain.id = ref.id
      }
      domain.name = cleanName(ref.name)
      domain.version++
      this.refresh(ref.uuid)
    }
    this.#options.onReorder()
  }

  /** The connection is gone: nothing is read any more, what is known stays. */
  detach(): void {
    this.#link = null
    this.#dirty.clear()
    if (this.#gather) clearTimeout(this.#gather)
    this.#gather = null
    for (const domain of this.domains.values()) domain.lose()
  }

  handle(event: LinkEvent): void {
    const { clock } = this.#options
    switch (event.type) {
      case 'job-pass':
      case 'job-ended':
        return
      case 'networks-changed':
        void this.#relist('networks')
        return
      case 'pools-changed':
        void this.#relist('pools')
        return
      case 'balloon':
        this.domains
          .get(event.uuid)
          ?.balloonMoved(event.actualKiB, clock.monotonicMs(), clock.wallMs())
        this.#options.onChange()
        return
      case 'domain-changed':
        this.refresh(event.uuid)
        return
      case 'lifecycle':
        this.#lifecycle(event)
    }
  }

  /** Takes in a sweep. What it says of domains that are not known, or leaves out, is looked into. */
  sample(rows: readonly SweepRow[], time: SampleTime): void {
    const { sentMonotonicMs, monotonicMs } = time
    for (const row of rows) {
      const known = this.domains.get(row.ref.uuid)
      // One that went while the sweep was under way is not brought back by it.
      if (!known && this.#removed.since(row.ref.uuid, sentMonotonicMs)) continue
      const domain = known ?? this.#add(row.ref)
      if (!known) this.refresh(row.ref.uuid)
      const { state, name } = domain
      domain.sample(row, time)
      if (domain.state !== state || domain.name !== name || !known) {
        this.#options.onReorder()
      }
      const silent = domain.healthAt(monotonicMs) === 'stale'
      if (silent && monotonicMs - domain.readAtMs > rereadMs) {
        domain.readAtMs = monotonicMs
        this.refresh(domain.uuid)
      }
    }
    for (const domain of this.domains.values()) {
      // One that came after the sweep was sent cannot be in it.
      if (domain.sweptAtMs !== sentMonotonicMs && domain.addedAtMs <= sentMonotonicMs) {
        this.refresh(domain.uuid)
      }
    }
  }

  /** Whether a sweep lacks figures of a domain that it gave before. */
  leftOut(row: SweepRow): boolean {
    return this.domains.get(row.ref.uuid)?.isLeftOutOf(row) ?? false
  }

  /** Reads a domain's XML and flags anew, soon. */
  refresh(uuid: string): void {
    this.#dirty.add(uuid)
    if (!this.#link) return
    this.#gather ??= setTimeout(() => {
      this.#gather = null
      this.#startReaders()
    }, gatherMs)
  }

  #lifecycle(event: LinkEvent & { type: 'lifecycle' }): void {
    const { clock } = this.#options
    let domain = this.domains.get(event.uuid)
    // A rename is an "undefined" under the old name and a "defined" under the new one.
    if (event.event === 'undefined' && event.detail === 'renamed') return
    const state = stateAfterEvent[event.event] ?? null
    if (!domain && event.event !== 'undefined' && event.event !== 'stopped') {
      domain = this.#add({ uuid: event.uuid, name: event.name, id: state ? 0 : -1 })
    }
    if (domain) {
      if (event.name) domain.name = cleanName(event.name)
      domain.version++
      if (state) domain.tellState({ state, reason: event.detail }, clock.monotonicMs())
      this.refresh(event.uuid)
    }
    this.#options.onReorder()
  }

  #add(ref: { uuid: string; name: string; id: number }): LiveDomain {
    const domain = new LiveDomain({
      ...ref,
      resizes: this.#options.resizesOf(ref.uuid),
      addedAtMs: this.#options.clock.monotonicMs(),
    })
    this.domains.set(ref.uuid, domain)
    return domain
  }

  #remove(uuid: string): void {
    if (!this.domains.delete(uuid)) return
    this.#removed.add(uuid, this.#options.clock.monotonicMs())
    this.#options.onGone(uuid)
    this.#options.onReorder()
  }

  #startReaders(): void {
    const link = this.#link
    if (!link) return
    while (this.#readers < readers && this.#nextDirty() !== null) {
      this.#readers++
      void this.#readAll(link).finally(() => {
        this.#readers--
        this.#startReaders()
      })
    }
  }

  /** One that is to be read and is not being read: two readings of one domain could cross. */
  #nextDirty(): string | null {
    for (const uuid of this.#dirty) if (!this.#reading.has(uuid)) return uuid
    return null
  }

  async #readAll(link: HostLink): Promise<void> {
    for (;;) {
      const uuid = this.#nextDirty()
      if (uuid === null || this.#link !== link) return
      this.#dirty.delete(uuid)
      this.#reading.add(uuid)
      try {
        await this.#read(link, uuid)
      } catch (error) {
        if (this.#link !== link) return
        if (isLibvirtError(error, 'NO_DOMAIN')) this.#remove(uuid)
        else this.#options.logger.warn({ err: error, uuid }, 'domain could not be read')
      } finally {
        this.#reading.delete(uuid)
      }
    }
  }

  async #read(link: HostLink, uuid: string): Promise<void> {
    const { clock } = this.#options
    const askedMs = clock.monotonicMs()
    const [state, flags, xml] = await Promise.all([
      link.domainState(uuid),
      link.domainFlags(uuid),
      link.domainXml(uuid, { inactive: false }),
    ])
    const domain = this.domains.get(uuid)
    if (this.#link !== link || !domain) return
    if (!this.#dirty.has(uuid)) domain.tellState(state, askedMs)
    domain.persistent = flags.persistent
    domain.autostart = flags.autostart
    const live = readDomainXml(xml)
    const config = !flags.persistent
      ? null
      : domain.active
        ? readDomainXml(await link.domainXml(uuid, { inactive: true }))
        : live
    if (this.#link !== link || this.domains.get(uuid) !== domain) return
    domain.tellXml(live, config, askedMs)
    this.#options.onRead(domain)
    this.#options.onReorder()
  }

  async #relist(what: 'networks' | 'pools'): Promise<void> {
    const link = this.#link
    if (!link) return
    await this.#listing[what].run(async () => {
      try {
        if (what === 'networks') {
          const listed = (await link.listNetworks()).map(cleaned)
          if (this.#link === link) this.networks = listed.toSorted(byName)
        } else {
          const listed = (await link.listPools()).map(cleaned)
          if (this.#link === link) this.pools = listed.toSorted(byName)
        }
        this.#options.onChange()
      } catch (error) {
        // A host may have no network or storage driver; its domains are shown all the same.
        if (this.#link === link) this.#options.logger.warn({ err: error }, `no ${what}`)
      }
    })
  }
}

/** Domains that went, for as long as a sweep sent before may still tell of them. */
class Removed {
  readonly #atMs = new Map<string, number>()

  add(uuid: string, atMs: number): void {
    for (const [old, oldMs] of this.#atMs) {
      if (atMs - oldMs > longestSweepMs) this.#atMs.delete(old)
    }
    this.#atMs.set(uuid, atMs)
  }

  /** Whether it went at or after `atMs`. */
  since(uuid: string, atMs: number): boolean {
    return (this.#atMs.get(uuid) ?? -Infinity) >= atMs
  }
}

function cleaned<T extends NetworkFacts | PoolFacts>(facts: T): T {
  return { ...facts, name: cleanName(facts.name) }
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1
}
