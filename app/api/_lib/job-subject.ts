import type { JobSummary } from '../../../server/contract/job.ts'

/** What the audit line of an act on a job says of it. */
export function jobSubject(job: JobSummary): { host?: string; detail: string } {
  const [host] = job.hosts
  const names = job.domains.map(({ name }) => name).join(', ')
  const detail = `job ${job.id} (${job.kind}${names === '' ? '' : ` of ${names}`})`
  return host === undefined ? { detail } : { host, detail }
}
