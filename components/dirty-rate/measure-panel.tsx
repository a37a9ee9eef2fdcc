'use client'

import { clsx } from 'clsx'
import { useState } from 'react'

import {
  dirtyRateWindows,
  type DirtyRateDetail,
  type DirtyRateMode,
} from '../../server/contract/dirty-rate.ts'
import { useFormat } from '../charts/use-format.ts'
import { mutations } from '../data/mutations.ts'
import { useT } from '../i18n/use-t.ts'
import { useMay } from '../shell/me.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { problemOf } from '../ui/problem-like.ts'
import { Select } from '../ui/select.tsx'
import { InlineError } from '../ui/states.tsx'
import { Switch } from '../ui/switch.tsx'
import { toast } from '../ui/toaster.tsx'
import { useEarlyInput } from '../ui/use-early-input.ts'
import { useSubmit } from '../ui/use-submit.ts'

/** Continuous or on demand, in which way, and what that costs the guest. */
export function MeasurePanel({
  dirtyRate,
  continuous,
  setContinuous,
}: {
  dirtyRate: DirtyRateDetail
  continuous: boolean
  setContinuous: (on: boolean) => void
}) {
  const t = useT('dirtyRate')
  const f = useFormat()
  const may = useMay('operator')
  const [mode, setMode] = useState<DirtyRateMode>('page-sampling')
  const [window, setWindow] = useState('1')
  const blocked =
    may.reason ?? (dirtyRate.blocked ? t(`blocked.${dirtyRate.blocked}.title`) : undefined)
  const { busy, problem, submit } = useSubmit(async () => {
    const seconds = window === 'curve' ? [...dirtyRateWindows] : [Number(window)]
    const { command } = await mutations.measureDirtyRate(dirtyRate, { mode, seconds })
    toast.success({ title: t('measure.begun'), command: command ?? undefined })
  })
  async function setFine(fine: boolean) {
    try {
      const { command } = await mutations.setDirtyRateSampling(dirtyRate, fine)
      toast.success({ title: t('fine.changed'), command: command ?? undefined })
    } catch (error) {
      toast.problem(problemOf(error))
    }
  }
  return (
    <Card title={t('measure.title')}>
      <div className="space-y-5">
        <Switch
          label={t('continuous.label')}
          hint={t('continuous.hint')}
          checked={continuous}
          onChange={setContinuous}
        />
        <p className="text-muted text-xs">
          {t('cost', {
            pages: f.count(dirtyRate.cost.pages),
            read: f.kib(dirtyRate.cost.readKiB),
          })}
        </p>
        <Switch
          label={t('fine.label')}
          hint={t('fine.hint')}
          checked={dirtyRate.fine}
          onChange={(fine) => void setFine(fine)}
          blocked={blocked}
        />
        <form className="space-y-4 border-t pt-4" onSubmit={submit}>
          <ModeChoice dirtyRate={dirtyRate} mode={mode} setMode={setMode} />
          <div className="flex flex-wrap items-end gap-3">
            <Select
              label={t('measure.window')}
              value={window}
              onChange={setWindow}
              options={[
                ...dirtyRateWindows.map((seconds) => ({
                  value: String(seconds),
                  label: t('seconds', { seconds }),
                })),
                { value: 'curve', label: t('measure.curve') },
              ]}
            />
            <Button type="submit" variant="primary" loading={busy} blocked={blocked}>
              {t('measure.start')}
            </Button>
            {dirtyRate.queuedSeconds.length > 0 && (
              <span className="text-muted text-xs">
                {t('measure.queued', { count: dirtyRate.queuedSeconds.length })}
              </span>
            )}
          </div>
          <InlineError problem={problem} />
        </form>
      </div>
    </Card>
  )
}

function ModeChoice({
  dirtyRate,
  mode,
  setMode,
}: {
  dirtyRate: DirtyRateDetail
  mode: DirtyRateMode
  setMode: (mode: DirtyRateMode) => void
}) {
  const t = useT('dirtyRate')
  const early = useEarlyInput<HTMLFieldSetElement>((element) => {
    const checked = element.querySelector<HTMLInputElement>('input:checked')
    const offer = dirtyRate.modes.find((one) => one.mode === checked?.value)
    if (offer?.possible) setMode(offer.mode)
  })
  return (
    <fieldset ref={early} className="space-y-2">
      <legend className="text-muted mb-1 text-xs">{t('mode.label')}</legend>
      {dirtyRate.modes.map((offer) => (
        <label
          key={offer.mode}
          className={clsx('flex gap-2.5', !offer.possible && 'cursor-not-allowed')}
        >
          <input
            type="radio"
            name="mode"
            value={offer.mode}
            checked={mode === offer.mode}
            disabled={!offer.possible}
            onChange={() => setMode(offer.mode)}
            className="accent-accent mt-1"
          />
          <span className="min-w-0">
            <span className={clsx('font-mono text-sm', !offer.possible && 'text-faint')}>
              {offer.mode}
            </span>
            <span className="text-muted block text-xs">
              {offer.reason === 'emulated' ? t('mode.emulated') : t(`mode.${offer.mode}`)}
            </span>
            {offer.reason === 'refused' && (
              <span className="text-warn block text-xs [overflow-wrap:anywhere]">
                {t('mode.refused')} <bdi className="font-mono">{offer.words}</bdi>
              </span>
            )}
          </span>
        </label>
      ))}
    </fieldset>
  )
}
