import { setTimeout as sleep } from 'node:timers/promises'

import type { MigrationControl, MigrationDetail } from '../contract/migration.ts'
import { ProblemError } from '../contract/problem.ts'
import { virshLine } from '../contract/virsh-line.ts'
import type { Fleet, HostAgent } from '../fleet/index.ts'
import type { JobHandle, Jobs } from '../jobs/index.ts'
import type { JobFields } from '../migration/figures.ts'
import { causeWords } from './cause.ts'
import { controlsOf } from './controls.ts'
import { Follower, followMs, pointOf } from './follower.ts'

interface Watch {
  id: string
  host: string
  /** The final figures, once an event brought them. */
  fields: JobFields | null
}

export interface ForeignOptions {
  fleet: Pick<Fleet, 'domainOf' | 'showMove' | 'hosts'>
  jobs: Jobs
  logger: { warn(fields: object, message: string): void }
  isOurs(host: string, uuid: string): boolean
}

/** Answers that may fail before the host counts as lost: it may be connecting anew. */
const patienceMs = 60_000
/** The event with the final figures may come after the job is gone. */
const lastWordMs = 1_500

/** Watches the jobs of domains that somebody began outside of Ballast, such as `virsh migrate`. */
export class ForeignJobs {
  readonly #options: ForeignOptions
  /** By host and uuid. */
  readonly #watched = new Map<string, Watch>()
  #closed = false

  constructor(options: ForeignOptions) {
    this.#options = options
  }

  close(): void {
    this.#closed = true
  }

  /** A job has the domain, or one has ended with these figures. Nothing happens for one that is known. */
  seen(host: string, uuid: string, fields: JobFields | null): void {
    const key = `${host}/${uuid}`
    const known = this.#watched.get(key)
    if (known && fields) known.fields = fields
    if (known || fields || this.#closed) return
    const watch: Watch = { id: '', host, fields: null }
    this.#watched.set(key, watch)
    this.#begin(host, uuid, watch).catch((error: unknown) => {
      this.#watched.delete(key)
      this.#options.logger.warn({ err: error, host, uuid }, 'a foreign job is not shown')
    })
  }

  /** null when the job is none of these. Only aborting is offered: steering is its owner's. */
  control(
    id: string,
    { control }: MigrationControl,
    by: string,
  ): Promise<{ command: string | null; host: string }> | null {
    for (const watch of this.#watched.values()) {
      if (watch.id !== id) continue
      if (control !== 'abort') {
        throw new ProblemError('not_allowed_in_state', {
          host: watch.host,
          detail: 'It was begun outside of Ballast: it can be watched and aborted here.',
        })
      }
      this.#options.jobs.cancel(id, by)
      return Promise.resolve({ command: null, host: watch.host })
    }
    return null
  }

  async #begin(host: string, uuid: string, watch: Watch): Promise<void> {
    const { fleet, jobs } = this.#options
    const { agent, domain } = fleet.domainOf(host, uuid)
    const job = await agent.link?.domainJob(uuid)
    const operation = job?.operation ?? 'unknown'
    // What arrives is seen on its source; and what is over was over too soon to be shown.
    const key = `${host}/${uuid}`
    if (!job?.active || operation === 'migration-in' || this.#options.isOurs(host, uuid)) {
      this.#watched.delete(key)
      return
    }
    const domains = [{ host, uuid, name: domain.name }]
    const owner = { type: 'external' as const }
    const common = {
      owner,
      domains,
      whenLocked: 'ignore' as const,
      cancel: 'foreign' as const,
    }
    const facts = { agent, uuid, name: domain.name, operation, watch }
    const started =
      operation === 'migration-out'
        ? jobs.start<'migration'>(
            {
              ...common,
              kind: 'migration',
              title: { domain: domain.name, from: agent.record.name, to: '?' },
            },
            (handle) => this.#follow(handle, facts),
          )
        : jobs.start<'domain-job'>(
            { ...common, kind: 'domain-job', title: { domain: domain.name, operation } },
            (handle) => this.#follow(handle, facts),
          )
    watch.id = started.id
    void started.ended.finally(() => this.#watched.delete(key))
  }

  /** Follows a job to its end. @throws ProblemError when it came to nothing */
  async #follow(
    job: JobHandle<'migration'> | JobHandle<'domain-job'>,
    facts: {
      agent: HostAgent
      uuid: string
      name: string
      operation: string
      watch: Watch
    },
  ): Promise<null> {
    const { agent, uuid, name, operation, watch } = facts
    watch.id = job.id
    const follower = new Follower(Date.now())
    const startedMs = Date.now()
    const command = virshLine(agent.record.uri, 'domjobabort', { name, uuid })
    const show = (ended: boolean) => {
      const detail = this.#detail({ ...facts, follower, startedMs, id: job.id, ended })
      if (job.kind === 'migration') {
        ;(job as JobHandle<'migration'>).detail(detail)
        const { source, target, phase, progressPercent } = detail
        this.#options.fleet.showMove(
          uuid,
          { job: job.id, source, target, phase, progressPercent },
          ended,
        )
      }
      job.progress({ done: detail.progressPercent, total: 100, unit: 'percent' })
      job.expectEnd(detail.verdict.endsAtMs)
    }
    const onAbort = () => {
      if (job.stopReason !== 'cancel') return
      agent.link?.abortJob(uuid).then(
        () => job.log(command),
        (error: unknown) => job.log(`Could not abort it: ${causeWords(error)}`, 'warn'),
      )
    }
    job.signal.addEventListener('abort', onAbort, { once: true })
    try {
      await this.#toItsEnd(job, facts, (fields) => {
        const figures = follower.take(fields, Date.now())
        if (figures && job.kind === 'migration') {
          ;(job as JobHandle<'migration'>).point(pointOf(figures), figures.atMs)
        } else if (figures) {
          ;(job as JobHandle<'domain-job'>).point({
            remainingBytes: figures.remainingBytes,
          })
        }
        show(false)
      })
      const until = Date.now() + lastWordMs
      while (!watch.fields && Date.now() < until) await sleep(50)
      if (watch.fields) {
        follower.take(watch.fields, Date.now())
        follower.complete()
      }
      show(true)
      const stillHere = agent.inventory.domains.get(uuid)?.state === 'running'
      const failed = watch.fields === null || (operation === 'migration-out' && stillHere)
      if (failed) {
        const words = watch.fields?.['errmsg']
        throw new ProblemError(job.stopReason === 'cancel' ? 'cancelled' : 'libvirt', {
          host: agent.record.host,
          detail:
            typeof words === 'string' && words !== ''
              ? words
              : 'It ended without being completed: it was aborted, or it failed.',
        })
      }
      return null
    } finally {
      show(true)
      job.signal.removeEventListener('abort', onAbort)
    }
  }

  async #toItsEnd(
    job: { log(text: string, level?: 'warn'): void },
    { agent, uuid }: { agent: HostAgent; uuid: string },
    take: (fields: JobFields) => void,
  ): Promise<void> {
    let heardMs = Date.now()
    for (;;) {
      const { link } = agent
      try {
        const now = await link?.domainJob(uuid)
        if (now) {
          heardMs = Date.now()
          if (!now.active) return
          if (now.fields) take(now.fields)
        }
      } catch {
        // The domain may be gone with its job, or the host does not answer for a moment.
        if (link && !agent.inventory.domains.has(uuid)) return
      }
      if (Date.now() - heardMs > patienceMs) {
        job.log(`Host ${agent.record.name} does not answer`, 'warn')
        return
      }
      await sleep(followMs)
    }
  }

  #detail(about: {
    agent: HostAgent
    uuid: string
    name: string
    operation: string
    follower: Follower
    startedMs: number
    id: string
    ended: boolean
  }): MigrationDetail {
    const { agent, uuid, name, operation, follower, startedMs, id, ended } = about
    const target = [...this.#options.fleet.hosts].find(
      (other) => other !== agent && other.inventory.domains.get(uuid)?.active,
    )
    const phase = ended ? 'ended' : 'perform'
    return {
      id,
      external: true,
      by: null,
      uuid,
      name,
      source: agent.record.host,
      sourceName: agent.record.name,
      target: target?.record.host ?? null,
      targetName: target?.record.name ?? null,
      operation,
      options: null,
      command: null,
      startedMs,
      endedMs: ended ? Date.now() : null,
      phase,
      ...follower.view(phase, Date.now(), null),
      bandwidthMiBps: null,
      maxDowntimeMs: null,
      controls: {
        ...controlsOf('waiting', { options: null, connected: true, postCopyFailed: false }),
        abort: ended ? 'not-running' : null,
      },
      steering: [],
      forecast: null,
      result: null,
    }
  }
}
