import type {
  ForecastReply,
  ForecastRun,
  ForecastRunsQuery,
  ForecastRunsReply,
  LinkProbe,
} from '../contract/forecast.ts'
import type {
  AlikeReply,
  MakeAlikeRequest,
  MakeAllAlikeReply,
  MakeAllAlikeRequest,
  MatrixQuery,
  MatrixReply,
  PreflightRemedy,
  PreflightReply,
  PreflightTarget,
} from '../contract/preflight.ts'
import { ProblemError } from '../contract/problem.ts'
import { shellWord } from '../contract/virsh-line.ts'
import { remediesBetween } from '../migration/alike.ts'
import { factsOf } from '../migration/facts.ts'
import { pairsOf } from '../migration/learn.ts'
import type { DomainMoveFacts, HostMoveFacts } from '../migration/move-facts.ts'
import { networkXmlFor } from '../migration/preflight-network.ts'
import { poolXmlFor } from '../migration/preflight-storage.ts'
import { byFitness, preflight } from '../migration/preflight.ts'
import type { Change } from './change.ts'
import { systemClock } from './clock.ts'
import type { Clock } from './clock.ts'
import type { HostAgent } from './host-agent.ts'
import { messageOf, problemOf } from './link-error.ts'
import type { LiveDomain } from './live-domain.ts'
import { measureBetween } from './measure-between.ts'
import type { MeasureLink } from './measure-between.ts'
import { linkOf } from './memory-actions.ts'
import { MoveGatherer } from './move-gatherer.ts'
import type { ProbePort } from './move-gatherer.ts'

/** Runs shown beside a forecast. */
const shownRuns = 20
/** A dialog wants what is true now, a matrix of everything may be a little old. */
const dialogMs = 3_000
const matrixMs = 60_000

export interface MovePlannerOptions {
  hosts(): Iterable<HostAgent>
  /** Earlier moves of the whole fleet. */
  runs: {
    recent(): readonly ForecastRun[]
    /** Some of all that are kept, newest first. */
    page(query: ForecastRunsQuery): { total: number; runs: ForecastRun[] }
  }
  links: {
    get(source: string, target: string): LinkProbe | null
    put(probe: LinkProbe): void
  }
  measureLink: MeasureLink
  probePort: ProbePort
  clock?: Clock
}

/**
 * What would happen if a domain moved: whether it may, what it lacks there, how it would go. Is the
 * MovesApi of server/runtime.ts. Methods throw only ProblemError.
 */
export class MovePlanner {
  readonly #options: MovePlannerOptions
  readonly #gatherer: MoveGatherer

  constructor(options: MovePlannerOptions) {
    this.#options = options
    const { probePort, clock = systemClock } = options
    const worked = (source: string, target: string) =>
      options.runs
        .recent()
        .some(
          (run) =>
            run.source === source && run.target === target && run.outcome?.ended === 'done',
        )
    this.#gatherer = new MoveGatherer({ clock, probePort, worked })
  }

  /** One domain against all other hosts, the best first. */
  async preflight(host: string, uuid: string): Promise<PreflightReply> {
    const { agent, domain } = this.#subject(host, uuid)
    const targets = await this.#targets(agent, domain, dialogMs)
    return {
      host,
      uuid: domain.uuid,
      name: domain.name,
      state: domain.state,
      targets: targets.toSorted(byFitness),
    }
  }

  /** Many domains against all hosts: what keeps which from going where. */
  async matrix(query: MatrixQuery): Promise<MatrixReply> {
    const agents = [...this.#options.hosts()]
    const search = query.search.toLowerCase()
    const all = agents
      .filter(({ record }) => query.host === undefined || record.host === query.host)
      .flatMap((agent) =>
        [...agent.inventory.domains.values()].map((domain) => ({ agent, domain })),
      )
      .filter(({ domain }) => domain.name.toLowerCase().includes(search))
      .toSorted((a, b) => a.domain.name.localeCompare(b.domain.name))
    const shown = all.slice(query.offset, query.offset + query.limit)
    const rows: MatrixReply['rows'] = []
    for (const { agent, domain } of shown) {
      const targets = await this.#targets(agent, domain, matrixMs)
      rows.push({
        host: agent.record.host,
        uuid: domain.uuid,
        name: domain.name,
        state: domain.state,
        cells: targets.map(({ host, level, findings }) => ({
          host,
          level,
          findings: findings.filter((found) => found.level !== 'ok'),
        })),
      })
    }
    return {
      total: all.length,
      offset: query.offset,
      hosts: agents.map(({ record }) => ({ host: record.host, name: record.name })),
      rows,
    }
  }

  /** All that a forecast of the move is made from; the browser calculates with it. */
  async forecast(host: string, uuid: string, target: string): Promise<ForecastReply> {
    const { agent, domain } = this.#subject(host, uuid)
    this.#agent(target)
    const runs = this.#options.runs.recent()
    const diskBytes = await this.#copyBytes(agent, domain, target)
    const ramKiB = domain.maximumKiB
    const { workingSet, summary } = domain.dirtyRate
    const facts = factsOf(
      {
        uuid: domain.uuid,
        source: host,
        ramKiB,
        balloonKiB: domain.balloonKiB,
        rssKiB: domain.stats.rss,
        stats: domain.stats,
        workingSet,
        dirtyRate: summary,
        cpuPercent: domain.cpuPercent,
        vcpus: domain.vcpus,
        emulated: domain.live?.virtType === 'qemu',
        diskBytes,
      },
      target,
      runs,
      this.#options.links.get(host, target),
    )
    return {
      source: host,
      target,
      uuid: domain.uuid,
      facts,
      runs: runs.slice(0, shownRuns),
    }
  }

  /** Moves that ended, with what was expected of them; what the model learned between their hosts. */
  runs(query: ForecastRunsQuery): ForecastRunsReply {
    const { runs: kept, links } = this.#options
    const { total, runs } = kept.page(query)
    const pairs = pairsOf(runs, kept.recent(), (source, target) =>
      links.get(source, target),
    )
    return { total, offset: query.offset, runs, pairs }
  }

  /** Sends some MiB from one host to the other, and keeps how fast they went. */
  async measureLink(host: string, target: string): Promise<Change<LinkProbe>> {
    const [from, to] = [this.#agent(host), this.#agent(target)]
    const probe = await measureBetween(from, to, this.#options.measureLink)
    this.#options.links.put(probe.result)
    return probe
  }

  /** The networks and pools that one host lacks beside another. */
  async alike(host: string, source: string): Promise<AlikeReply> {
    const [from, to] = [this.#agent(source), this.#agent(host)]
    linkOf(from)
    linkOf(to)
    const [has, lacks] = [
      await this.#gatherer.host(from, dialogMs),
      await this.#gatherer.host(to, dialogMs),
    ]
    return { remedies: remediesBetween(has, lacks) }
  }

  /**
   * Makes all that was confirmed, one after the other; what fails does not keep the others.
   *
   * @throws ProblemError the first one, when nothing could be made
   */
  async makeAllAlike(
    host: string,
    { source, items }: MakeAllAlikeRequest,
  ): Promise<Change<MakeAllAlikeReply>> {
    const made: MakeAllAlikeReply['made'] = []
    const commands: string[] = []
    const failures: unknown[] = []
    for (const { kind, name } of items) {
      try {
        const { command } = await this.makeAlike(host, { source, kind, name })
        if (command !== null) commands.push(command)
        made.push({ kind, name, error: null })
      } catch (error) {
        failures.push(error)
        made.push({ kind, name, error: messageOf(error) })
      }
    }
    if (failures.length === items.length) throw failures[0]
    return { result: { made }, command: commands.join('; ') }
  }

  /** Makes on one host what another one has, so that guests can come. */
  async makeAlike(
    host: string,
    { source, kind, name }: MakeAlikeRequest,
  ): Promise<Change<PreflightRemedy>> {
    const [from, to] = [this.#agent(source), this.#agent(host)]
    const remedy = await this.#remedy(from, kind, name)
    const command = commandOf(to.record.uri, remedy)
    const probe = linkOf(to).moves
    try {
      if (remedy.kind === 'define-network') await probe.defineNetwork(remedy.xml)
      else if (remedy.kind === 'start-network') await probe.startNetwork(name)
      else if (remedy.kind === 'define-pool') await probe.definePool(remedy.xml)
      else await probe.startPool(name)
    } catch (error) {
      throw problemOf(error, { host, command })
    } finally {
      this.#gatherer.forget(host)
    }
    return { result: remedy, command }
  }

  async #remedy(
    from: HostAgent,
    kind: MakeAlikeRequest['kind'],
    name: string,
  ): Promise<PreflightRemedy> {
    if (kind === 'start-network' || kind === 'start-pool') return { kind, name }
    linkOf(from)
    const { networks, pools } = await this.#gatherer.host(from, 0)
    // Made anew from the source, never from what a browser sends.
    const [network, pool] = [
      networks.find((one) => one.name === name),
      pools.find((one) => one.name === name),
    ]
    if (kind === 'define-network' && network) {
      return { kind, name, xml: networkXmlFor(network) }
    }
    if (kind === 'define-pool' && pool) return { kind, name, xml: poolXmlFor(pool) }
    const what = kind === 'define-network' ? 'network' : 'storage pool'
    throw new ProblemError('not_found', {
      host: from.record.host,
      detail: `Host ${from.record.name} has no ${what} ${name}.`,
    })
  }

  async #copyBytes(agent: HostAgent, domain: LiveDomain, target: string): Promise<number> {
    // Without the pre-flight a forecast is still worth something: then of the memory alone.
    const targets = await this.#targets(agent, domain, matrixMs)
    return targets.find(({ host }) => host === target)?.copyBytes ?? 0
  }

  async #targets(
    agent: HostAgent,
    domain: LiveDomain,
    youngMs: number,
  ): Promise<PreflightTarget[]> {
    let needs: DomainMoveFacts
    let here: HostMoveFacts
    try {
      needs = await this.#gatherer.domain(agent, domain, youngMs)
      here = await this.#gatherer.host(agent, youngMs)
    } catch (error) {
      throw problemOf(error, { host: agent.record.host })
    }
    const others = [...this.#options.hosts()].filter((other) => other !== agent)
    return await Promise.all(
      others.map(async (other) => {
        const there = await this.#gatherer.host(other, youngMs)
        const meeting = await this.#gatherer.meeting(needs, agent, other, youngMs)
        return preflight(needs, here, there, meeting)
      }),
    )
  }

  #agent(host: string): HostAgent {
    for (const agent of this.#options.hosts()) {
      if (agent.record.host === host) return agent
    }
    throw new ProblemError('not_found', { host, detail: `There is no host ${host}.` })
  }

  #subject(host: string, uuid: string): { agent: HostAgent; domain: LiveDomain } {
    const agent = this.#agent(host)
    const domain = agent.inventory.domains.get(uuid.toLowerCase())
    if (domain) return { agent, domain }
    throw new ProblemError('not_found', {
      host,
      detail: `There is no domain ${uuid} on host ${host}.`,
    })
  }
}

/** The virsh lines that do the same as a remedy. */
function commandOf(uri: string, remedy: PreflightRemedy): string {
  const virsh = (...words: string[]) =>
    ['virsh', '-c', uri, ...words].map(shellWord).join(' ')
  const name = remedy.name.startsWith('-') ? `./${remedy.name}` : remedy.name
  switch (remedy.kind) {
    case 'define-network':
      return [
        virsh('net-define', `${name}.xml`),
        virsh('net-start', name),
        virsh('net-autostart', name),
      ].join(' && ')
    case 'define-pool':
      return [
        virsh('pool-define', `${name}.xml`),
        virsh('pool-start', '--build', name),
        virsh('pool-autostart', name),
      ].join(' && ')
    case 'start-network':
      return virsh('net-start', name)
    case 'start-pool':
      return virsh('pool-start', name)
  }
}
