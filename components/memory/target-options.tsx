'use client'

import type { ReactNode } from 'react'

import {
  affects as affectsOptions,
  type AffectsChoice,
  type MemoryDetail,
  type Pace,
} from '../../server/contract/memory.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { Checkbox } from '../ui/checkbox.tsx'
import { Select } from '../ui/select.tsx'

/** Where a target is written, as virsh's flags, and whether a shrink feels its way. */
export function TargetOptions({
  memory,
  affects,
  onAffects,
  pace,
  onPace,
  shrinks,
  blocked,
}: {
  memory: MemoryDetail
  affects: AffectsChoice
  onAffects: (affects: AffectsChoice) => void
  pace: Pace
  onPace: (pace: Pace) => void
  shrinks: boolean
  blocked?: ReactNode
}) {
  const t = useT('memory')
  const f = useFormat()
  return (
    <div className="space-y-3">
      <Select
        label={t('target.affects')}
        value={affects}
        onChange={onAffects}
        blocked={blocked}
        hint={
          memory.configCurrentKiB === null
            ? undefined
            : t('target.configNow', { now: f.kib(memory.configCurrentKiB) })
        }
        options={affectsOptions.options.map((value) => ({
          value,
          label: t(`affects.${value}`),
        }))}
      />
      {shrinks && affects !== 'config' && (
        <Checkbox
          label={t('target.steps')}
          hint={t('target.stepsHint')}
          checked={pace === 'steps'}
          onChange={(checked) => onPace(checked ? 'steps' : 'at-once')}
          blocked={blocked}
        />
      )}
    </div>
  )
}
