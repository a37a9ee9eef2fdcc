import { jobIsActive } from '../contract/job.ts'
import type { JobPage, JobQuery, JobSummary } from '../contract/job.ts'

/** The lines of all jobs that are kept, in memory: at most a few thousand short ones. */
export class JobList {
  readonly #byId: Map<string, JobSummary>
  /** Newest first; made anew when one comes or goes. */
  #ordered: string[] | null = null

  constructor(summaries: readonly JobSummary[]) {
    this.#byId = new Map(summaries.map((summary) => [summary.id, summary]))
  }

  all(): JobSummary[] {
    this.#ordered ??= [...this.#byId.keys()].sort((a, b) => Number(b) - Number(a))
    return this.#ordered.flatMap((id) => this.#byId.get(id) ?? [])
  }

  get(id: string): JobSummary | null {
    return this.#byId.get(id) ?? null
  }

  put(summary: JobSummary): void {
    if (!this.#byId.has(summary.id)) this.#ordered = null
    this.#byId.set(summary.id, summary)
  }

  /** Removes them with their parts; gives the ids of all that went. */
  remove(ids: readonly string[]): string[] {
    const gone = new Set(ids)
    // Parts are newer than what they are part of: from the oldest on, whole trees go.
    for (const { id, parent } of this.all().toReversed()) {
      if (parent !== null && gone.has(parent)) gone.add(id)
    }
    for (const id of gone) this.#byId.delete(id)
    this.#ordered = null
    return [...gone]
  }

  childrenOf(id: string): JobSummary['children'] {
    const parts = [...this.#byId.values()].filter(({ parent }) => parent === id)
    return {
      total: parts.length,
      active: parts.filter(({ state }) => jobIsActive(state)).length,
      failed: parts.filter(({ state }) => !jobIsActive(state) && state !== 'done').length,
    }
  }

  page(query: JobQuery, offset: number, limit: number): JobPage {
    const all = this.all()
    const matched = all.filter((summary) => matches(summary, query))
    const jobs = matched.slice(offset, offset + limit)
    return { total: all.length, matched: matched.length, offset, jobs }
  }
}

function matches(job: JobSummary, query: JobQuery): boolean {
  const { search, states, kinds, host, uuid, owner, parent } = query
  if (states.length > 0 && !states.includes(job.state)) return false
  if (kinds.length > 0 && !kinds.includes(job.kind)) return false
  if (host !== null && !job.hosts.includes(host)) return false
  if (uuid !== null && !job.domains.some((domain) => domain.uuid === uuid)) return false
  if (owner !== null && !(job.owner.type === 'user' && job.owner.name === owner))
    return false
  if (parent === 'none' ? job.parent !== null : parent !== 'any' && job.parent !== parent) {
    return false
  }
  return search === '' || textOf(job).includes(search.toLowerCase())
}

function textOf({ id, kind, title, owner, hosts, domains }: JobSummary): string {
  const name = owner.type === 'external' ? '' : owner.name
  const names = domains.map((domain) => domain.name)
  return [id, kind, ...Object.values(title), name, ...hosts, ...names]
    .join('\n')
    .toLowerCase()
}
