'use client'

import type { DomainPlacement, PlacementNote } from '../../server/contract/numa.ts'
import { useT } from '../i18n/use-t.ts'
import { Badge } from '../ui/badge.tsx'
import { Notice } from '../ui/notice.tsx'
import type { Tone } from '../ui/tone.ts'
import { Tooltip } from '../ui/tooltip.tsx'

const tones: Record<PlacementNote, Tone> = {
  'one-cell-host': 'neutral',
  auto: 'info',
  bound: 'ok',
  free: 'neutral',
  'memory-unbound': 'warn',
  'vcpus-unbound': 'warn',
  remote: 'danger',
  'vcpus-apart': 'warn',
  'vcpus-spread': 'info',
  'too-large': 'danger',
  'no-such-cell': 'danger',
}

/** Short, with the meaning behind it; for rows. */
export function NoteBadges({ notes }: { notes: readonly PlacementNote[] }) {
  const t = useT('numa')
  return (
    <span className="flex flex-wrap gap-1">
      {notes.map((note) => (
        <Tooltip key={note} content={t(`note.${note}.detail`)}>
          <button type="button" className="cursor-help rounded-sm">
            <Badge tone={tones[note]}>{t(`note.${note}.title`)}</Badge>
          </button>
        </Tooltip>
      ))}
    </span>
  )
}

/** The same in full; for the page of one domain. */
export function NoteNotices({ notes }: { notes: readonly PlacementNote[] }) {
  const t = useT('numa')
  return (
    <div className="space-y-2">
      {notes.map((note) => (
        <Notice key={note} tone={tones[note]} title={t(`note.${note}.title`)}>
          {t(`note.${note}.detail`)}
        </Notice>
      ))}
    </div>
  )
}

/** "cells 0, 1", "anywhere". */
export function useCellWords() {
  const t = useT('numa')
  const cells = (ids: readonly number[] | null): string =>
    ids === null
      ? t('domains.anywhere')
      : t('domains.cells', { count: ids.length, list: ids.join(', ') })
  return {
    cells,
    memory: ({ memory }: Pick<DomainPlacement, 'memory'>): string => {
      const where = cells(memory.cells)
      const mode = memory.mode && memory.cells ? `${where} (${memory.mode})` : where
      return memory.placement === 'auto' ? t('domains.auto', { where: mode }) : mode
    },
  }
}
