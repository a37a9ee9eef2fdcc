'use client'

import { useMemo } from 'react'

import type { PreflightFinding } from '../../server/contract/preflight.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'

/** What is said of moves in the page's language, with figures in their units. */
export function useMigrationWords() {
  const t = useT('migration')
  const f = useFormat()
  return useMemo(() => {
    const mib = (value: number | null) => (value === null ? '—' : f.kib(value * 1024))
    const say = t as (key: string, values?: Record<string, string | number>) => string
    return {
      t,
      f,
      mib,
      rate: (mibps: number | null) => (mibps === null ? '—' : `${mib(mibps)}/s`),
      /** "350 ms", "12.4 s", "3 min 20 s" */
      time: (ms: number | null) => {
        if (ms === null) return '—'
        if (ms < 1_000) return t('ms', { value: f.count(Math.round(ms)) })
        if (ms < 60_000) {
          const digits = ms < 9_950 ? 10 : 1
          return t('seconds', { value: f.count(Math.round((ms / 1000) * digits) / digits) })
        }
        const seconds = Math.round(ms / 1000)
        return t('minutes', {
          minutes: f.count(Math.floor(seconds / 60)),
          seconds: seconds % 60,
        })
      },
      finding: ({ code, params }: PreflightFinding) => {
        const values = Object.fromEntries(
          Object.entries(params).map(([name, value]) => {
            if (typeof value !== 'number') return [name, value]
            if (name.endsWith('KiB')) return [name, f.kib(value)]
            return [name, name.toLowerCase().endsWith('bytes') ? f.bytes(value) : value]
          }),
        )
        return say(`finding.${code}`, values)
      },
    }
  }, [t, f])
}
