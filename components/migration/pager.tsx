'use client'

import { Button } from '../ui/button.tsx'
import { useMigrationWords } from './use-migration-words.ts'

/** Which part of a long list is shown, with the way to the others; nothing where all of it is. */
export function Pager({
  offset,
  shown,
  total,
  step,
  onOffset,
}: {
  offset: number
  shown: number
  total: number
  step: number
  onOffset: (offset: number) => void
}) {
  const { t } = useMigrationWords()
  if (total <= shown) return null
  return (
    <div className="text-muted mt-3 flex flex-wrap items-center gap-2 text-xs">
      {t('matrix.showing', { from: offset + 1, to: offset + shown, total })}
      {offset > 0 && (
        <Button size="sm" onClick={() => onOffset(Math.max(0, offset - step))}>
          {t('matrix.previous')}
        </Button>
      )}
      {offset + shown < total && (
        <Button size="sm" onClick={() => onOffset(offset + step)}>
          {t('matrix.next')}
        </Button>
      )}
    </div>
  )
}
