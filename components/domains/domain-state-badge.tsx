import type { DomainState } from '../../server/contract/domain.ts'
import { useT } from '../i18n/use-t.ts'
import { StateBadge } from '../ui/badge.tsx'
import type { Tone } from '../ui/tone.ts'

const tones: Record<DomainState, Tone> = {
  running: 'ok',
  paused: 'warn',
  'shutting-down': 'info',
  'shut-off': 'neutral',
  crashed: 'danger',
  'pm-suspended': 'info',
}

/** `stale`: the host does not answer, so this is only what it was. */
export function DomainStateBadge({
  state,
  stale = false,
}: {
  state: DomainState
  stale?: boolean
}) {
  const t = useT('domain')
  return (
    <StateBadge
      tone={stale ? 'neutral' : tones[state]}
      label={t(`state.${state}`)}
      pulse={!stale && state === 'shutting-down'}
    />
  )
}
