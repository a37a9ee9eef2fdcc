'use client'

import { useState } from 'react'

import {
  type PolicyDetail,
  policyMode,
  type PolicyMode,
} from '../../server/contract/memory-policy.ts'
import { reclaimMutations } from '../data/reclaim-mutations.ts'
import { useT } from '../i18n/use-t.ts'
import { AmountField } from '../memory/amount-field.tsx'
import { useMay } from '../shell/me.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Notice } from '../ui/notice.tsx'
import { Select } from '../ui/select.tsx'
import { InlineError } from '../ui/states.tsx'
import { toast } from '../ui/toaster.tsx'
import { useSubmit } from '../ui/use-submit.ts'

const gib = 1024 * 1024

/** What the host is to keep free, and whether somebody sees to it. */
export function PolicySettings({ policy }: { policy: PolicyDetail }) {
  const t = useT('policy')
  const may = useMay('admin')
  const { settings } = policy
  const [draft, setDraft] = useState<{ mode: PolicyMode; keepFreeKiB: number | null }>(
    settings,
  )
  const untried =
    draft.mode === 'on' &&
    settings.mode === 'off' &&
    !policy.steps.some(({ mode }) => mode === 'dry-run')
  const same = draft.mode === settings.mode && draft.keepFreeKiB === settings.keepFreeKiB
  const form = useSubmit(async () => {
    if (draft.keepFreeKiB === null) return
    const { mode, keepFreeKiB } = draft
    await reclaimMutations.setHostPolicy(policy.host, { mode, keepFreeKiB })
    toast.success({ title: t('saved') })
  })
  return (
    <Card title={t('settings')}>
      <form onSubmit={form.submit} className="flex flex-wrap items-end gap-3">
        <Select
          label={t('modeLabel')}
          value={draft.mode}
          onChange={(mode) => setDraft({ ...draft, mode })}
          options={policyMode.options.map((value) => ({
            value,
            label: t(`mode.${value}`),
          }))}
          blocked={may.reason}
          className="w-52"
        />
        <AmountField
          label={t('keepFree')}
          valueKiB={draft.keepFreeKiB ?? settings.keepFreeKiB}
          maximumKiB={policy.totalKiB ?? 64 * gib}
          onChange={(keepFreeKiB) => setDraft({ ...draft, keepFreeKiB })}
          blocked={may.reason}
        />
        <Button
          type="submit"
          variant="primary"
          loading={form.busy}
          blocked={
            may.reason ??
            (draft.keepFreeKiB === null
              ? t('blocked.amount')
              : same
                ? t('blocked.same')
                : undefined)
          }
        >
          {t('save')}
        </Button>
      </form>
      <p className="text-muted mt-2 text-xs">{t(`modeHint.${draft.mode}`)}</p>
      {untried && <Notice tone="warn" title={t('untried')} className="mt-3" />}
      <InlineError problem={form.problem} />
    </Card>
  )
}
