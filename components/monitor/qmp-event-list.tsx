'use client'

import { useFormat } from '../charts/use-format.ts'
import { useLiveTopic } from '../data/use-live.ts'
import { useT } from '../i18n/use-t.ts'
import { StateBadge } from '../ui/badge.tsx'
import { Card } from '../ui/card.tsx'
import { InlineError } from '../ui/states.tsx'

/** The QMP events of a domain as they come, the newest first; the host is asked for them only while this is here. */
export function QmpEventList({
  host,
  uuid,
  name,
}: {
  host: string
  uuid: string
  name: string
}) {
  const t = useT('monitor')
  const f = useFormat()
  const { data, status, problem } = useLiveTopic({ name: 'qmp-events', host, uuid })
  const watching = status === 'live' && data?.watching === true
  return (
    <Card
      title={t('events.title')}
      padded={false}
      actions={
        <StateBadge
          tone={watching ? 'ok' : 'neutral'}
          label={t(watching ? 'events.live' : 'events.waiting')}
        />
      }
    >
      <InlineError problem={problem} />
      {data?.failure && (
        <p className="text-warn px-4 pt-3 text-xs">
          {t('events.failed', { reason: data.failure })}
        </p>
      )}
      {data && data.events.length > 0 ? (
        <ol
          aria-label={t('events.label', { name })}
          // Focusable, so that it can be scrolled with the keyboard.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          className="max-h-72 divide-y overflow-y-auto"
        >
          {data.events.toReversed().map((event) => (
            <li key={event.id} className="px-4 py-1.5 font-mono text-xs">
              <span className="tabular text-faint mr-2">{f.clock(event.atMs)}</span>
              <span className="font-medium">{event.name}</span>
              {event.details && (
                <span className="text-muted block [overflow-wrap:anywhere]">
                  {event.details}
                </span>
              )}
            </li>
          ))}
        </ol>
      ) : (
        <p className="text-muted px-4 py-3 text-sm">{t('events.empty')}</p>
      )}
      <p className="text-faint border-t px-4 py-2 text-xs">
        {t('events.note')}
        {data !== null && data.dropped > 0 && (
          <> {t('events.dropped', { count: data.dropped })}</>
        )}
      </p>
    </Card>
  )
}
