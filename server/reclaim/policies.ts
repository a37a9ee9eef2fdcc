import type { NewAuditEntry } from '../contract/audit.ts'
import type { LiveHandle, LiveListener, Topic } from '../contract/live.ts'
import { policyName, policyStepsKept } from '../contract/memory-policy.ts'
import type {
  DomainPolicy,
  HostPolicy,
  PolicyDetail,
  PolicyStep,
} from '../contract/memory-policy.ts'
import { ProblemError } from '../contract/problem.ts'
import { virshLine } from '../contract/virsh-line.ts'
import { systemClock } from '../fleet/clock.ts'
import type { Clock } from '../fleet/clock.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { HostAgent } from '../fleet/host-agent.ts'
import type { LiveDomain } from '../fleet/live-domain.ts'
import type { Logger } from '../fleet/logger.ts'
import { OpenViews } from '../live/open-views.ts'
import type { View } from '../live/open-views.ts'
import type { MemoryPolicyApi } from '../runtime.ts'
import type { MemoryPolicyTable } from '../store/memory-policies.ts'
import { factsOf } from './facts.ts'
import type { IsBusy } from './facts.ts'
import { PolicyHost } from './policy-host.ts'
import type { PolicyLook } from './policy-host.ts'

/** How often the hosts with a policy are looked at: as often as guests write their statistics. */
const lookMs = 2_000

export interface PoliciesOptions {
  fleet: Pick<Fleet, 'hosts' | 'beginShrink' | 'setMemoryTarget'>
  table: MemoryPolicyTable
  isBusy: IsBusy
  audit: { add(entry: NewAuditEntry): void }
  logger: Logger
  clock?: Clock
}

type PolicyTopic = Extract<Topic, { name: 'memory-policy' }>
interface PolicyView extends View {
  host: string
}

/**
 * The memory policies of all hosts: looks every 2 s at those that have one, carries out what the
 * policy decides or only writes it down (dry run), and shows all of it live.
 */
export class Policies implements MemoryPolicyApi {
  readonly #options: PoliciesOptions
  readonly #clock: Clock
  readonly #hosts = new Map<string, PolicyHost>()
  readonly #open = new OpenViews<PolicyView>()
  readonly #stop = new AbortController()
  readonly #underWay = new Set<Promise<void>>()
  #timer: NodeJS.Timeout | null = null

  constructor(options: PoliciesOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
  }

  start(): void {
    this.#timer = setInterval(() => this.look(), lookMs)
  }

  async close(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer)
    this.#stop.abort({ reason: 'shutdown' })
    await Promise.allSettled(this.#underWay)
  }

  /** What somebody set for a domain, or the usual: holds for plans that people make too. */
  settingsOf(host: string, uuid: string): DomainPolicy {
    return this.#of(host).settingsOf(uuid)
  }

  get(host: string): PolicyDetail {
    return this.#detail(this.#agent(host))
  }

  setHost(host: string, settings: HostPolicy): PolicyDetail {
    const agent = this.#agent(host)
    this.#options.table.putHost(host, settings)
    this.#of(host).set(settings)
    this.#changed(host)
    return this.#detail(agent)
  }

  setDomain(host: string, uuid: string, settings: DomainPolicy): PolicyDetail {
    const agent = this.#agent(host)
    const domain = agent.inventory.domains.get(uuid.toLowerCase())
    if (!domain) {
      throw new ProblemError('not_found', {
        host,
        detail: `There is no domain ${uuid} on host ${host}.`,
      })
    }
    const { maximumKiB } = domain
    for (const [field, kib] of [
      ['minimumKiB', settings.minimumKiB],
      ['maximumKiB', settings.maximumKiB],
    ] as const) {
      if (kib === null || maximumKiB === 0 || kib <= maximumKiB) continue
      throw new ProblemError('above_maximum', {
        host,
        detail: `${kib} KiB is above the domain's maximum of ${maximumKiB} KiB.`,
        issues: [{ path: field, message: `at most ${maximumKiB} KiB` }],
      })
    }
    this.#options.table.putDomain(host, domain.uuid, settings)
    this.#of(host).setDomain(domain.uuid, settings)
    this.#changed(host)
    return this.#detail(agent)
  }

  async giveBack(host: string): Promise<{ domains: number }> {
    const agent = this.#agent(host)
    const taken = this.#of(host).taken(agent)
    for (const { domain, baselineKiB } of taken) {
      // By the policy, so that it does not take it for a person's wish.
      await this.#options.fleet.setMemoryTarget(host, domain.uuid, {
        targetKiB: Math.min(baselineKiB, domain.maximumKiB),
        affects: 'live',
        pace: 'at-once',
        force: true,
        by: policyName,
      })
      this.#of(host).forget(domain.uuid)
      this.#keepBaseline(host, domain.uuid)
    }
    this.#changed(host)
    return { domains: taken.length }
  }

  /** A host is gone from the list. */
  #removeHost(host: string): void {
    this.#hosts.delete(host)
    this.#guarded(() => this.#options.table.removeHost(host))
    this.#open.gone((view) => view.host === host, 'The host was removed.')
  }

  /** @throws ProblemError not_found when there is no such host */
  open(topic: PolicyTopic, listener: LiveListener): LiveHandle {
    this.#agent(topic.host)
    const { host } = topic
    const read = () => ({ policy: this.get(host) })
    return this.#open.add({ host, full: read, delta: read }, listener)
  }

  /** Looks at all hosts once. */
  look(): void {
    const gone = new Set(this.#hosts.keys())
    for (const agent of this.#options.fleet.hosts) {
      const { host } = agent.record
      gone.delete(host)
      const policy = this.#of(host)
      // Paused while the host does not answer: old figures decide nothing.
      if (policy.active && agent.link !== null && !agent.stale) {
        try {
          this.#lookAt(agent, policy)
        } catch (err) {
          this.#options.logger.error({ host, err }, 'the memory policy failed')
        }
      }
      this.#changed(host)
    }
    for (const host of gone) this.#removeHost(host)
  }

  #lookAt(agent: HostAgent, policy: PolicyHost): void {
    const before = new Map(
      [...agent.inventory.domains.keys()].map((uuid) => [uuid, policy.baselineKiB(uuid)]),
    )
    const looks = policy.look(
      agent,
      (domain) => this.#facts(agent, domain),
      this.#clock.wallMs(),
    )
    for (const look of looks) this.#carryOut(agent, policy, look)
    for (const [uuid, baselineKiB] of before) {
      if (policy.baselineKiB(uuid) !== baselineKiB) this.#keepBaseline(policy.host, uuid)
    }
  }

  #carryOut(agent: HostAgent, policy: PolicyHost, look: PolicyLook): void {
    const { mode, move, availableKiB } = look
    const { host } = policy
    const step = this.#keepStep({
      ...move,
      host,
      mode,
      availableKiB,
      atMs: this.#clock.wallMs(),
      outcome: mode === 'on' ? 'done' : 'shown',
      detail: null,
    })
    policy.steps = [step, ...policy.steps].slice(0, policyStepsKept)
    if (mode === 'dry-run') return
    const work = this.#move(agent, move, step).finally(() => this.#underWay.delete(work))
    this.#underWay.add(work)
  }

  async #move(agent: HostAgent, move: PolicyLook['move'], step: PolicyStep): Promise<void> {
    const { fleet, audit } = this.#options
    const { host, uri } = agent.record
    const { uuid, name, fromKiB, toKiB } = move
    const shrinks = toKiB < fromKiB
    const request = {
      targetKiB: toKiB,
      affects: 'live',
      pace: shrinks ? 'steps' : 'at-once',
      // What it gives is the guest's own; what it takes it takes no further than the floor.
      force: !shrinks,
      by: policyName,
    } as const
    const line = {
      who: policyName,
      address: null,
      action: 'memory.policy',
      host,
      domainUuid: uuid,
      domainName: name,
      command: virshLine(uri, 'setmem', { name, uuid }, String(toKiB), '--live'),
    }
    const words = `${move.why}: ${fromKiB} to ${toKiB} KiB`
    try {
      const shrink = fleet.beginShrink(host, uuid, request)
      if (shrink) {
        const ended = await shrink.carryOut({ signal: this.#stop.signal })
        const given = `${words}; ended as ${ended.status} at ${ended.actualKiB} KiB`
        audit.add({ ...line, outcome: 'ok', detail: given })
        this.#ended(host, step, ended.status === 'turned-back' ? 'turned back' : null)
        return
      }
      await fleet.setMemoryTarget(host, uuid, request)
      audit.add({ ...line, outcome: 'ok', detail: words })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      audit.add({ ...line, outcome: 'failed', detail: `${words}: ${reason}` })
      this.#ended(host, step, reason)
    }
  }

  #ended(host: string, step: PolicyStep, detail: string | null): void {
    if (detail === null) return
    const policy = this.#of(host)
    const failed: PolicyStep = { ...step, outcome: 'failed', detail }
    policy.steps = policy.steps.map((one) => (one.id === step.id ? failed : one))
    this.#guarded(() => this.#options.table.setStep(failed))
  }

  /** A full disk must not keep a guest from getting its memory back. */
  #guarded(write: () => void): void {
    try {
      write()
    } catch (err) {
      this.#options.logger.error({ err }, 'the memory policy could not be kept')
    }
  }

  #keepStep(step: Omit<PolicyStep, 'id'>): PolicyStep {
    let id = -1
    this.#guarded(() => {
      id = this.#options.table.addStep(step)
    })
    return { ...step, id }
  }

  #keepBaseline(host: string, uuid: string): void {
    const baselineKiB = this.#of(host).baselineKiB(uuid)
    this.#guarded(() => this.#options.table.putBaseline(host, uuid, baselineKiB))
  }

  #changed(host: string): void {
    this.#open.flush((view) => view.host === host)
  }

  #detail(agent: HostAgent): PolicyDetail {
    const policy = this.#of(agent.record.host)
    return policy.detail(
      agent,
      (domain) => this.#facts(agent, domain),
      this.#clock.wallMs(),
    )
  }

  #facts(agent: HostAgent, domain: LiveDomain) {
    const { isBusy } = this.#options
    const settings = this.settingsOf(agent.record.host, domain.uuid)
    return factsOf(agent, domain, settings, { clock: this.#clock, isBusy })
  }

  #of(host: string): PolicyHost {
    let policy = this.#hosts.get(host)
    if (!policy) {
      const { table } = this.#options
      const settings = table.hosts().get(host)
      policy = new PolicyHost(host, settings, table.domains(host), table.steps(host))
      this.#hosts.set(host, policy)
    }
    return policy
  }

  #agent(host: string): HostAgent {
    for (const agent of this.#options.fleet.hosts) {
      if (agent.record.host === host) return agent
    }
    throw new ProblemError('not_found', { host, detail: `There is no host ${host}.` })
  }
}
