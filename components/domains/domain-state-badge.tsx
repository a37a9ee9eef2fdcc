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

interface Props {
  state: DomainState
  /** The host does not answer, so this is only what it was. */
  stale?: boolean
}

export function DomainStateBadge(props: Props) {
  return <DomainStateWords {...props} t={useT('domain')} />
}

/** The same for a table, which has its translator already. */
export function DomainStateWords({
  state,
  stale = false,
  t,
}: Props & { t: ReturnType<typeof useT<'domain'>> }) {
  return (
    <StateBadge
      tone={stale ? 'neutral' : tones[state]}
      label={t(`state.${state}`)}
      pulse={!stale && state === 'shutting-down'}
    />
  )
}
