'use client'

import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { Download, Ruler, Search } from 'lucide-react'
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useMemo } from 'react'

import { sizingReport, type SizingRow } from '../../server/contract/history.ts'
import { downloadCsv } from '../charts/export.ts'
import { useFormat } from '../charts/use-format.ts'
import { api } from '../data/api-client.ts'
import { apiPaths, paths } from '../data/paths.ts'
import { useT } from '../i18n/use-t.ts'
import { Page } from '../shell/page.tsx'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { problemOf } from '../ui/problem-like.ts'
import { serverNowMs } from '../ui/relative-time.tsx'
import { Select } from '../ui/select.tsx'
import { Stat, StatRow } from '../ui/stat.tsx'
import { EmptyState, ErrorState, SkeletonRows } from '../ui/states.tsx'
import { TextLink } from '../ui/text-link.tsx'
import { VirtualTable, type Column } from '../ui/virtual-table.tsx'
import { shownRows, sizingCsv, sizingSorts, sizingTotals } from './sizing-rows.ts'

const windows = ['86400', '604800', '2592000', '31536000'] as const
const parsers = {
  window: parseAsStringLiteral(windows).withDefault('604800'),
  q: parseAsString.withDefault(''),
  sort: parseAsStringLiteral(sizingSorts).withDefault('saving'),
  desc: parseAsBoolean.withDefault(true),
}

const reportQuery = (window: string) =>
  queryOptions({
    queryKey: ['sizing', window],
    queryFn: ({ signal }) => {
      const to = Math.round(serverNowMs())
      const from = to - Number(window) * 1000
      return api.get(apiPaths.sizing(), sizingReport, { query: { from, to }, signal })
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })

/** The use of all domains against their size: who has too much, who too little. */
export function SizingView() {
  const t = useT('sizing')
  const f = useFormat()
  const [{ window, q, sort, desc }, set] = useQueryStates(parsers, { history: 'replace' })
  const report = useQuery(reportQuery(window))
  const all = report.data?.rows
  const rows = useMemo(
    () => shownRows(all ?? [], { search: q, sort, descending: desc }),
    [all, q, sort, desc],
  )
  const totals = sizingTotals(rows)
  const columns = useSizingColumns()
  return (
    <Page>
      <PageHeader
        title={t('title')}
        actions={
          <Button
            icon={<Download />}
            onClick={() => downloadCsv(`sizing-${window}`, sizingCsv(rows))}
          >
            {t('csv')}
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
          placeholder={t('search')}
          leading={<Search />}
          value={q}
          onChange={(search) => void set({ q: search })}
          maxLength={200}
          className="w-full sm:w-72"
        />
        <Select
          label={t('window')}
          labelHidden
          value={window}
          onChange={(value) => void set({ window: windows.find((key) => key === value) })}
          options={windows.map((value) => ({ value, label: t(`windows.${value}`) }))}
        />
      </div>
      {report.isError ? (
        <ErrorState
          problem={problemOf(report.error)}
          onRetry={() => void report.refetch()}
        />
      ) : !all ? (
        <SkeletonRows rows={8} />
      ) : (
        <>
          <StatRow className="mb-4">
            <Stat label={t('total')} value={f.kib(totals.savedKiB)} tone="ok" />
            <Stat label={t('missing')} value={f.kib(totals.missingKiB)} />
            <Stat
              label={t('known')}
              value={`${f.count(totals.known)} / ${f.count(rows.length)}`}
            />
          </StatRow>
          <VirtualTable
            label={t('title')}
            count={rows.length}
            rowAt={(index) => rows[index]}
            rowKey={(row) => `${row.host}/${row.uuid}`}
            columns={columns}
            sort={{ key: sort, descending: desc }}
            onSort={(key) => {
              const next = sizingSorts.find((name) => name === key)
              if (!next) return
              const first = next !== 'name' && next !== 'host'
              void set({ sort: next, desc: next === sort ? !desc : first })
            }}
            empty={
              <EmptyState
                icon={<Ruler />}
                title={all.length > 0 ? t('noMatch') : t('empty')}
              />
            }
          />
        </>
      )}
    </Page>
  )
}

function useSizingColumns(): Column<SizingRow>[] {
  const t = useT('sizing')
  const f = useFormat()
  return useMemo(() => {
    const figure = (
      key: string,
      cell: (row: SizingRow) => string,
      priority: 1 | 2 | 3 = 1,
    ): Column<SizingRow> => ({
      key,
      header: t(key as 'size'),
      cell: (row) => <span className="tabular font-mono">{cell(row)}</span>,
      width: 'minmax(5.5rem,1fr)',
      align: 'end',
      sortable: key !== 'covered',
      priority,
    })
    return [
      {
        key: 'name',
        header: t('name'),
        width: 'minmax(7rem,2fr)',
        sortable: true,
        cell: (row) => (
          <TextLink href={paths.domainMemory(row)}>
            <bdi>{row.name}</bdi>
          </TextLink>
        ),
      },
      {
        key: 'host',
        header: t('host'),
        width: 'minmax(6rem,1fr)',
        sortable: true,
        priority: 2,
        cell: (row) => <bdi>{row.host}</bdi>,
      },
      figure('size', (row) => f.kib(row.sizeKiB)),
      figure('p50', (row) => f.kib(row.p50KiB), 3),
      figure('p95', (row) => f.kib(row.p95KiB), 2),
      figure('max', (row) => f.kib(row.maxKiB), 2),
      figure('suggested', (row) => {
        if (row.suggestedKiB !== null) return f.kib(row.suggestedKiB)
        return row.maxKiB === null ? t('unknown') : t('tooShort')
      }),
      figure('saving', (row) => f.kib(row.savingKiB)),
      figure('covered', (row) => f.age(row.coveredSeconds), 3),
    ]
  }, [t, f])
}
