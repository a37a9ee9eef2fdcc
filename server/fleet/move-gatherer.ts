import { isLibvirtError } from '../libvirt/errors.ts'
import type {
  DomainMoveFacts,
  HostMoveFacts,
  MeetingFacts,
} from '../migration/move-facts.ts'
import type { Clock } from './clock.ts'
import type { HostAgent } from './host-agent.ts'
import { KeptAnswers } from './kept-answers.ts'
import { messageOf } from './link-error.ts'
import type { LiveDomain } from './live-domain.ts'
import { linkOf } from './memory-actions.ts'
import type { ProbedDomain, ProbedHost } from './move-probe.ts'
import { cleanName, cleanText } from './text.ts'

/** The first of the ports that libvirt gives to QEMU for a move (qemu.conf, migration_port_min). */
const migrationPort = 49_152
const keepMs = 60_000
const keepPortMs = 5 * 60_000

/** Tries from one host, named by its URI, whether a port of another answers. */
export type ProbePort = (
  sourceUri: string,
  hostname: string,
  port: number,
) => Promise<'open' | 'closed' | 'unknown'>

export interface MoveGathererOptions {
  clock: Clock
  probePort: ProbePort
  /** Whether a move from one host to the other went well before. */
  worked(source: string, target: string): boolean
}

/** Gets from the hosts what the pre-flight judges, and asks none of them twice for the same. */
export class MoveGatherer {
  readonly #options: MoveGathererOptions
  readonly #hosts: KeptAnswers<ProbedHost>
  readonly #domains: KeptAnswers<ProbedDomain>
  readonly #cpus: KeptAnswers<number>
  readonly #paths: KeptAnswers<Map<string, number>>
  readonly #ports: KeptAnswers<'open' | 'closed' | 'unknown'>

  constructor(options: MoveGathererOptions) {
    this.#options = options
    const { clock } = options
    this.#hosts = new KeptAnswers({ clock, keepMs, most: 1_000 })
    this.#domains = new KeptAnswers({ clock, keepMs, most: 2_000 })
    this.#cpus = new KeptAnswers({ clock, keepMs, most: 2_000 })
    this.#paths = new KeptAnswers({ clock, keepMs, most: 5_000 })
    this.#ports = new KeptAnswers({ clock, keepMs: keepPortMs, most: 5_000 })
  }

  /** Something was changed on a host. */
  forget(host: string): void {
    for (const kept of [this.#hosts, this.#paths]) kept.forget(`${host} `)
  }

  /** Never fails: a host that does not answer is one that is not online. */
  async host(agent: HostAgent, youngMs: number): Promise<HostMoveFacts> {
    const { record, facts, figures, inventory } = agent
    const domains = [...inventory.domains.values()]
    const active = domains.filter((domain) => domain.active)
    const memory = figures.memory
    const base: HostMoveFacts = {
      host: record.host,
      name: record.name,
      online: agent.link !== null,
      hostUuid: facts?.hostUuid ?? null,
      hostname: facts?.hostname ?? null,
      versions: facts?.versions ?? null,
      machines: null,
      availableKiB: memory && memory.freeKiB + memory.buffersKiB + memory.cachedKiB,
      totalKiB: memory?.totalKiB ?? null,
      promisedKiB: active.reduce((sum, { maximumKiB }) => sum + maximumKiB, 0),
      freePages: [],
      networks: [],
      pools: [],
      domains: domains.map(({ uuid, name, active: runs }) => ({
        uuid,
        name,
        active: runs,
      })),
    }
    if (!agent.link) return base
    try {
      const { machines, freePages, networks, pools } = await this.#probed(agent, youngMs)
      return { ...base, machines, freePages, networks, pools }
    } catch (error) {
      if (isLibvirtError(error)) return base
      return { ...base, online: false }
    }
  }

  /** Rejects as calls on the host do. */
  async domain(
    agent: HostAgent,
    { uuid, name, state, active, balloonKiB, maximumKiB }: LiveDomain,
    youngMs: number,
  ): Promise<DomainMoveFacts> {
    const { xml, diskBytes } = await this.#domains.get(
      `${agent.record.host} ${uuid}`,
      () => linkOf(agent).moves.domain(uuid, active),
      youngMs,
    )
    return {
      uuid,
      name,
      state,
      virtType: cleanName(xml.type),
      arch: cleanName(xml.os.arch ?? ''),
      machine: cleanName(xml.os.machine ?? ''),
      emulator: cleanText(xml.emulator),
      cpuMode: xml.cpu === null ? null : cleanName(xml.cpu.mode),
      memoryKiB: balloonKiB ?? maximumKiB,
      maximumKiB,
      hugepages: xml.hugepages,
      hostDevices: xml.hostDevices,
      disks: xml.disks.map(({ target, device, type, source, readOnly }) => ({
        target: cleanName(target),
        device: cleanName(device),
        type: cleanName(type),
        source: cleanText(source),
        readOnly,
        bytes: diskBytes.get(target) ?? 0,
      })),
      interfaces: xml.interfaces.map(({ type, source }) => ({
        type: cleanName(type),
        source: cleanText(source),
      })),
    }
  }

  /** What only asking the target about this domain tells. Never fails. */
  async meeting(
    domain: DomainMoveFacts,
    source: HostAgent,
    target: HostAgent,
    youngMs: number,
  ): Promise<MeetingFacts> {
    const nothing: MeetingFacts = {
      cpu: null,
      cpuWords: null,
      present: new Map(),
      port: 'unknown',
    }
    if (!source.link || !target.link) return nothing
    const [cpu, present, port] = await Promise.all([
      this.#cpu(domain, source, target),
      this.#present(domain, target, youngMs),
      this.#port(source, target),
    ])
    return { ...cpu, present, port }
  }

  #probed(agent: HostAgent, youngMs: number): Promise<ProbedHost> {
    const { networks, pools } = agent.inventory
    // Events tell of networks and pools that came, went or stopped: what was kept is then of no use.
    const has = [networks, pools].map((all) =>
      all.map(({ uuid, active }) => [uuid, active]),
    )
    return this.#hosts.get(
      `${agent.record.host} ${JSON.stringify(has)}`,
      () => linkOf(agent).moves.host(),
      youngMs,
    )
  }

  async #cpu(
    domain: DomainMoveFacts,
    source: HostAgent,
    target: HostAgent,
  ): Promise<Pick<MeetingFacts, 'cpu' | 'cpuWords'>> {
    if (domain.cpuMode === null) return { cpu: null, cpuWords: null }
    try {
      const { xml } = await this.#domains.get(`${source.record.host} ${domain.uuid}`, () =>
        linkOf(source).moves.domain(domain.uuid, domain.state !== 'shut-off'),
      )
      const { cpuXml } = await this.#probed(source, keepMs)
      const kind = [xml.type, xml.os.arch, xml.os.machine, xml.cpu?.xml, cpuXml]
      const answer = await this.#cpus.get(
        `${target.record.host} ${JSON.stringify(kind)}`,
        () => linkOf(target).moves.compareCpu(xml, cpuXml),
      )
      const results = ['incompatible', 'identical', 'superset'] as const
      return { cpu: results[answer] ?? null, cpuWords: null }
    } catch (error) {
      return { cpu: null, cpuWords: messageOf(error) }
    }
  }

  async #present(
    { disks }: DomainMoveFacts,
    target: HostAgent,
    youngMs: number,
  ): Promise<ReadonlyMap<string, number>> {
    const paths = disks
      .map(({ source }) => source)
      .filter((source) => source !== null && source.startsWith('/'))
    if (paths.length === 0) return new Map()
    try {
      return await this.#paths.get(
        `${target.record.host} ${JSON.stringify(paths)}`,
        () => linkOf(target).moves.present(paths.filter((path) => path !== null)),
        youngMs,
      )
    } catch {
      // A host that does not answer is said by another check.
      return new Map()
    }
  }

  async #port(source: HostAgent, target: HostAgent): Promise<MeetingFacts['port']> {
    if (this.#options.worked(source.record.host, target.record.host)) return 'worked'
    const hostname = target.facts?.hostname
    if (!hostname) return 'unknown'
    return await this.#ports
      .get(`${source.record.host} ${target.record.host}`, () =>
        this.#options.probePort(source.record.uri, hostname, migrationPort),
      )
      .catch(() => 'unknown' as const)
  }
}
