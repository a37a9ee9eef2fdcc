'use client'

import { useT } from '../i18n/use-t.ts'
import { StateBadge } from '../ui/badge.tsx'
import { Notice } from '../ui/notice.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import type { Tone } from '../ui/tone.ts'
import { useConnection, type Connection } from './connection.ts'

const tones: Record<Connection['phase'], Tone> = {
  connecting: 'neutral',
  connected: 'ok',
  reconnecting: 'warn',
  offline: 'danger',
}

/** A dot and a word in the top bar. */
export function ConnectionIndicator() {
  const t = useT('shell')
  const { phase } = useConnection()
  return (
    <span role="status" title={t(`connection.${phase}Hint`)}>
      <StateBadge
        tone={tones[phase]}
        pulse={phase === 'connecting' || phase === 'reconnecting'}
        label={t(`connection.${phase}`)}
      />
    </span>
  )
}

/** Across the page while nothing comes in: figures must not look alive when they are not. */
export function ConnectionBanner() {
  const t = useT('shell')
  const { phase, sinceMs } = useConnection()
  if (phase !== 'offline') return null
  return (
    <Notice
      tone="danger"
      role="alert"
      title={t('connection.bannerTitle')}
      className="mx-4 mt-4 sm:mx-6"
    >
      {t('connection.bannerDetail')}{' '}
      {sinceMs !== null && (
        <>
          {t('connection.lastHeard')} <RelativeTime atMs={sinceMs} />
        </>
      )}
    </Notice>
  )
}
