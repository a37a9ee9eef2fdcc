'use client'

import type { LiveTopic } from '../data/use-live.ts'
import { useT } from '../i18n/use-t.ts'
import { useConnection } from '../shell/connection.ts'
import { Notice } from '../ui/notice.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'

/**
 * Says since when the figures stand still: because the host does not answer, or because the
 * connection to Ballast is down. Nothing when all is live.
 */
export function StaleNotice({
  stale,
  sampledMs,
  status,
  heardMs,
}: {
  /** The host's figures are old. */
  stale: boolean
  sampledMs: number | null
} & Pick<LiveTopic<'host'>, 'status' | 'heardMs'>) {
  const t = useT('host')
  const { phase } = useConnection()
  // From the third try on the shell's own banner says it for the whole page.
  if (status === 'stale' && phase !== 'offline')
    return (
      <Notice tone="warn" role="status" title={t('disconnected.title')} className="mb-4">
        {heardMs !== null && (
          <>
            {t('disconnected.detail')} <RelativeTime atMs={heardMs} />
          </>
        )}
      </Notice>
    )
  if (!stale) return null
  return (
    <Notice tone="warn" role="status" title={t('stale.title')} className="mb-4">
      {sampledMs === null ? (
        t('asOfNever')
      ) : (
        <>
          {t('stale.detail')} <RelativeTime atMs={sampledMs} />
        </>
      )}
    </Notice>
  )
}
