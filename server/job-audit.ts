import type { NewAuditEntry } from './contract/audit.ts'
import type { JobState, JobSummary } from './contract/job.ts'

const outcomes: Partial<Record<JobState, NewAuditEntry['outcome']>> = {
  done: 'ok',
  failed: 'failed',
  interrupted: 'failed',
  // Asked for by the one whom the line of `job.cancel` names.
  cancelled: 'ok',
}

/** The line that the end of a job leaves in the audit log; its begin has that of its request. */
export function auditJobEnd(
  audit: { add(entry: NewAuditEntry): void },
  job: JobSummary,
): void {
  const { owner, domains, hosts, problem } = job
  // What was begun outside is none of our deeds.
  if (owner.type === 'external') return
  const [domain] = domains
  audit.add({
    who: owner.type === 'policy' ? `policy:${owner.name}` : owner.name,
    address: null,
    action: `${job.kind}.end`,
    host: domain?.host ?? hosts[0] ?? null,
    domainUuid: domain?.uuid ?? null,
    domainName: domain?.name ?? null,
    command: null,
    outcome: outcomes[job.state] ?? 'failed',
    detail: `job ${job.id} ${job.state}${problem ? `: ${problem.detail ?? problem.title}` : ''}`,
  })
}
