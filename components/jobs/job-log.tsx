'use client'

import { clsx } from 'clsx'
import { useEffect, useRef } from 'react'

import type { JobLogLine } from '../../server/contract/job.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'

const colors: Record<JobLogLine['level'], string> = {
  info: '',
  warn: 'text-warn',
  error: 'text-danger',
}

/** What the job said, the newest at the end. It follows the end while one looks at it. */
export function JobLog({ lines }: { lines: readonly JobLogLine[] }) {
  const t = useT('jobs')
  const f = useFormat()
  const box = useRef<HTMLDivElement>(null)
  const follows = useRef(true)
  const newest = lines.at(-1)?.seq
  // oxlint-disable-next-line react/exhaustive-deps -- a new line is what to scroll for
  useEffect(() => {
    if (follows.current && box.current) box.current.scrollTop = box.current.scrollHeight
  }, [newest])
  if (lines.length === 0) {
    return <p className="text-muted p-4 text-sm">{t('log.empty')}</p>
  }
  return (
    <div
      ref={box}
      role="log"
      aria-label={t('log.title')}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a box that scrolls has to be reachable by keys
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        follows.current = scrollHeight - scrollTop - clientHeight < 24
      }}
      className="max-h-[32rem] overflow-auto p-3 font-mono text-xs leading-5 outline-offset-[-2px]"
    >
      {lines.map(({ seq, atMs, level, text }) => (
        <div key={seq} className="flex gap-3">
          <time className="text-faint tabular shrink-0" suppressHydrationWarning>
            {f.clock(atMs)}
          </time>
          <span
            className={clsx(
              'min-w-0 whitespace-pre-wrap [overflow-wrap:anywhere]',
              colors[level],
            )}
          >
            {text}
          </span>
        </div>
      ))}
    </div>
  )
}
