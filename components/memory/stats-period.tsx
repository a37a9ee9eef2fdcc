'use client'

import { useState } from 'react'

import type { MemoryDetail } from '../../server/contract/memory.ts'
import { useFormat } from '../charts/use-format.ts'
import { mutations } from '../data/mutations.ts'
import { useT } from '../i18n/use-t.ts'
import { useMay } from '../shell/me.tsx'
import { problemOf } from '../ui/problem-like.ts'
import { Select } from '../ui/select.tsx'
import { toast } from '../ui/toaster.tsx'

const usual = [0, 1, 2, 5, 10, 30, 60]

/** How often the guest is asked for its statistics; changed at once, for as long as it runs. */
export function StatsPeriod({ memory }: { memory: MemoryDetail }) {
  const t = useT('memory')
  const f = useFormat()
  const may = useMay('operator')
  const [busy, setBusy] = useState(false)
  const now = memory.statsPeriodSeconds
  const choices = [...new Set([...usual, now ?? 0])].sort((a, b) => a - b)
  const blocked =
    may.reason ?? (memory.resizeBlocked ? t(`blocked.${memory.resizeBlocked}`) : undefined)
  async function change(text: string) {
    setBusy(true)
    try {
      const { command } = await mutations.setStatsPeriod(memory, Number(text))
      toast.success({ title: t('period.changed'), command: command ?? undefined })
    } catch (error) {
      toast.problem(problemOf(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className="flex items-center gap-2">
      <span aria-hidden className="text-muted text-xs">
        {t('period.label')}
      </span>
      <Select
        label={t('period.label')}
        labelHidden
        size="sm"
        value={now === null ? '' : String(now)}
        onChange={(text) => void change(text)}
        blocked={busy ? t('period.busy') : blocked}
        options={[
          ...(now === null ? [{ value: '', label: '—', disabled: true }] : []),
          ...choices.map((seconds) => ({
            value: String(seconds),
            label:
              seconds === 0
                ? t('period.off')
                : t('period.every', { period: f.age(seconds) }),
          })),
        ]}
      />
    </div>
  )
}
