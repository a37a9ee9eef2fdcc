import type { DomainNuma, HostNuma, NumaAdvice, NumadFacts } from '../contract/numa.ts'
import type {
  ConsumerOrder,
  HostMemoryReport,
  Ksm,
  MemoryWarning,
  SetKsmRequest,
} from '../contract/overcommit.ts'
import { ProblemError } from '../contract/problem.ts'
import { virshHostLine, virshLine } from '../contract/virsh-line.ts'
import { memoryWarnings, overcommitOf } from '../memory/overcommit.ts'
import type { GuestClaim } from '../memory/overcommit.ts'
import { adviseNuma } from '../numa/advice.ts'
import type { AdviceSize } from '../numa/advice.ts'
import type { Change } from './change.ts'
import type { Clock } from './clock.ts'
import type { HostAgent } from './host-agent.ts'
import { claimOfNew, claimsOf, consumerOf, roomOf } from './host-room.ts'
import { problemOf } from './link-error.ts'
import type { LiveDomain } from './live-domain.ts'
import { linkOf } from './memory-actions.ts'
import { NodeWatch } from './node-watch.ts'
import type { NodeReading } from './node-watch.ts'
import { adviceCellsOf, hostCellsOf, readPlacements } from './numa-view.ts'

/** Domains whose places are read for the page of a host. */
const mostPlacements = 200
const mostConsumers = 20

export interface NodesOptions {
  clock: Clock
  agent(host: string): HostAgent
  domain(host: string, uuid: string): { agent: HostAgent; domain: LiveDomain }
  /** Something of the host was set, or found out, through here. */
  changed(host: string): void
}

/** The hosts as machines: their memory, NUMA cells and KSM. Read only while somebody asks. */
export class Nodes {
  readonly #options: NodesOptions
  readonly #watches = new WeakMap<HostAgent, NodeWatch>()

  constructor(options: NodesOptions) {
    this.#options = options
  }

  /** What the guests of a host have and may take, beside what there is. */
  async memory(host: string, order: ConsumerOrder): Promise<HostMemoryReport> {
    const agent = this.#options.agent(host)
    const link = linkOf(agent)
    const watch = this.#watch(agent)
    const [cells, ksm] = await this.#asking(agent, () =>
      Promise.all([watch.cells(link), watch.ksm(link)]),
    )
    const room = roomOf(agent, cells.topology, cells.free)
    const consumers = running(agent)
      .map(consumerOf)
      .toSorted((a, b) => figures[order](b) - figures[order](a) || byName(a, b))
    const { uri } = agent.record
    return {
      host,
      sampledMs: agent.figures.sampledMs,
      overcommit: room && overcommitOf(room, claimsOf(agent)),
      consumers: consumers.slice(0, mostConsumers),
      consumersTotal: consumers.length,
      restKiB: consumers
        .slice(mostConsumers)
        .reduce((sum, one) => sum + figures[order](one), 0),
      order,
      ksm: ksm.ksm,
      ksmReason: ksm.reason,
      commands: {
        memory: virshHostLine(uri, 'nodememstats'),
        cells: virshHostLine(uri, 'freecell', '--all'),
        pages: virshHostLine(uri, 'freepages', '--all'),
        ksm: virshHostLine(uri, 'node-memory-tune'),
      },
    }
  }

  /** What the host would be short of once a guest as in `xml` runs beside the others. */
  async warningsOfNew(
    host: string,
    xml: string,
    amounts: Pick<GuestClaim, 'balloonKiB' | 'maximumKiB'>,
  ): Promise<MemoryWarning[]> {
    const agent = this.#options.agent(host)
    const cells = await this.#cells(agent)
    const room = roomOf(agent, cells.topology, cells.free)
    return room ? memoryWarnings(room, claimsOf(agent), claimOfNew(xml, amounts)) : []
  }

  async setKsm(
    host: string,
    set: SetKsmRequest,
  ): Promise<Change<{ ksm: Ksm; command: string }>> {
    const agent = this.#options.agent(host)
    const watch = this.#watch(agent)
    const command = virshHostLine(agent.record.uri, 'node-memory-tune', ...tuneWords(set))
    const link = linkOf(agent)
    try {
      await link.setKsm(set)
    } catch (error) {
      throw problemOf(error, { host, command })
    }
    watch.forgetKsm()
    this.#options.changed(host)
    const { ksm, reason } = await this.#asking(agent, () => watch.ksm(link))
    if (!ksm) {
      throw new ProblemError('libvirt', { host, command, detail: reason ?? 'No KSM.' })
    }
    return { result: { ksm, command }, command }
  }

  async numa(host: string): Promise<HostNuma> {
    const agent = this.#options.agent(host)
    const cells = await this.#cells(agent)
    const domains = [...agent.inventory.domains.values()].toSorted(
      (a, b) => Number(b.active) - Number(a.active) || byName(a, b),
    )
    const placements = await this.#asking(agent, () =>
      readPlacements(linkOf(agent), domains.slice(0, mostPlacements), cells.topology),
    )
    const { uri } = agent.record
    return {
      host,
      readMs: cells.readMs,
      cells: hostCellsOf(agent, cells, placements),
      domains: placements,
      domainsTotal: domains.length,
      numad: this.#numad(agent),
      commands: {
        cells: virshHostLine(uri, 'freecell', '--all'),
        pages: virshHostLine(uri, 'freepages', '--all'),
        capabilities: virshHostLine(uri, 'capabilities'),
      },
    }
  }

  async domainNuma(host: string, uuid: string): Promise<DomainNuma> {
    const { agent, domain } = this.#options.domain(host, uuid)
    const cells = await this.#cells(agent)
    const [placement] = await this.#asking(agent, () =>
      readPlacements(linkOf(agent), [domain], cells.topology, true),
    )
    const line = (command: string) => virshLine(agent.record.uri, command, domain)
    return {
      host,
      readMs: cells.readMs,
      cells: hostCellsOf(agent, cells, placement ? [placement] : []),
      placement: placement!,
      commands: {
        numatune: line('numatune'),
        vcpuinfo: line('vcpuinfo'),
        vcpupin: line('vcpupin'),
        emulatorpin: line('emulatorpin'),
      },
    }
  }

  async advice(host: string, size: AdviceSize): Promise<NumaAdvice> {
    const agent = this.#options.agent(host)
    const cells = await this.#cells(agent)
    return adviseNuma(host, adviceCellsOf(agent, cells), size)
  }

  /** Finds out whether numad is there. */
  async probeNumad(host: string): Promise<Change<NumadFacts>> {
    const agent = this.#options.agent(host)
    const watch = this.#watch(agent)
    const link = linkOf(agent)
    const { present, words } = await this.#asking(agent, () => link.probeNumad())
    const state = present === null ? 'unknown' : present ? 'present' : 'absent'
    watch.keepNumad(link, { state, words, askedMs: this.#options.clock.wallMs() })
    this.#options.changed(host)
    return { result: this.#numad(agent), command: null }
  }

  #numad(agent: HostAgent): NumadFacts {
    const asked = this.#watch(agent).numad
    if (asked) return { ...asked, source: 'probe', domain: null }
    const placed = running(agent).find(({ live }) => {
      const memory = live?.numa.memory
      return live?.numa.vcpuPlacement === 'auto' || memory?.placement === 'auto'
    })
    return {
      state: placed ? 'present' : 'unknown',
      source: placed ? 'running-domain' : null,
      domain: placed?.name ?? null,
      words: null,
      askedMs: null,
    }
  }

  async #cells(agent: HostAgent): Promise<NodeReading> {
    const link = linkOf(agent)
    return await this.#asking(agent, () => this.#watch(agent).cells(link))
  }

  #watch(agent: HostAgent): NodeWatch {
    let watch = this.#watches.get(agent)
    if (!watch) {
      watch = new NodeWatch(agent, this.#options.clock)
      this.#watches.set(agent, watch)
    }
    return watch
  }

  async #asking<T>(agent: HostAgent, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (error) {
      throw problemOf(error, { host: agent.record.host })
    }
  }
}

const figures: Record<
  ConsumerOrder,
  (one: HostMemoryReport['consumers'][number]) => number
> = {
  rss: ({ rssKiB }) => rssKiB ?? 0,
  balloon: ({ balloonKiB }) => balloonKiB,
  maximum: ({ maximumKiB }) => maximumKiB,
  growth: ({ growthKiB }) => growthKiB,
}

function running(agent: HostAgent): LiveDomain[] {
  return [...agent.inventory.domains.values()].filter((domain) => domain.active)
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}

/** The options of `virsh node-memory-tune`. */
function tuneWords(set: SetKsmRequest): string[] {
  const words: string[] = []
  if (set.pagesToScan !== undefined) {
    words.push('--shm-pages-to-scan', String(set.pagesToScan))
  }
  if (set.sleepMs !== undefined) words.push('--shm-sleep-millisecs', String(set.sleepMs))
  if (set.mergeAcrossNodes !== undefined) {
    words.push('--shm-merge-across-nodes', set.mergeAcrossNodes ? '1' : '0')
  }
  return words
}
