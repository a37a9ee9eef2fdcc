'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import { History, RotateCw, Search, X } from 'lucide-react'

import type { AuditPage } from '../../server/contract/audit.ts'
import { useT } from '../i18n/use-t.ts'
import { Page } from '../shell/page.tsx'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { problemOf } from '../ui/problem-like.ts'
import { EmptyState, ErrorState, SkeletonRows } from '../ui/states.tsx'
import { auditQueryOptions, type AuditFilter } from './audit-api.ts'
import { useAuditFilter } from './audit-filter.ts'
import { AuditCards, AuditTable } from './audit-table.tsx'

const filterNames = ['who', 'action', 'host'] as const

export function AuditView({ first }: { first?: AuditPage }) {
  const t = useT('audit')
  const common = useT('common')
  const [filter, setFilter] = useAuditFilter()
  const filtered = Object.values(filter).some((value) => value !== '')
  const log = useInfiniteQuery(auditQueryOptions(filter, filtered ? undefined : first))
  const entries = log.data?.pages.flatMap((page) => page.entries)
  const clear = () => setFilter({ search: '', who: '', action: '', host: '' })
  return (
    <Page>
      <PageHeader
        title={t('title')}
        actions={
          <Button
            icon={<RotateCw />}
            loading={log.isFetching && !log.isFetchingNextPage}
            onClick={() => void log.refetch()}
          >
            {t('refresh')}
          </Button>
        }
      >
        {t('lead')}
      </PageHeader>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <TextField
          type="search"
          label={t('search')}
          labelHidden
          placeholder={t('searchPlaceholder')}
          leading={<Search />}
          value={filter.search}
          onChange={(search) => setFilter({ search })}
          maxLength={200}
          className="w-full sm:w-72"
        />
        <Chips filter={filter} onClear={(name) => setFilter({ [name]: '' })} />
      </div>
      {log.isError ? (
        <ErrorState problem={problemOf(log.error)} onRetry={() => void log.refetch()} />
      ) : !entries ? (
        <SkeletonRows rows={8} columns={5} />
      ) : entries.length === 0 ? (
        <div className="bg-surface rounded border">
          <EmptyState
            icon={<History />}
            title={filtered ? t('noMatch') : t('empty')}
            action={
              filtered ? <Button onClick={clear}>{t('clearFilter')}</Button> : undefined
            }
          >
            {filtered ? t('noMatchDetail') : t('emptyDetail')}
          </EmptyState>
        </div>
      ) : (
        <>
          <AuditTable entries={entries} onFilter={setFilter} />
          <AuditCards entries={entries} onFilter={setFilter} />
          <div className="text-muted mt-3 flex items-center justify-between gap-3 text-xs">
            <span role="status">{common('rows', { count: entries.length })}</span>
            {log.hasNextPage ? (
              <Button
                size="sm"
                loading={log.isFetchingNextPage}
                onClick={() => void log.fetchNextPage()}
              >
                {t('older')}
              </Button>
            ) : (
              <span>{t('end')}</span>
            )}
          </div>
        </>
      )}
    </Page>
  )
}

function Chips({
  filter,
  onClear,
}: {
  filter: AuditFilter
  onClear: (name: (typeof filterNames)[number]) => void
}) {
  const t = useT('audit')
  return filterNames
    .filter((name) => filter[name] !== '')
    .map((name) => (
      <button
        key={name}
        type="button"
        aria-label={t('clearOne', { name: t(`filter.${name}`), value: filter[name] })}
        onClick={() => onClear(name)}
        className="bg-accent-soft border-accent-line text-accent inline-flex h-7 items-center gap-1.5 rounded border px-2 text-xs"
      >
        {t(`filter.${name}`)}: <span className="font-mono">{filter[name]}</span>
        <X aria-hidden className="size-3" />
      </button>
    ))
}
