'use client'

import { CircleStop } from 'lucide-react'
import { useState } from 'react'

import { jobIsActive, type JobSummary } from '../../server/contract/job.ts'
import { mutations } from '../data/mutations.ts'
import { useMay } from '../shell/me.tsx'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { useJobWords } from './job-words.ts'

/** Asks first and says what it does; where it is not possible the button says why. */
export function CancelJob({ job }: { job: JobSummary }) {
  const words = useJobWords()
  const { t } = words
  const may = useMay('operator')
  const [open, setOpen] = useState(false)
  if (!jobIsActive(job.state)) return null
  const { effect, blocked } = job.cancel
  const reason = may.reason ?? (blocked ? t(`cancel.blocked.${blocked}`) : undefined)
  return (
    <>
      <Button
        variant="danger"
        icon={<CircleStop />}
        loading={job.state === 'stopping'}
        blocked={reason}
        onClick={() => setOpen(true)}
      >
        {t('cancel.button')}
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={t('cancel.question', { title: words.title(job) })}
        confirmLabel={t('cancel.button')}
        danger
        onConfirm={() => mutations.cancelJob(job.id)}
      >
        <p>{t(`cancel.effect.${effect}`)}</p>
      </ConfirmDialog>
    </>
  )
}
