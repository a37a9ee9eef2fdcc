'use client'

import { useT } from '../i18n/use-t.ts'
import { Choice } from '../ui/choice.tsx'
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
    <Choice
      label={t('mode')}
      name="monitor-mode"
      options={modes.map((value) => ({ value, label: t(value) }))}
      chosen={mode}
      choose={choose}
    />
  )
}
