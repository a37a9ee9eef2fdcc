'use client'

import type { MigrationWay } from '../../server/contract/migration.ts'
import type { PreflightTarget } from '../../server/contract/preflight.ts'
import { Checkbox } from '../ui/checkbox.tsx'
import { Select } from '../ui/select.tsx'
import { Slider } from '../ui/slider.tsx'
import { bandwidthSteps, downtimeSteps, type MigrateForm, stepOf } from './migrate-form.ts'
import { useMigrationWords } from './use-migration-words.ts'

interface OptionProps {
  form: MigrateForm
  set: (change: Partial<MigrateForm>) => void
}

/** The two that a forecast turns on: the link's cap and how long the guest may stand still. */
export function LimitSliders({ form, set }: OptionProps) {
  const { t, time } = useMigrationWords()
  const bandwidth = (value: number | null) =>
    value === null ? t('noLimit') : t('rate', { value })
  const { bandwidthMiBps, downtimeMs } = form
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <div>
        <p className="flex justify-between gap-2 text-sm">
          <span>{t('bandwidth')}</span>
          <span className="font-mono">{bandwidth(bandwidthMiBps)}</span>
        </p>
        <Slider
          label={t('bandwidth')}
          value={stepOf(bandwidthSteps, bandwidthMiBps)}
          min={0}
          max={bandwidthSteps.length - 1}
          step={1}
          largeStep={3}
          onChange={(at) => set({ bandwidthMiBps: bandwidthSteps[at] ?? null })}
          valueText={(at) => bandwidth(bandwidthSteps[at] ?? null)}
        />
      </div>
      <div>
        <p className="flex justify-between gap-2 text-sm">
          <span>{t('downtime')}</span>
          <span className="font-mono">{time(downtimeMs)}</span>
        </p>
        <Slider
          label={t('downtime')}
          value={stepOf(downtimeSteps, downtimeMs)}
          min={0}
          max={downtimeSteps.length - 1}
          step={1}
          largeStep={3}
          onChange={(at) => set({ downtimeMs: downtimeSteps[at] ?? downtimeMs })}
          valueText={(at) => time(downtimeSteps[at] ?? downtimeMs)}
        />
      </div>
    </div>
  )
}

/** Everything else, in plain words. */
export function MigrateOptions({
  form,
  set,
  target,
  stopped,
}: OptionProps & { target: PreflightTarget; stopped: boolean }) {
  const { t, f } = useMigrationWords()
  const toggle = (name: keyof MigrateForm & TogglesOfForm) => ({
    checked: form[name],
    onChange: (on: boolean) => set({ [name]: on }),
  })
  const maybeSame = target.findings.some(({ code }) => code === 'storage-same-path')
  return (
    <div className="space-y-3">
      {!stopped && (
        <>
          <Checkbox
            label={t('autoConverge')}
            hint={t('autoConvergeHint')}
            {...toggle('autoConverge')}
          />
          <Checkbox
            label={t('postCopy')}
            hint={t('postCopyHint')}
            {...toggle('postCopy')}
          />
          {form.postCopy && (
            <Checkbox
              className="ml-6"
              label={t('postCopyAfterFirst')}
              hint={t('postCopyAfterFirstHint')}
              {...toggle('postCopyAfterFirst')}
            />
          )}
          {target.copyDisks.length > 0 && (
            <p className="text-sm">
              {t('copyDisks', {
                count: target.copyDisks.length,
                names: target.copyDisks.join(', '),
                size: f.bytes(target.copyBytes),
              })}{' '}
              <span className="text-muted text-xs">{t('copyDisksHint')}</span>
            </p>
          )}
          {maybeSame && (
            <Checkbox label={t('unsafe')} hint={t('unsafeHint')} {...toggle('unsafe')} />
          )}
        </>
      )}
      <details>
        <summary className="text-muted cursor-pointer text-sm">{t('moreOptions')}</summary>
        <div className="mt-3 space-y-3">
          <Select<MigrationWay>
            label={t('way')}
            hint={t(`wayHint.${form.way}`)}
            value={form.way}
            onChange={(way) => set({ way })}
            options={(['direct', 'peer-to-peer'] as const).map((value) => ({
              value,
              label: t(`wayName.${value}`),
            }))}
          />
          <Checkbox label={t('undefineSource')} {...toggle('undefineSource')} />
          {!stopped && (
            <>
              <Checkbox label={t('persistent')} {...toggle('persistent')} />
              <Checkbox label={t('paused')} {...toggle('paused')} />
              <Checkbox
                label={t('compression')}
                hint={t('compressionHint')}
                {...toggle('compression')}
              />
              <Select
                label={t('parallel')}
                hint={t('parallelHint')}
                value={String(form.parallelConnections ?? 1)}
                onChange={(value) =>
                  set({ parallelConnections: value === '1' ? null : Number(value) })
                }
                options={['1', '2', '4', '8'].map((value) => ({ value, label: value }))}
              />
            </>
          )}
        </div>
      </details>
    </div>
  )
}

type TogglesOfForm = {
  [Name in keyof MigrateForm]: MigrateForm[Name] extends boolean ? Name : never
}[keyof MigrateForm]
