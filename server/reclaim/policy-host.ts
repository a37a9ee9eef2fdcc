import {
  policyName,
  usualDomainPolicy,
  usualHostPolicy,
} from '../contract/memory-policy.ts'
import type {
  DomainPolicy,
  HostPolicy,
  PolicyDetail,
  PolicyDomain,
  PolicyMode,
  PolicyStep,
} from '../contract/memory-policy.ts'
import type { HostAgent } from '../fleet/host-agent.ts'
import type { LiveDomain } from '../fleet/live-domain.ts'
import type { KeptDomainPolicy } from '../store/memory-policies.ts'
import { availableKiBOf } from './facts.ts'
import { whyNothing } from './plan.ts'
import type { ReclaimFacts } from './plan.ts'
import { handsOffMs, PolicyController } from './policy.ts'
import type { PolicyFacts, PolicyMove } from './policy.ts'

/** What one look at a host led to. */
export interface PolicyLook {
  mode: 'dry-run' | 'on'
  move: PolicyMove
  /** What the host had, or would have had, before the moves. KiB. */
  availableKiB: number
}

/** The policy of one host: its settings, and what it remembers of each domain. */
export class PolicyHost {
  readonly host: string
  settings: HostPolicy
  readonly #domains = new Map<string, DomainPolicy>()
  readonly #real = new PolicyController()
  /** A dry run begins anew with each start of Ballast, and when it is switched on. */
  #dry = new PolicyController()
  /** Where the balloons would be by now. */
  readonly #shadows = new Map<string, number>()
  /** Newest first. */
  steps: PolicyStep[]

  constructor(
    host: string,
    settings: HostPolicy | undefined,
    kept: readonly KeptDomainPolicy[],
    steps: PolicyStep[],
  ) {
    this.host = host
    this.settings = settings ?? usualHostPolicy
    this.steps = steps
    for (const { uuid, settings: own, baselineKiB } of kept) {
      if (own) this.#domains.set(uuid, own)
      if (baselineKiB !== null) this.#real.restore(uuid, baselineKiB)
    }
  }

  settingsOf(uuid: string): DomainPolicy {
    return this.#domains.get(uuid) ?? usualDomainPolicy
  }

  /** The mode in force for a domain. */
  modeOf(uuid: string): PolicyMode {
    const { mode } = this.settingsOf(uuid)
    return mode === 'host' ? this.settings.mode : mode
  }

  /** Whether it is in force for any domain at all. */
  get active(): boolean {
    if (this.settings.mode !== 'off') return true
    return [...this.#domains.values()].some(
      ({ mode }) => mode === 'on' || mode === 'dry-run',
    )
  }

  set(settings: HostPolicy): void {
    this.settings = settings
    this.#dryAnew()
  }

  setDomain(uuid: string, settings: DomainPolicy): void {
    this.#domains.set(uuid, settings)
    this.#dryAnew()
  }

  /** What a domain had before the policy took from it; null = nothing is taken. */
  baselineKiB(uuid: string): number | null {
    return this.#real.baselineKiB(uuid)
  }

  /** Domains that have less than before the policy took. */
  taken(agent: HostAgent): { domain: LiveDomain; baselineKiB: number }[] {
    return [...agent.inventory.domains.values()].flatMap((domain) => {
      const baselineKiB = this.baselineKiB(domain.uuid)
      const nowKiB = domain.stats.actual
      return baselineKiB !== null && nowKiB !== null && nowKiB < baselineKiB
        ? [{ domain, baselineKiB }]
        : []
    })
  }

  /**
   * Looks at the host once. The moves of a dry run happen in its shadow; those that are `on` are the
   * caller's to carry out.
   */
  look(
    agent: HostAgent,
    factsOf: (domain: LiveDomain) => ReclaimFacts,
    nowMs: number,
  ): PolicyLook[] {
    const availableKiB = availableKiBOf(agent)
    if (availableKiB === null) return []
    const all = [...agent.inventory.domains.values()].map((domain) => ({
      domain,
      mode: this.modeOf(domain.uuid),
      facts: this.#factsOf(domain, factsOf(domain)),
    }))
    for (const { domain, facts } of all) this.#noticeHands(domain, facts, nowMs)
    const { keepFreeKiB } = this.settings
    const real = this.#real.decide({
      nowMs,
      keepFreeKiB,
      availableKiB,
      domains: all.filter(({ mode }) => mode === 'on').map(({ facts }) => facts),
    })
    const dry = all
      .filter(({ mode }) => mode === 'dry-run')
      .map(({ facts }) => this.#shadowed(facts))
    const dryAvailableKiB = this.dryAvailableKiB(agent) ?? availableKiB
    const shown = this.#dry.decide({
      nowMs,
      keepFreeKiB,
      availableKiB: dryAvailableKiB,
      domains: dry,
    })
    for (const { uuid, toKiB } of shown) this.#shadows.set(uuid, toKiB)
    return [
      ...real.map((move): PolicyLook => ({ mode: 'on', move, availableKiB })),
      ...shown.map((move): PolicyLook => ({
        mode: 'dry-run',
        move,
        availableKiB: dryAvailableKiB,
      })),
    ]
  }

  /** What the host would have by now; null = there is no dry run. */
  dryAvailableKiB(agent: HostAgent): number | null {
    const availableKiB = availableKiBOf(agent)
    const domains = [...agent.inventory.domains.values()]
    const dry = domains.filter(({ uuid }) => this.modeOf(uuid) === 'dry-run')
    if (availableKiB === null || dry.length === 0) return null
    return dry.reduce((sum, { uuid, stats }) => {
      const shadowKiB = this.#shadows.get(uuid)
      return shadowKiB === undefined || stats.actual === null
        ? sum
        : sum + stats.actual - shadowKiB
    }, availableKiB)
  }

  /** A domain is gone, or off: what it had before counts no more. */
  forget(uuid: string): void {
    this.#real.forget(uuid)
    this.#dry.forget(uuid)
    this.#shadows.delete(uuid)
  }

  detail(
    agent: HostAgent,
    factsOf: (domain: LiveDomain) => ReclaimFacts,
    nowMs: number,
  ): PolicyDetail {
    const domains = [...agent.inventory.domains.values()]
      .map((domain) => this.#view(domain, factsOf(domain), nowMs))
      .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    return {
      host: this.host,
      settings: this.settings,
      paused: agent.link === null ? 'host-offline' : agent.stale ? 'stale' : null,
      active: this.active,
      totalKiB: agent.figures.memory?.totalKiB ?? null,
      availableKiB: availableKiBOf(agent),
      dryAvailableKiB: this.dryAvailableKiB(agent),
      domains,
      steps: this.steps,
    }
  }

  #view(domain: LiveDomain, told: ReclaimFacts, nowMs: number): PolicyDomain {
    const { uuid, name, state } = domain
    const mode = this.modeOf(uuid)
    const facts = this.#factsOf(domain, told)
    const dry = mode === 'dry-run'
    const shadowKiB = dry ? (this.#shadows.get(uuid) ?? null) : null
    const seen = dry ? this.#shadowed(facts) : facts
    const controller = dry ? this.#dry : this.#real
    const hadKiB = controller.baselineKiB(uuid)
    const held = facts.heldUntilMs > nowMs
    const spareKiB =
      (seen.nowKiB ?? 0) - Math.max(seen.floorKiB ?? Infinity, seen.minimumKiB ?? 0)
    return {
      uuid,
      name,
      state,
      mode,
      shadowKiB,
      settings: this.settingsOf(uuid),
      nowKiB: facts.nowKiB,
      usedKiB: facts.usedKiB,
      floorKiB: facts.floorKiB,
      maximumKiB: facts.maximumKiB,
      pressure: facts.pressure,
      takenKiB:
        hadKiB === null || seen.nowKiB === null ? 0 : Math.max(0, hadKiB - seen.nowKiB),
      heldUntilMs: held ? facts.heldUntilMs : null,
      why: held
        ? 'held'
        : (whyNothing(seen) ??
          (controller.rests(seen, nowMs)
            ? 'resting'
            : spareKiB > 0
              ? null
              : (seen.minimumKiB ?? 0) > (seen.floorKiB ?? 0)
                ? 'at-minimum'
                : 'at-floor')),
    }
  }

  #factsOf(domain: LiveDomain, facts: ReclaimFacts): PolicyFacts {
    const settings = this.settingsOf(domain.uuid)
    const { current } = domain.resizes
    // Kept with the resize, so that a restart does not forget the person's wish.
    const byHand = current !== null && current.by !== policyName
    return {
      ...facts,
      ceilingKiB: settings.maximumKiB,
      maximumKiB: domain.maximumKiB,
      heldUntilMs: byHand ? (current.endedMs ?? current.startedMs) + handsOffMs : 0,
    }
  }

  #shadowed(facts: PolicyFacts): PolicyFacts {
    const shadowKiB = this.#shadows.get(facts.uuid)
    return shadowKiB === undefined ? facts : { ...facts, nowKiB: shadowKiB }
  }

  /** Somebody set the size: it is theirs, and what the policy knew of it is old. */
  #noticeHands(domain: LiveDomain, facts: PolicyFacts, nowMs: number): void {
    if (facts.heldUntilMs > nowMs || !domain.active) this.forget(domain.uuid)
  }

  #dryAnew(): void {
    this.#dry = new PolicyController()
    this.#shadows.clear()
  }
}
