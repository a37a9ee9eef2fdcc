'use client'

import type { HostState } from '../../server/contract/host.ts'
import { useT } from '../i18n/use-t.ts'
import { StateBadge } from '../ui/badge.tsx'
import type { Tone } from '../ui/tone.ts'

const tones: Record<HostState, Tone> = {
  connecting: 'info',
  online: 'ok',
  degraded: 'warn',
  offline: 'danger',
  refused: 'danger',
}

export function HostStateBadge({ state }: { state: HostState }) {
  const t = useT('common')
  return (
    <StateBadge
      tone={tones[state]}
      label={t(`hostState.${state}`)}
      pulse={state === 'connecting'}
    />
  )
}
