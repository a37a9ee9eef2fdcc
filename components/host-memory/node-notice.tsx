'use client'

import type { LiveTopic } from '../data/use-live.ts'
import { StaleNotice } from '../hosts/stale-notice.tsx'
import { useT } from '../i18n/use-t.ts'
import { Notice } from '../ui/notice.tsx'
import type { ProblemLike } from '../ui/problem-like.ts'

/** Why what a host told of its memory or cells is not renewed: no way to Ballast, gone, or no answer. */
export function NodeNotice({
  live,
  problem,
}: {
  live: Pick<LiveTopic<'host'>, 'status' | 'heardMs' | 'problem'>
  /** That of the topic, or of the last look at the host. */
  problem: ProblemLike | null | undefined
}) {
  const t = useT('hostMemory')
  return (
    <>
      <StaleNotice
        stale={false}
        sampledMs={null}
        status={live.status}
        heardMs={live.heardMs}
      />
      {problem && (
        <Notice
          tone="warn"
          role="status"
          title={live.problem ? live.problem.title : t('old')}
        />
      )}
    </>
  )
}
