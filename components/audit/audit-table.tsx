'use client'

import type { AuditEntry } from '../../server/contract/audit.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { CommandLine } from '../ui/command-line.tsx'
import { Table, TBody, Td, Th, THead, Tr } from '../ui/table.tsx'
import type { AuditFilter } from './audit-api.ts'
import { FilterValue, Outcome, Target } from './audit-entry-parts.tsx'

interface Props {
  entries: readonly AuditEntry[]
  onFilter: (change: Partial<AuditFilter>) => void
}

/** The log as a table; below 900 px as a list of cards. */
export function AuditTable({ entries, onFilter }: Props) {
  const t = useT('audit')
  const f = useFormat()
  return (
    <div className="max-md:hidden">
      <Table label={t('title')}>
        <THead>
          <Th>{t('time')}</Th>
          <Th>{t('who')}</Th>
          <Th>{t('what')}</Th>
          <Th>{t('on')}</Th>
          <Th>{t('result')}</Th>
          <Th className="w-2/5">{t('command')}</Th>
        </THead>
        <TBody>
          {entries.map((entry) => (
            <Tr key={entry.id} className="align-top">
              <Td mono className="whitespace-nowrap">
                <time dateTime={new Date(entry.atMs).toISOString()}>
                  {f.dateTime(entry.atMs)}
                </time>
              </Td>
              <Td>
                <FilterValue
                  value={entry.who}
                  label={t('filterBy', { value: entry.who })}
                  onFilter={() => onFilter({ who: entry.who })}
                />
                <span className="text-faint block font-mono text-2xs">{entry.address}</span>
              </Td>
              <Td>
                <FilterValue
                  mono
                  value={entry.action}
                  label={t('filterBy', { value: entry.action })}
                  onFilter={() => onFilter({ action: entry.action })}
                />
              </Td>
              <Td>
                <Target entry={entry} />
              </Td>
              <Td>
                <Outcome entry={entry} />
              </Td>
              <Td className="max-w-0">
                <Done entry={entry} />
              </Td>
            </Tr>
          ))}
        </TBody>
      </Table>
    </div>
  )
}

export function AuditCards({ entries, onFilter }: Props) {
  const t = useT('audit')
  const f = useFormat()
  return (
    <ul className="bg-surface divide-line divide-y rounded border md:hidden">
      {entries.map((entry) => (
        <li key={entry.id} className="space-y-1.5 px-3 py-3 text-sm">
          <div className="flex items-center justify-between gap-3">
            <FilterValue
              mono
              value={entry.action}
              label={t('filterBy', { value: entry.action })}
              onFilter={() => onFilter({ action: entry.action })}
            />
            <Outcome entry={entry} />
          </div>
          {entry.host !== null && <Target entry={entry} />}
          <p className="text-muted flex flex-wrap gap-x-2 text-xs">
            <FilterValue
              value={entry.who}
              label={t('filterBy', { value: entry.who })}
              onFilter={() => onFilter({ who: entry.who })}
            />
            <span className="font-mono">{entry.address}</span>
            <time
              className="tabular font-mono"
              dateTime={new Date(entry.atMs).toISOString()}
            >
              {f.dateTime(entry.atMs)}
            </time>
          </p>
          <Done entry={entry} />
        </li>
      ))}
    </ul>
  )
}

function Done({ entry }: { entry: AuditEntry }) {
  return (
    <>
      {entry.command && <CommandLine command={entry.command} />}
      {entry.detail && (
        <p className="text-muted mt-1 text-xs [overflow-wrap:anywhere]">{entry.detail}</p>
      )}
      {!entry.command && !entry.detail && (
        <span className="text-faint max-md:hidden">–</span>
      )}
    </>
  )
}
