'use client'

import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { RefreshCw } from 'lucide-react'
import { parseAsInteger, parseAsString, useQueryState } from 'nuqs'
import { lazy, Suspense, useState } from 'react'

import type { MatrixReply } from '../../server/contract/preflight.ts'
import { paths } from '../data/paths.ts'
import { useLiveTopic } from '../data/use-live.ts'
import { SearchField } from '../domains/search-field.tsx'
import { Page } from '../shell/page.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { problemOf } from '../ui/problem-like.ts'
import { Select } from '../ui/select.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'
import { Table, TBody, Td, Th, THead, Tr } from '../ui/table.tsx'
import { TextLink } from '../ui/text-link.tsx'
import { AlikeButton } from './alike-dialog.tsx'
import { FindingList, LevelIcon } from './finding-list.tsx'
import { migrationQueries } from './migration-api.ts'
import { Pager } from './pager.tsx'
import { RunHistory } from './run-history.tsx'
import { useMigrationWords } from './use-migration-words.ts'

const MigrateDialog = lazy(async () => ({
  default: (await import('./migrate-dialog.tsx')).MigrateDialog,
}))

type Row = MatrixReply['rows'][number]
interface Place {
  uuid: string
  from: string
  to: string
}

/** Every domain against every host: what keeps which from going where. */
export function MatrixPage() {
  const { t } = useMigrationWords()
  const client = useQueryClient()
  const [search, setSearch] = useQueryState('search', parseAsString.withDefault(''))
  const [host, setHost] = useQueryState('host', parseAsString.withDefault(''))
  const [offset, setOffset] = useQueryState('offset', parseAsInteger.withDefault(0))
  const [chosen, setChosen] = useState<Place | null>(null)
  const query = { search, host: host || null, offset }
  const { data, error, isFetching } = useQuery({
    ...migrationQueries.matrix(query),
    placeholderData: keepPreviousData,
  })
  return (
    <Page>
      <PageHeader
        title={t('matrix.title')}
        actions={
          <>
            <AlikeButton hosts={data?.hosts ?? []} />
            <Button
              size="sm"
              icon={<RefreshCw />}
              loading={isFetching}
              onClick={() =>
                void client.invalidateQueries({ queryKey: migrationQueries.all })
              }
            >
              {t('matrix.refresh')}
            </Button>
          </>
        }
      >
        {t('matrix.hint')}
      </PageHeader>
      <div className="mb-4 flex flex-wrap items-end gap-3">
        <SearchField
          label={t('matrix.search')}
          placeholder={t('matrix.search')}
          value={search}
          onChange={(value) => {
            void setSearch(value || null)
            void setOffset(null)
          }}
        />
        <Select
          label={t('matrix.fromHost')}
          labelHidden
          value={host}
          onChange={(value) => {
            void setHost(value || null)
            void setOffset(null)
          }}
          options={[
            { value: '', label: t('matrix.anyHost') },
            ...(data?.hosts ?? []).map((one) => ({ value: one.host, label: one.name })),
          ]}
        />
      </div>
      {error && !data && <ErrorState problem={problemOf(error)} />}
      {!data && !error && <Loading />}
      {data && data.rows.length === 0 && <EmptyState title={t('matrix.empty')} />}
      {data && data.rows.length > 0 && (
        <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
          <div className="min-w-0">
            <Matrix data={data} chosen={chosen} onChoose={setChosen} />
            <Pager
              offset={data.offset}
              shown={data.rows.length}
              total={data.total}
              step={50}
              onOffset={(at) => void setOffset(at || null)}
            />
          </div>
          <Reasons data={data} chosen={chosen} />
        </div>
      )}
      <EarlierMoves />
    </Page>
  )
}

/** All moves that ended, or those between two hosts. */
function EarlierMoves() {
  const { t } = useMigrationWords()
  const hosts = useLiveTopic({ name: 'hosts' }).data?.hosts ?? []
  const [from, setFrom] = useQueryState('from', parseAsString)
  const [to, setTo] = useQueryState('to', parseAsString)
  const [offset, setOffset] = useQueryState('moves', parseAsInteger.withDefault(0))
  const options = [
    { value: '', label: t('runs.any') },
    ...hosts.map(({ host, name }) => ({ value: host, label: name })),
  ]
  const choose = (set: typeof setFrom) => (value: string) => {
    void set(value || null)
    void setOffset(null)
  }
  return (
    <section className="mt-8 space-y-3" aria-labelledby="earlier-moves">
      <div className="flex flex-wrap items-end gap-3">
        <div className="mr-auto">
          <h2 id="earlier-moves" className="text-base font-medium">
            {t('runs.title')}
          </h2>
          <p className="text-muted text-sm">{t('runs.hint')}</p>
        </div>
        <Select
          label={t('runs.from')}
          value={from ?? ''}
          onChange={choose(setFrom)}
          options={options}
        />
        <Select
          label={t('runs.to')}
          value={to ?? ''}
          onChange={choose(setTo)}
          options={options}
        />
      </div>
      <RunHistory
        query={{ uuid: null, source: from, target: to, offset }}
        onOffset={(at) => void setOffset(at || null)}
      />
    </section>
  )
}

function Matrix({
  data,
  chosen,
  onChoose,
}: {
  data: MatrixReply
  chosen: Place | null
  onChoose: (place: Place) => void
}) {
  const { t } = useMigrationWords()
  const cell = (row: Row, to: { host: string; name: string }) => {
    if (row.host === to.host) return <span className="text-faint">{t('matrix.here')}</span>
    const found = row.cells.find((one) => one.host === to.host)
    if (!found) return null
    const is =
      chosen?.uuid === row.uuid && chosen.from === row.host && chosen.to === to.host
    return (
      <button
        type="button"
        aria-pressed={is}
        aria-label={t('matrix.cell', {
          name: row.name,
          host: to.name,
          level: t(`level.${found.level}`),
        })}
        onClick={() => onChoose({ uuid: row.uuid, from: row.host, to: to.host })}
        className={clsx(
          'hover:bg-accent-soft -ml-2 inline-flex min-h-8 items-center gap-1.5 rounded px-2 py-1 text-xs',
          is && 'bg-accent-soft outline-accent outline-1',
        )}
      >
        <LevelIcon level={found.level} />
        <span className="text-muted max-w-32 truncate">
          {found.findings[0] ? t(`check.${worstOf(found.findings).check}`) : t('level.ok')}
        </span>
      </button>
    )
  }
  return (
    <Table label={t('matrix.title')}>
      <THead>
        <Th>{t('matrix.domain')}</Th>
        {data.hosts.map(({ host, name }) => (
          <Th key={host}>
            <bdi>{name}</bdi>
          </Th>
        ))}
      </THead>
      <TBody>
        {data.rows.map((row) => (
          <Tr key={`${row.host}/${row.uuid}`}>
            <Td className="min-w-28">
              <TextLink href={paths.domain(row)}>
                <bdi>{row.name}</bdi>
              </TextLink>
            </Td>
            {data.hosts.map((to) => (
              <Td key={to.host}>{cell(row, to)}</Td>
            ))}
          </Tr>
        ))}
      </TBody>
    </Table>
  )
}

function worstOf(findings: Row['cells'][number]['findings']) {
  return findings.find(({ level }) => level === 'error') ?? findings[0]!
}

function Reasons({ data, chosen }: { data: MatrixReply; chosen: Place | null }) {
  const { t } = useMigrationWords()
  const [open, setOpen] = useState(false)
  const row =
    chosen &&
    data.rows.find(({ uuid, host }) => uuid === chosen.uuid && host === chosen.from)
  const cell = row && row.cells.find(({ host }) => host === chosen.to)
  const to = chosen && data.hosts.find(({ host }) => host === chosen.to)
  if (!row || !cell || !to) {
    return <p className="text-muted text-sm">{t('matrix.choose')}</p>
  }
  return (
    <Card
      title={
        <bdi>
          {row.name} → {to.name}
        </bdi>
      }
    >
      <div className="space-y-4">
        <FindingList
          source={row.host}
          target={to.host}
          targetName={to.name}
          findings={cell.findings}
        />
        <Button size="sm" onClick={() => setOpen(true)}>
          {t('migrateHere', { host: to.name })}
        </Button>
        {open && (
          <Suspense fallback={null}>
            <MigrateDialog
              domain={row}
              target={to.host}
              open={open}
              onOpenChange={setOpen}
            />
          </Suspense>
        )}
      </div>
    </Card>
  )
}
