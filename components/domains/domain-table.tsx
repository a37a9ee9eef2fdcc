'use client'

import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import {
  type ReactNode,
  useCallback,
  useDeferredValue,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'

import {
  domainIsActive,
  type FleetQuery,
  type FleetRow,
  fleetSortKey,
} from '../../server/contract/domain.ts'
import { useFormat } from '../charts/use-format.ts'
import { paths } from '../data/paths.ts'
import { useLiveTopic } from '../data/use-live.ts'
import { useT } from '../i18n/use-t.ts'
import { DomainJobsProvider, useDomainJobs } from '../jobs/active-jobs.ts'
import { ErrorState, SkeletonRows } from '../ui/states.tsx'
import { type Column, VirtualTable } from '../ui/virtual-table.tsx'
import { DomainActionsMenu } from './domain-actions-menu.tsx'
import {
  type CellWords,
  FigureCell,
  HeatCell,
  HostCell,
  MemoryCell,
  NameCell,
  PressureCell,
  SparkCell,
} from './domain-cells.tsx'
import { DomainStateWords } from './domain-state-badge.tsx'
import { rowOf, windowFor } from './fleet-window.ts'
import { SelectAllCell, SelectCell } from './select-cell.tsx'
import type { Selection } from './selection.ts'
import type { TableQuery } from './table-query.ts'
import { useDomainActions } from './use-domain-actions.tsx'
import { useSelected, useSelection } from './use-selection.ts'

/** Most looks at the table select nothing. */
const SelectionBar = dynamic(
  async () => (await import('./selection-bar.tsx')).SelectionBar,
  { ssr: false },
)

/** How long a scroll must rest before the rows at its end are asked for. */
const restMs = 80

/**
 * The window on the fleet that is in sight, kept live. While another window or filter is on its way
 * the rows that are known stay, so that nothing flickers.
 */
export function useFleetWindow(query: FleetQuery) {
  const [range, setRange] = useState({ first: 0, last: 20 })
  const rested = useRested(range, restMs)
  const { offset, limit } = windowFor(rested)
  const live = useLiveTopic({ name: 'fleet', query, offset, limit }, { keepPrevious: true })
  return {
    page: live.data,
    status: live.status,
    problem: live.problem,
    onRange: setRange,
  }
}
export type FleetWindow = ReturnType<typeof useFleetWindow>

function useRested<T>(value: T, afterMs: number): T {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), afterMs)
    return () => clearTimeout(timer)
  }, [value, afterMs])
  return rested
}

/** All domains that match, as one virtualised table; below 640 px as cards. */
export function DomainTable({
  window: { page: latest, status, problem, onRange },
  table,
  showHost,
  empty,
  height,
}: {
  window: FleetWindow
  table: TableQuery
  showHost: boolean
  empty: ReactNode
  height?: string
}) {
  // Rows that arrive in a scroll are drawn piece by piece between its frames.
  const page = useDeferredValue(latest)
  const t = useT('fleet')
  const router = useRouter()
  const { run, dialog } = useDomainActions()
  const jobs = useDomainJobs()
  const words = useCellWords()
  const { selection, choose, chooseAll } = useSelection(table.query, page)
  const matched = page?.matched ?? 0
  const select = useSelectColumn(selection, matched, choose, chooseAll)
  const shown = useColumns(showHost, words, run)
  const columns = useMemo(() => [select, ...shown], [select, shown])
  const renderCard = useCallback(
    (row: FleetRow) => (
      <DomainCard
        row={row}
        showHost={showHost}
        words={words}
        onAction={run}
        select={select.cell(row)}
      />
    ),
    [showHost, words, run, select],
  )
  const rowAt = useCallback((index: number) => rowOf(page, index), [page])
  if (problem && !page) return <ErrorState problem={problem} />
  if (!page) return <SkeletonRows rows={8} columns={6} />
  return (
    <div className={status === 'stale' ? 'opacity-60' : undefined}>
      <DomainJobsProvider value={jobs}>
        <VirtualTable
          label={t('tableLabel')}
          count={page.matched}
          rowAt={rowAt}
          rowKey={keyOf}
          columns={columns}
          rowHeight={52}
          cardHeight={84}
          renderCard={renderCard}
          sort={{ key: table.query.sort, descending: table.query.descending }}
          onSort={(key) => {
            const sort = fleetSortKey.safeParse(key)
            if (sort.success) table.sortBy(sort.data)
          }}
          onRange={onRange}
          onOpen={(row) => router.push(paths.domain(row))}
          onSelect={choose}
          empty={empty}
          height={height}
        />
      </DomainJobsProvider>
      <BarOfSelection selection={selection} />
      {dialog}
    </div>
  )
}

function BarOfSelection({ selection }: { selection: Selection }) {
  const any = useSelected(selection).length > 0
  return any ? <SelectionBar selection={selection} /> : null
}

function useSelectColumn(
  selection: Selection,
  matched: number,
  onChoose: ReturnType<typeof useSelection>['choose'],
  onAll: () => void,
): Column<FleetRow> {
  const t = useT('selection')
  // The window moves with every scroll: a cell must not be drawn anew for that.
  const choose = useRef(onChoose)
  useEffect(() => {
    choose.current = onChoose
  })
  const cell = useCallback(
    (row: FleetRow) => (
      <SelectCell
        row={row}
        selection={selection}
        label={t('select', { name: row.name })}
        onChoose={(...choice) => choose.current(...choice)}
      />
    ),
    [selection, t],
  )
  return useMemo(
    () => ({
      key: 'select',
      header: (
        <SelectAllCell
          selection={selection}
          matched={matched}
          label={t('all')}
          onAll={onAll}
        />
      ),
      width: '1.25rem',
      cell,
    }),
    [selection, matched, onAll, cell, t],
  )
}

const keyOf = (row: FleetRow) => row.key

type Run = ReturnType<typeof useDomainActions>['run']

function useCellWords(): CellWords {
  const t = useT('fleet')
  const tDomain = useT('domain')
  const tMemory = useT('memory')
  const f = useFormat()
  return useMemo(() => ({ t, tDomain, tMemory, f }), [t, tDomain, tMemory, f])
}

function useColumns(showHost: boolean, words: CellWords, run: Run): Column<FleetRow>[] {
  return useMemo(() => {
    const { t, tDomain, f } = words
    const figure = (
      key: 'balloon' | 'maximum' | 'rss',
      priority: 2 | 3,
      read: (row: FleetRow) => number | null,
    ): Column<FleetRow> => ({
      key,
      header: t(`column.${key}`),
      width: '4.75rem',
      align: 'end',
      sortable: true,
      priority,
      cell: (row) => {
        const kib = read(row)
        return (
          <FigureCell
            value={kib === null ? null : f.kib(kib)}
            stale={row.stale}
            note={kib === null ? t('notRunningNote') : undefined}
          />
        )
      },
    })
    const all: (Column<FleetRow> | null)[] = [
      {
        key: 'state',
        header: t('column.state'),
        width: '6rem',
        sortable: true,
        cell: (row) => <DomainStateWords state={row.state} stale={row.stale} t={tDomain} />,
      },
      {
        key: 'name',
        header: t('column.name'),
        width: 'minmax(7rem, 1.4fr)',
        sortable: true,
        cell: (row) => <NameCell row={row} />,
      },
      showHost
        ? {
            key: 'host',
            header: t('column.host'),
            width: 'minmax(4rem, 0.6fr)',
            sortable: true,
            priority: 2,
            cell: (row) => <HostCell row={row} />,
          }
        : null,
      {
        key: 'used',
        header: t('column.used'),
        width: 'minmax(12.25rem, 2fr)',
        sortable: true,
        cell: (row) => <MemoryCell row={row} words={words} />,
      },
      {
        key: 'spark',
        header: t('column.spark'),
        width: '4.75rem',
        priority: 3,
        cell: (row) => <SparkCell row={row} words={words} />,
      },
      figure('balloon', 2, (row) =>
        domainIsActive(row.state) ? row.memory.balloonKiB : null,
      ),
      figure('maximum', 3, (row) => row.memory.maximumKiB),
      figure('rss', 3, (row) => row.memory.rssKiB),
      {
        key: 'pressure',
        header: t('column.pressure'),
        width: '4.25rem',
        align: 'end',
        sortable: true,
        priority: 2,
        cell: (row) => <PressureCell row={row} words={words} />,
      },
      {
        key: 'dirty',
        header: t('column.dirty'),
        width: '5.25rem',
        align: 'end',
        sortable: true,
        priority: 2,
        cell: (row) => <HeatCell row={row} words={words} />,
      },
      {
        key: 'cpu',
        header: t('column.cpu'),
        width: '3.75rem',
        align: 'end',
        sortable: true,
        priority: 2,
        cell: (row) => (
          <FigureCell
            value={row.cpuPercent === null ? null : f.percent(row.cpuPercent)}
            stale={row.stale}
            note={t('cpuNote', { count: row.vcpus })}
          />
        ),
      },
      {
        key: 'actions',
        header: <span className="sr-only">{t('column.actions')}</span>,
        width: '2.75rem',
        align: 'end',
        cell: (row) => <DomainActionsMenu domain={row} onAction={run} />,
      },
    ]
    return all.filter((column) => column !== null)
  }, [words, showHost, run])
}

function DomainCard({
  row,
  showHost,
  words,
  onAction,
  select,
}: {
  row: FleetRow
  showHost: boolean
  words: CellWords
  onAction: Run
  select: ReactNode
}) {
  return (
    <div>
      <div className="mb-1 flex items-center gap-3">
        <span className="-mr-3">{select}</span>
        <div className="min-w-0 flex-1 truncate text-sm font-medium">
          <NameCell row={{ ...row, title: null }} />
        </div>
        {showHost && <span className="text-faint truncate text-xs">{row.hostName}</span>}
        <DomainStateWords state={row.state} stale={row.stale} t={words.tDomain} />
        <DomainActionsMenu domain={row} onAction={onAction} />
      </div>
      <MemoryCell row={row} words={words} wide={false} />
    </div>
  )
}
