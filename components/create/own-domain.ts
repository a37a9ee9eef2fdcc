import type { CreateCheck, CreatePreview } from '../../server/contract/create.ts'
import { jobIsActive, type JobSummary } from '../../server/contract/job.ts'

const isNameCheck = ({ code }: CreateCheck) => code === 'name_in_use'

/** Whether what has the name on `host` is what `job`, begun from this form, makes or made there. */
export function isOwnDomain(
  preview: Pick<CreatePreview, 'checks'> | undefined,
  host: string,
  job: Pick<JobSummary, 'state' | 'domains'> | null,
): boolean {
  if (!job || !(jobIsActive(job.state) || job.state === 'done')) return false
  const taken = preview?.checks.find(isNameCheck)?.values['name']
  return job.domains.some((domain) => domain.host === host && domain.name === taken)
}

/** The same without saying that the name is taken. */
export function withoutNameCheck<P extends Pick<CreatePreview, 'checks'>>(preview: P): P {
  return { ...preview, checks: preview.checks.filter((check) => !isNameCheck(check)) }
}
