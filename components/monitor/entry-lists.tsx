'use client'

import { X } from 'lucide-react'

import { useT } from '../i18n/use-t.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import {
  builtInSnippets,
  monitorHistory,
  monitorSnippets,
  nameOfEntry,
  type MonitorEntry,
} from './monitor-memory.ts'
import { useEntries } from './use-entries.ts'

/** Commands that are at hand: those every browser has, and those saved in this one. */
export function SnippetList({ onUse }: { onUse: (entry: MonitorEntry) => void }) {
  const t = useT('monitor')
  const saved = useEntries(monitorSnippets)
  return (
    <Card title={t('snippets.title')} padded={false}>
      <ul className="max-h-72 overflow-y-auto py-1">
        {builtInSnippets.map(({ name, mode, text }) => (
          <li key={name}>
            <EntryButton name={name} entry={{ mode, text }} onUse={onUse} />
          </li>
        ))}
        {saved.map((entry) => {
          const name = nameOfEntry(entry)
          return (
            <li key={`${entry.mode} ${entry.text}`} className="flex items-center pr-2">
              <EntryButton name={name} entry={entry} onUse={onUse} />
              <IconButton
                size="sm"
                icon={<X />}
                label={t('snippets.remove', { name })}
                onClick={() => monitorSnippets.remove(entry)}
              />
            </li>
          )
        })}
      </ul>
    </Card>
  )
}

/** What was sent from this browser, the newest first. */
export function HistoryList({ onUse }: { onUse: (entry: MonitorEntry) => void }) {
  const t = useT('monitor')
  const entries = useEntries(monitorHistory)
  return (
    <Card
      title={t('history.title')}
      padded={false}
      actions={
        entries.length > 0 && (
          <Button size="sm" variant="ghost" onClick={() => monitorHistory.clear()}>
            {t('history.clear')}
          </Button>
        )
      }
    >
      {entries.length === 0 ? (
        <p className="text-muted px-4 py-3 text-sm">{t('history.empty')}</p>
      ) : (
        <ul className="max-h-72 overflow-y-auto py-1">
          {entries.map((entry) => (
            <li key={`${entry.mode} ${entry.text}`}>
              <EntryButton name={nameOfEntry(entry)} entry={entry} onUse={onUse} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

function EntryButton({
  name,
  entry,
  onUse,
}: {
  name: string
  entry: MonitorEntry
  onUse: (entry: MonitorEntry) => void
}) {
  const t = useT('monitor')
  return (
    <button
      type="button"
      title={entry.text}
      aria-label={t('snippets.use', { name })}
      onClick={() => onUse(entry)}
      className="hover:bg-hover flex w-full min-w-0 items-baseline gap-2 px-4 py-1 text-left font-mono text-xs"
    >
      <span className="text-faint w-7 shrink-0 uppercase">{entry.mode}</span>
      <span className="min-w-0 truncate">{name}</span>
    </button>
  )
}
