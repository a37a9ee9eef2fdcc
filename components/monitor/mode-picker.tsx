'use client'

import { clsx } from 'clsx'

import { useT } from '../i18n/use-t.ts'
import type { MonitorMode } from './monitor-memory.ts'

const modes = ['qmp', 'hmp'] as const

/** Which of QEMU's two monitors is spoken to. */
export function ModePicker({
  mode,
  choose,
}: {
  mode: MonitorMode
  choose: (mode: MonitorMode) => void
}) {
  const t = useT('monitor')
  return (
    <fieldset className="flex overflow-hidden rounded border" aria-label={t('mode')}>
      {modes.map((value) => (
        <label
          key={value}
          className={clsx(
            'focus-within:outline-accent cursor-pointer border-l px-2.5 py-1 text-xs first:border-l-0 focus-within:outline-2 focus-within:-outline-offset-2',
            mode === value
              ? 'bg-accent-soft text-accent'
              : 'text-muted hover:bg-hover hover:text-text',
          )}
        >
          <input
            type="radio"
            name="monitor-mode"
            value={value}
            checked={mode === value}
            onChange={() => choose(value)}
            className="sr-only"
          />
          {t(value)}
        </label>
      ))}
    </fieldset>
  )
}
