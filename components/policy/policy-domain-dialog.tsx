'use client'

import { useId, useState } from 'react'

import {
  domainPolicy,
  type PolicyDomain,
  usualDomainPolicy,
} from '../../server/contract/memory-policy.ts'
import { reclaimMutations } from '../data/reclaim-mutations.ts'
import { useT } from '../i18n/use-t.ts'
import { amountText, parseAmount, unitFor } from '../memory/amount.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'
import { InlineError } from '../ui/states.tsx'
import { beyondFields, issueOf, useSubmit } from '../ui/use-submit.ts'

const modes = ['host', 'off', 'dry-run', 'on'] as const

/** Mode, minimum, maximum and shares of one domain. An empty bound is none. */
export function PolicyDomainDialog({
  host,
  domain,
  open,
  onOpenChange,
}: {
  host: string
  domain: PolicyDomain
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const t = useT('policy')
  const formId = useId()
  const unit = unitFor(domain.maximumKiB)
  const text = (kib: number | null) =>
    kib === null ? '' : `${amountText(kib, unit)} ${unit}`
  const [mode, setMode] = useState(domain.settings.mode)
  const [minimum, setMinimum] = useState(text(domain.settings.minimumKiB))
  const [maximum, setMaximum] = useState(text(domain.settings.maximumKiB))
  const [shares, setShares] = useState(String(domain.settings.shares))

  /** undefined = what stands there is no amount. */
  const read = (value: string) =>
    value.trim() === '' ? null : (parseAmount(value, unit) ?? undefined)
  const settings = {
    mode,
    minimumKiB: read(minimum),
    maximumKiB: read(maximum),
    shares: /^\d{1,6}$/.test(shares.trim()) ? Number(shares) : undefined,
  }
  const parsed = domainPolicy.safeParse(settings)
  const form = useSubmit(async () => {
    if (!parsed.success) return
    await reclaimMutations.setDomainPolicy({ host, uuid: domain.uuid }, parsed.data)
    onOpenChange(false)
  })
  const wrongOrder =
    typeof settings.minimumKiB === 'number' &&
    typeof settings.maximumKiB === 'number' &&
    settings.minimumKiB > settings.maximumKiB
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      size="sm"
      title={t('domainTitle', { name: domain.name })}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>{t('cancel')}</Button>
          <Button
            type="submit"
            form={formId}
            variant="primary"
            loading={form.busy}
            blocked={parsed.success ? undefined : t('blocked.fields')}
          >
            {t('save')}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={form.submit} className="space-y-3">
        <Select
          label={t('modeLabel')}
          value={mode}
          onChange={setMode}
          options={modes.map((value) => ({ value, label: t(`domainMode.${value}`) }))}
        />
        <TextField
          label={t('minimum')}
          mono
          value={minimum}
          onChange={setMinimum}
          placeholder={t('minimumNone')}
          hint={t('minimumHint')}
          error={
            issueOf(form.problem, 'minimumKiB') ??
            (settings.minimumKiB === undefined
              ? t('blocked.amount')
              : wrongOrder
                ? t('blocked.order')
                : undefined)
          }
        />
        <TextField
          label={t('maximum')}
          mono
          value={maximum}
          onChange={setMaximum}
          placeholder={t('maximumNone')}
          hint={t('maximumHint')}
          error={
            issueOf(form.problem, 'maximumKiB') ??
            (settings.maximumKiB === undefined ? t('blocked.amount') : undefined)
          }
        />
        <TextField
          label={t('shares')}
          mono
          inputMode="numeric"
          value={shares}
          onChange={setShares}
          hint={t('sharesHint', { usual: usualDomainPolicy.shares })}
          error={
            settings.shares === undefined || settings.shares > 50_000
              ? t('blocked.shares')
              : undefined
          }
        />
        <InlineError problem={beyondFields(form.problem, ['minimumKiB', 'maximumKiB'])} />
      </form>
    </Dialog>
  )
}
