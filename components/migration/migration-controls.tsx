'use client'

import { useState } from 'react'

import type {
  MigrationControl,
  MigrationControlName,
  MigrationDetail,
} from '../../server/contract/migration.ts'
import { useMay } from '../shell/me.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { InlineError } from '../ui/states.tsx'
import { toast } from '../ui/toaster.tsx'
import { useSubmit } from '../ui/use-submit.ts'
import { migrationChanges } from './migration-api.ts'
import { useMigrationWords } from './use-migration-words.ts'

/** What can be done to a move while it runs. None is hidden: one that is not possible says why. */
export function MigrationControls({ detail }: { detail: MigrationDetail }) {
  const { t, time } = useMigrationWords()
  const may = useMay('operator')
  const [asked, setAsked] = useState<'post-copy' | 'abort' | null>(null)
  const blocked = (control: MigrationControlName) => {
    const reason = detail.controls[control]
    return may.reason ?? (reason ? t(`job.blocked.${reason}`) : undefined)
  }
  const send = async (request: MigrationControl) => {
    const { command } = await migrationChanges.control(detail.id, request)
    toast.success({
      title: t('job.controlDone', { name: t(`job.control.${request.control}`) }),
      command: command ?? undefined,
    })
  }
  const inForce = (value: string) => t('job.bandwidthInForce', { value })
  return (
    <Card title={t('job.steer')}>
      <div className="space-y-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <OneValue
            label={`${t('job.control.bandwidth')} (MiB/s)`}
            hint={inForce(
              detail.bandwidthMiBps === null
                ? t('noLimit')
                : t('rate', { value: detail.bandwidthMiBps }),
            )}
            blocked={blocked('bandwidth')}
            onSend={(mibPerSecond) =>
              send({
                control: 'bandwidth',
                mibPerSecond,
                postCopy: detail.phase === 'post-copy',
              })
            }
          />
          <OneValue
            label={`${t('job.control.downtime')} (ms)`}
            hint={inForce(time(detail.maxDowntimeMs))}
            blocked={blocked('downtime')}
            onSend={(ms) => send({ control: 'downtime', ms })}
          />
        </div>
        {detail.options?.autoConverge && (
          <OneValue
            label={`${t('job.control.throttle')}: ${t('job.maximum')} (%)`}
            hint={t('job.throttleHint')}
            blocked={blocked('throttle')}
            onSend={(maxPercent) =>
              send({
                control: 'throttle',
                maxPercent,
                incrementPercent: detail.options?.autoConverge?.incrementPercent ?? 10,
              })
            }
          />
        )}
        <div className="flex flex-wrap gap-2 border-t pt-4">
          <Button blocked={blocked('post-copy')} onClick={() => setAsked('post-copy')}>
            {t('job.control.post-copy')}
          </Button>
          {detail.controls.resume === null && <Resume send={send} />}
          <Button
            variant="danger"
            blocked={blocked('abort')}
            onClick={() => setAsked('abort')}
          >
            {t('job.control.abort')}
          </Button>
        </div>
      </div>
      <ConfirmDialog
        open={asked === 'post-copy'}
        onOpenChange={(open) => setAsked(open ? 'post-copy' : null)}
        title={t('job.postCopyQuestion', { name: detail.name })}
        confirmLabel={t('job.control.post-copy')}
        danger
        onConfirm={() => send({ control: 'post-copy' })}
      >
        <p>{t('job.postCopyConsequence', { host: detail.targetName ?? '—' })}</p>
      </ConfirmDialog>
      <ConfirmDialog
        open={asked === 'abort'}
        onOpenChange={(open) => setAsked(open ? 'abort' : null)}
        title={t('job.abortQuestion', { name: detail.name })}
        confirmLabel={t('job.control.abort')}
        danger
        onConfirm={() => send({ control: 'abort' })}
      >
        <p>{t('job.abortConsequence', { host: detail.sourceName })}</p>
      </ConfirmDialog>
    </Card>
  )
}

function Resume({ send }: { send: (request: MigrationControl) => Promise<void> }) {
  const { t } = useMigrationWords()
  const { busy, problem, submit } = useSubmit(() => send({ control: 'resume' }))
  return (
    <>
      <Button loading={busy} onClick={() => submit()}>
        {t('job.control.resume')}
      </Button>
      <InlineError problem={problem} />
    </>
  )
}

function OneValue({
  label,
  hint,
  blocked,
  onSend,
}: {
  label: string
  hint: string
  blocked: string | undefined
  onSend: (value: number) => Promise<void>
}) {
  const { t } = useMigrationWords()
  const [text, setText] = useState('')
  const value = Number(text)
  const { busy, problem, submit } = useSubmit(async () => {
    if (!Number.isInteger(value) || value < 1) return
    await onSend(value)
    setText('')
  })
  return (
    <form onSubmit={submit} className="space-y-1.5">
      <div className="flex items-end gap-2">
        <div className="min-w-0 flex-1">
          <TextField
            label={label}
            hint={hint}
            value={text}
            onChange={setText}
            inputMode="numeric"
            mono
          />
        </div>
        <Button type="submit" loading={busy} blocked={blocked}>
          {t('job.apply')}
        </Button>
      </div>
      <InlineError problem={problem} />
    </form>
  )
}
