'use client'

import { Play } from 'lucide-react'

import { type Job, jobIsActive } from '../../server/contract/job.ts'
import { useFormat } from '../charts/use-format.ts'
import { paths } from '../data/paths.ts'
import { useT } from '../i18n/use-t.ts'
import { CancelJob } from '../jobs/cancel-job.tsx'
import { JobProgressCell, JobStateBadge } from '../jobs/job-parts.tsx'
import { JobSteps } from '../jobs/job-steps.tsx'
import { useJobWords } from '../jobs/job-words.ts'
import { useMay } from '../shell/me.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Checkbox } from '../ui/checkbox.tsx'
import { CopyButton } from '../ui/command-line.tsx'
import { Notice } from '../ui/notice.tsx'
import { InlineError } from '../ui/states.tsx'
import { TextLink } from '../ui/text-link.tsx'
import type { CreateState } from './use-create.ts'
import type { CreationState } from './use-creation.ts'

/** The button, and what became of it: the job beside the form, so that a failure finds the form as it was. */
export function CreateBar({
  state,
  creation,
  made,
}: {
  state: CreateState
  creation: CreationState
  /** The domain of this name is the one that was begun here. */
  made: boolean
}) {
  const t = useT('create')
  const f = useFormat()
  const may = useMay('operator')
  const { preview, lineError, pending } = state
  const { job, busy, password, problem, keep, withheld } = creation
  const under = job !== null && jobIsActive(job.state)
  const wrong =
    lineError !== null ||
    (preview?.errors.length ?? 0) > 0 ||
    (preview?.checks ?? []).some(({ severity }) => severity === 'error')
  const blocked =
    may.reason ??
    (state.host === ''
      ? t('bar.chooseHost')
      : !preview || pending
        ? t('bar.wait')
        : wrong
          ? t('bar.errors')
          : under
            ? t('bar.under')
            : made
              ? t('bar.made')
              : undefined)
  return (
    <Card title={t('bar.title')}>
      <div className="space-y-4">
        <div className="flex flex-wrap items-center gap-4">
          <Button
            variant="primary"
            icon={<Play />}
            loading={busy}
            blocked={blocked}
            onClick={creation.create}
          >
            {job && !jobIsActive(job.state) && job.state !== 'done'
              ? t('bar.again')
              : t('bar.create')}
          </Button>
          <Checkbox label={t('bar.keep')} checked={keep} onChange={creation.setKeep} />
        </div>
        <InlineError
          problem={
            problem?.code === 'invalid' && wrong
              ? { ...problem, detail: t('bar.refused') }
              : problem
          }
        />
        {job && withheld && (
          <Notice title={t('bar.restored', { id: job.id })}>
            {withheld.length > 0 && t('bar.withheld', { what: f.list(withheld) })}
          </Notice>
        )}
        {password !== null && (
          <Notice
            tone="warn"
            title={t('bar.password')}
            action={<CopyButton text={password} />}
          >
            <code className="font-mono">{password}</code>
          </Notice>
        )}
        {job && <Followed job={job} />}
      </div>
    </Card>
  )
}

function Followed({ job }: { job: Job }) {
  const t = useT('create')
  const words = useJobWords()
  const domain = job.domains.find(({ uuid }) => uuid !== null)
  return (
    <div className="space-y-3 border-t pt-4">
      <div className="flex flex-wrap items-center gap-3">
        <JobStateBadge state={job.state} />
        <TextLink href={paths.job(job.id)}>{words.title(job)}</TextLink>
        <span className="ml-auto">
          <CancelJob job={job} />
        </span>
      </div>
      {jobIsActive(job.state) && <JobProgressCell job={job} words={words} />}
      <JobSteps kind={job.kind} steps={job.steps} words={words} />
      {job.state === 'failed' && <InlineError problem={job.problem} />}
      {job.leftovers.map((what) => (
        <p key={what} className="text-danger text-sm">
          {what}
        </p>
      ))}
      {job.state === 'done' && domain?.uuid && (
        <TextLink href={paths.domain({ host: domain.host, uuid: domain.uuid })}>
          {t('bar.open', { name: domain.name })}
        </TextLink>
      )}
    </div>
  )
}
