import { reclaimDetail } from '../contract/job-kinds/reclaim.ts'
import type { ReclaimDetail } from '../contract/job-kinds/reclaim.ts'
import { jobIsActive } from '../contract/job.ts'
import type { JobOwner, JobSummary } from '../contract/job.ts'
import type { DomainPolicy } from '../contract/memory-policy.ts'
import { ProblemError } from '../contract/problem.ts'
import type { ReclaimPlan, ReclaimRequest, ReclaimRunRequest } from '../contract/reclaim.ts'
import { systemClock } from '../fleet/clock.ts'
import type { Clock } from '../fleet/clock.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { HostAgent } from '../fleet/host-agent.ts'
import type { LiveDomain } from '../fleet/live-domain.ts'
import { JobInterrupted } from '../jobs/index.ts'
import type { Jobs } from '../jobs/index.ts'
import type { ReclaimApi } from '../runtime.ts'
import { FleetBalloons } from './balloons.ts'
import { factsOf, hostFactsOf } from './facts.ts'
import { planReclaim } from './plan.ts'
import { runReclaim, runUndo } from './reclaim-run.ts'

export interface ReclaimOptions {
  fleet: Pick<Fleet, 'hosts' | 'beginShrink' | 'setMemoryTarget'>
  jobs: Jobs
  /** What somebody set for a domain, or the usual. */
  settingsOf(host: string, uuid: string): DomainPolicy
  clock?: Clock
}

/** Memory taken back from many domains: planned, carried out as one job, undone as a whole. */
export class Reclaim implements ReclaimApi {
  readonly #options: ReclaimOptions
  readonly #clock: Clock
  readonly #balloons: FleetBalloons

  constructor(options: ReclaimOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#balloons = new FleetBalloons({
      fleet: options.fleet,
      clock: this.#clock,
      facts: (agent, domain) => this.#facts(agent, domain),
    })
    options.jobs.register('reclaim', { recover: (job, kept) => interrupted(job, kept) })
    options.jobs.register('reclaim-undo', {
      // Giving back is safe to repeat: those that have theirs already are left alone.
      recover: async (job, kept) => {
        const detail = reclaimDetail.parse(kept)
        await this.#balloons.untilConnected(detail.domains, job.signal)
        return await runUndo(job, detail, this.#balloons, nameOf(job.summary.owner))
      },
    })
  }

  plan(request: ReclaimRequest): ReclaimPlan {
    const chosen = this.#chosen(request)
    const agents = new Set(chosen.map(({ agent }) => agent))
    if (request.host !== undefined) agents.add(this.#agent(request.host))
    return planReclaim(
      request.wantedKiB,
      chosen.map(({ agent, domain }) => this.#facts(agent, domain)),
      [...agents].map(hostFactsOf),
      this.#clock.wallMs(),
    )
  }

  run(request: ReclaimRunRequest, by: string): JobSummary {
    const rows = request.steps.map((step) => {
      const { domain } = this.#find(step.host, step.uuid)
      const { host, uuid, stage, fromKiB, targetKiB } = step
      return {
        host,
        uuid,
        name: domain.name,
        stage,
        fromKiB,
        targetKiB,
        actualKiB: fromKiB,
        state: 'waiting' as const,
        cause: null,
        why: null,
        reason: null,
        resizeId: null,
      }
    })
    const detail: ReclaimDetail = {
      wantedKiB: request.wantedKiB,
      plannedKiB: rows.reduce(
        (sum, { fromKiB, targetKiB }) => sum + fromKiB - targetKiB,
        0,
      ),
      givenKiB: 0,
      stoppedBy: null,
      domains: rows,
    }
    const hosts = [...new Set(rows.map(({ host }) => host))]
    const names = hosts.map((host) => this.#agent(host).record.name)
    const started = this.#options.jobs.start(
      {
        kind: 'reclaim',
        title: { host: names.join(', '), count: rows.length },
        owner: { type: 'user', name: by },
        hosts,
        domains: rows.map(({ host, uuid, name }) => ({ host, uuid, name })),
        cancel: 'keep',
      },
      async (job) => await runReclaim(job, detail, this.#balloons, by),
    )
    return started.summary()
  }

  /** @throws ProblemError when the job is no reclaim, or took nothing */
  undo(id: string, by: string): JobSummary {
    const { jobs } = this.#options
    const { job } = jobs.get(id)
    if (job.kind !== 'reclaim') {
      throw new ProblemError('not_allowed_in_state', {
        detail: `Job ${id} took no memory back, so there is nothing to give back`,
      })
    }
    if (jobIsActive(job.state) && job.cancel.blocked === null) jobs.cancel(id, by)
    const started = jobs.start(
      {
        kind: 'reclaim-undo',
        title: { job: id, count: job.domains.length },
        owner: { type: 'user', name: by },
        hosts: job.hosts,
        domains: job.domains,
        // The job that is undone has its domains until it has stopped.
        whenLocked: 'wait',
        cancel: 'keep',
      },
      async (undo) => {
        // Read only now: the job that was stopped may have got further meanwhile.
        const detail = reclaimDetail.parse(jobs.get(id).job.detail)
        undo.remember(detail)
        return await runUndo(undo, detail, this.#balloons, by)
      },
    )
    return started.summary()
  }

  #facts(agent: HostAgent, domain: LiveDomain) {
    const settings = this.#options.settingsOf(agent.record.host, domain.uuid)
    return factsOf(agent, domain, settings, {
      clock: this.#clock,
      isBusy: (...names) => this.#options.jobs.heldBy(...names) !== null,
    })
  }

  #chosen(request: ReclaimRequest): { agent: HostAgent; domain: LiveDomain }[] {
    if (request.domains)
      return request.domains.map(({ host, uuid }) => this.#find(host, uuid))
    const agent = this.#agent(request.host ?? '')
    return [...agent.inventory.domains.values()].map((domain) => ({ agent, domain }))
  }

  #find(host: string, uuid: string): { agent: HostAgent; domain: LiveDomain } {
    const agent = this.#agent(host)
    const domain = agent.inventory.domains.get(uuid.toLowerCase())
    if (domain) return { agent, domain }
    throw new ProblemError('not_found', {
      host,
      detail: `There is no domain ${uuid} on host ${host}.`,
    })
  }

  #agent(host: string): HostAgent {
    for (const agent of this.#options.fleet.hosts) {
      if (agent.record.host === host) return agent
    }
    throw new ProblemError('not_found', { host, detail: `There is no host ${host}.` })
  }
}

function nameOf(owner: JobOwner): string {
  return owner.type === 'external' ? 'outside' : owner.name
}

/** The guests stay as they are; what they gave is known, so that it can be undone. */
async function interrupted(
  job: Parameters<typeof runReclaim>[0],
  kept: unknown,
): Promise<never> {
  const detail = reclaimDetail.safeParse(kept)
  if (detail.success) {
    job.detail({
      ...detail.data,
      domains: detail.data.domains.map((row) =>
        ['waiting', 'giving', 'going-back'].includes(row.state)
          ? {
              ...row,
              state: row.resizeId === null ? 'skipped' : 'stopped',
              cause: 'interrupted',
            }
          : row,
      ),
    })
  }
  throw new JobInterrupted(
    'Ballast ended while memory was being freed. What was freed stays so until it is undone.',
  )
}
