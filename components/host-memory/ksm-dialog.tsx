'use client'

import { useId, useState } from 'react'

import {
  setKsmResponse,
  type Ksm,
  type SetKsmRequest,
} from '../../server/contract/overcommit.ts'
import { api } from '../data/api-client.ts'
import { apiPaths } from '../data/paths.ts'
import { useT } from '../i18n/use-t.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { InlineError } from '../ui/states.tsx'
import { Switch } from '../ui/switch.tsx'
import { toast } from '../ui/toaster.tsx'
import { useSubmit } from '../ui/use-submit.ts'
import { wholeNumber } from '../ui/whole-number.ts'

const limits = { pagesToScan: [1, 1_000_000], sleepMs: [0, 600_000] } as const

/** Changes the settings of KSM; only what was changed is sent. */
export function KsmDialog({
  host,
  ksm,
  onClose,
}: {
  host: string
  ksm: Ksm
  onClose: () => void
}) {
  const t = useT('hostMemory')
  const tCommon = useT('common')
  const formId = useId()
  const [pages, setPages] = useState(String(ksm.pagesToScan))
  const [sleep, setSleep] = useState(String(ksm.sleepMs))
  const [merge, setMerge] = useState(ksm.mergeAcrossNodes)
  const pagesToScan = wholeNumber(pages, ...limits.pagesToScan)
  const sleepMs = wholeNumber(sleep, ...limits.sleepMs)
  const set: SetKsmRequest = {
    ...(pagesToScan !== null && pagesToScan !== ksm.pagesToScan ? { pagesToScan } : {}),
    ...(sleepMs !== null && sleepMs !== ksm.sleepMs ? { sleepMs } : {}),
    ...(merge !== null && merge !== ksm.mergeAcrossNodes
      ? { mergeAcrossNodes: merge }
      : {}),
  }
  const { busy, problem, submit } = useSubmit(async () => {
    if (pagesToScan === null || sleepMs === null) return
    if (Object.keys(set).length > 0) {
      const { command } = await api.put(apiPaths.ksm({ host }), setKsmResponse, set)
      toast.success({ title: t('ksm.saved', { name: host }), command })
    }
    onClose()
  })
  const wrong = ([min, max]: readonly [number, number]) => t('ksm.wrong', { min, max })
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('ksm.title')}
      size="sm"
      footer={
        <>
          <Button onClick={onClose}>{tCommon('cancel')}</Button>
          <Button type="submit" form={formId} variant="primary" loading={busy}>
            {t('ksm.save')}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} className="space-y-4 text-sm">
        <p className="text-muted">{t('ksm.setDetail')}</p>
        <TextField
          label={t('ksm.toScan')}
          value={pages}
          onChange={setPages}
          mono
          inputMode="numeric"
          autoComplete="off"
          error={pagesToScan === null ? wrong(limits.pagesToScan) : undefined}
        />
        <TextField
          label={`${t('ksm.sleep')} (ms)`}
          value={sleep}
          onChange={setSleep}
          mono
          inputMode="numeric"
          autoComplete="off"
          error={sleepMs === null ? wrong(limits.sleepMs) : undefined}
        />
        {merge !== null && (
          <Switch
            label={t('ksm.merge')}
            hint={t('ksm.mergeHint')}
            checked={merge}
            onChange={setMerge}
          />
        )}
        <InlineError problem={problem} />
      </form>
    </Dialog>
  )
}
