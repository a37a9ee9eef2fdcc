import type { NumadFacts } from '../contract/numa.ts'
import type { Ksm } from '../contract/overcommit.ts'
import type { Clock } from './clock.ts'
import type { HostAgent } from './host-agent.ts'
import type { CellsFree, HostLink, HostTopology } from './host-link.ts'
import { KsmWatch } from './ksm-watch.ts'
import { libvirtCauseOf } from './link-error.ts'

/** However many look, a host is asked no more often than this. */
const readEveryMs = 1_000
/** Huge pages can be set aside while the host runs; capabilities are slow to get. */
const topologyMs = 60_000

export interface NodeReading {
  topology: HostTopology
  free: CellsFree[]
  readMs: number
}

type Numad = Pick<NumadFacts, 'state' | 'words' | 'askedMs'>

/** What is read of one host only while somebody looks: cells, huge pages, KSM. */
export class NodeWatch {
  /** What libvirt said when it was asked, over the connection that is still there. */
  numad: Numad | null = null
  readonly #agent: HostAgent
  readonly #clock: Clock
  readonly #cells: Kept<NodeReading>
  readonly #ksm: Kept<{ ksm: Ksm | null; reason: string | null }>
  readonly #topology: Kept<HostTopology>
  #ksmWatch = new KsmWatch()
  #link: HostLink | null = null

  constructor(agent: HostAgent, clock: Clock) {
    this.#agent = agent
    this.#clock = clock
    this.#cells = new Kept(clock, readEveryMs)
    this.#ksm = new Kept(clock, readEveryMs)
    this.#topology = new Kept(clock, topologyMs)
  }

  /** The cells and what is free in them. Rejects with the errors of the link. */
  cells(link: HostLink): Promise<NodeReading> {
    this.#follow(link)
    return this.#cells.get(async () => {
      const topology = await this.#topologyOf(link)
      const free = await link.cellsFree(topology)
      return { topology, free, readMs: this.#clock.wallMs() }
    })
  }

  /** KSM's figures; or libvirt's reason where it has none. */
  ksm(link: HostLink): Promise<{ ksm: Ksm | null; reason: string | null }> {
    this.#follow(link)
    return this.#ksm.get(async () => {
      const pageKiB = this.#agent.facts?.topology?.pageKiB ?? 4
      try {
        const reading = await link.ksm()
        const now = this.#clock.monotonicMs()
        return { ksm: this.#ksmWatch.take(reading, pageKiB, now), reason: null }
      } catch (error) {
        const cause = libvirtCauseOf(error)
        if (!cause) throw error
        return { ksm: null, reason: cause.message }
      }
    })
  }

  keepNumad(link: HostLink, numad: Numad): void {
    this.#follow(link)
    this.numad = numad
  }

  /** What was read is of before a change. */
  forgetKsm(): void {
    this.#ksm.forget()
  }

  async #topologyOf(link: HostLink): Promise<HostTopology> {
    // The first is there since the host was connected, or will be soon; asked for anew it may take
    // seconds, and then what was known goes on.
    const known = this.#agent.facts?.topology
    const fresh = this.#topology.get(() => link.hostTopology())
    const before = this.#topology.last ?? known
    if (!before) return await fresh
    // A failure that comes after this answer is met by the next one, which asks anew.
    fresh.catch(() => undefined)
    return before
  }

  #follow(link: HostLink): void {
    if (this.#link === link) return
    this.#link = link
    for (const kept of [this.#cells, this.#ksm, this.#topology]) kept.forget()
    this.#ksmWatch = new KsmWatch()
    this.numad = null
  }
}

/** One value that is read when it is asked for and too old, by one reader at a time. */
class Kept<T> {
  last: T | null = null
  readonly #clock: Clock
  readonly #freshMs: number
  #atMs = -Infinity
  #reading: Promise<T> | null = null

  constructor(clock: Clock, freshMs: number) {
    this.#clock = clock
    this.#freshMs = freshMs
  }

  async get(read: () => Promise<T>): Promise<T> {
    if (this.last !== null && this.#clock.monotonicMs() - this.#atMs < this.#freshMs) {
      return this.last
    }
    if (this.#reading) return await this.#reading
    const reading = read()
    this.#reading = reading
    try {
      const value = await reading
      // One that was forgotten meanwhile is handed out, not kept.
      if (this.#reading === reading) {
        this.last = value
        this.#atMs = this.#clock.monotonicMs()
      }
      return value
    } finally {
      if (this.#reading === reading) this.#reading = null
    }
  }

  forget(): void {
    this.last = null
    this.#reading = null
  }
}
