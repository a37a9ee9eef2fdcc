'use client'

import { parseAsInteger, useQueryState } from 'nuqs'

import { RunHistory } from './run-history.tsx'
import { useMigrationWords } from './use-migration-words.ts'

/** What became of the moves of one domain, and what was expected of them. */
export function DomainMigrationPage({ uuid }: { uuid: string }) {
  const { t } = useMigrationWords()
  const [offset, setOffset] = useQueryState('offset', parseAsInteger.withDefault(0))
  return (
    <section className="space-y-3">
      <div>
        <h2 className="text-base font-medium">{t('runs.title')}</h2>
        <p className="text-muted text-sm">{t('runs.hintDomain')}</p>
      </div>
      <RunHistory
        query={{ uuid, source: null, target: null, offset }}
        onOffset={(at) => void setOffset(at || null)}
      />
    </section>
  )
}
