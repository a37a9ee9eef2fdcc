'use client'

import { ListChecks, SearchX, X } from 'lucide-react'

import { jobKind, jobState } from '../../server/contract/job.ts'
import { useLiveTopic } from '../data/use-live.ts'
import { FilterMenu } from '../domains/filter-menu.tsx'
import { SearchField } from '../domains/search-field.tsx'
import { useT } from '../i18n/use-t.ts'
import { Page } from '../shell/page.tsx'
import { Button } from '../ui/button.tsx'
import { Checkbox } from '../ui/checkbox.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { EmptyState } from '../ui/states.tsx'
import { JobTable, type JobWindow, useJobWindow } from './job-table.tsx'
import { type JobsQuery, useJobsQuery } from './jobs-query.ts'

/** All long work, newest first. */
export function JobsPage() {
  const t = useT('jobs')
  const filter = useJobsQuery()
  const jobs = useJobWindow(filter.query)
  return (
    <Page>
      <PageHeader title={t('pageTitle')}>{t('lead')}</PageHeader>
      <Toolbar filter={filter} count={jobs.page} />
      <JobTable
        window={jobs}
        label={t('pageTitle')}
        height="max(24rem, calc(100dvh - 14rem))"
        empty={
          filter.filtered ? (
            <EmptyState
              icon={<SearchX />}
              title={t('noMatch.title')}
              action={<Button onClick={filter.clear}>{t('filter.clear')}</Button>}
            >
              {t('noMatch.detail')}
            </EmptyState>
          ) : (
            <EmptyState icon={<ListChecks />} title={t('empty.title')}>
              {t('empty.detail')}
            </EmptyState>
          )
        }
      />
    </Page>
  )
}

function Toolbar({ filter, count }: { filter: JobsQuery; count: JobWindow['page'] }) {
  const t = useT('jobs')
  const { data } = useLiveTopic({ name: 'hosts' })
  const { query } = filter
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <SearchField
        label={t('search')}
        placeholder={t('searchPlaceholder')}
        value={query.search}
        onChange={filter.setSearch}
      />
      <FilterMenu
        label={t('column.state')}
        options={jobState.options.map((value) => ({ value, label: t(`state.${value}`) }))}
        chosen={query.states}
        onChange={filter.setStates}
      />
      <FilterMenu
        label={t('filter.kind')}
        options={jobKind.options.map((value) => ({ value, label: t(`kind.${value}`) }))}
        chosen={query.kinds}
        onChange={filter.setKinds}
      />
      {data && data.hosts.length > 1 && (
        <FilterMenu
          label={t('filter.host')}
          options={data.hosts.map(({ host, name }) => ({ value: host, label: name }))}
          chosen={query.host === null ? [] : [query.host]}
          onChange={(hosts) => filter.setHost(hosts.at(-1) ?? '')}
        />
      )}
      {query.owner !== null && (
        <Button icon={<X />} onClick={() => filter.setOwner('')}>
          {t('filter.owner', { name: query.owner })}
        </Button>
      )}
      <Checkbox
        label={t('filter.parts')}
        checked={query.parent === 'any'}
        onChange={filter.setParts}
      />
      {filter.filtered && (
        <Button variant="ghost" icon={<X />} onClick={filter.clear}>
          {t('filter.clear')}
        </Button>
      )}
      <p role="status" className="text-muted tabular ml-auto text-xs">
        {count && t('count', { count: count.matched })}
      </p>
    </div>
  )
}
