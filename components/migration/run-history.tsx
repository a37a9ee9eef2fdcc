'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { History } from 'lucide-react'

import type { ForecastPair, ForecastRun } from '../../server/contract/forecast.ts'
import { paths } from '../data/paths.ts'
import { useRefetchOn } from '../data/use-refetch-on.ts'
import { useHostSummary } from '../domains/use-hosts.ts'
import { useActiveJobs } from '../jobs/active-jobs.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { problemOf } from '../ui/problem-like.ts'
import { RelativeTime } from '../ui/relative-time.tsx'
import { EmptyState, ErrorState, SkeletonRows } from '../ui/states.tsx'
import { Table, TBody, Td, Th, THead, Tr } from '../ui/table.tsx'
import { TextLink } from '../ui/text-link.tsx'
import { migrationQueries, type RunsQuery, runsShown } from './migration-api.ts'
import { Pager } from './pager.tsx'
import { useMigrationWords } from './use-migration-words.ts'

/** Moves that ended beside what was expected of them, and what the model made of it. */
export function RunHistory({
  query,
  onOffset,
}: {
  query: RunsQuery
  onOffset: (offset: number) => void
}) {
  const { t } = useMigrationWords()
  const { data, error, refetch } = useQuery({
    ...migrationQueries.runs(query),
    placeholderData: keepPreviousData,
  })
  // A move that is not under way any more has ended, and stands here then.
  const moves = useActiveJobs().jobs.filter(({ kind }) => kind === 'migration')
  useRefetchOn(migrationQueries.runs(query).queryKey, moves.map(({ id }) => id).join())
  if (error && !data)
    return <ErrorState problem={problemOf(error)} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows rows={4} />
  if (data.runs.length === 0) {
    const chosen = data.total > 0 || query.source !== null || query.target !== null
    return (
      <EmptyState
        icon={<History />}
        title={t(chosen ? 'runs.noMatch' : 'runs.empty')}
        action={
          data.offset > 0 && <Button onClick={() => onOffset(0)}>{t('runs.first')}</Button>
        }
      />
    )
  }
  return (
    <div className="space-y-4" data-testid="runs">
      <Runs runs={data.runs} named={query.uuid === null} />
      <Pager
        offset={data.offset}
        shown={data.runs.length}
        total={data.total}
        step={runsShown}
        onOffset={onOffset}
      />
      <Pairs pairs={data.pairs} />
    </div>
  )
}

function Runs({ runs, named }: { runs: readonly ForecastRun[]; named: boolean }) {
  const { t } = useMigrationWords()
  return (
    <Table label={t('runs.title')}>
      <THead>
        <Th>{t('runs.when')}</Th>
        {named && <Th>{t('runs.domain')}</Th>}
        <Th>{t('runs.way')}</Th>
        <Th>{t('runs.driven')}</Th>
        <Th align="end">{t('job.row.total')}</Th>
        <Th align="end">{t('runs.error')}</Th>
        <Th align="end">{t('runs.pause')}</Th>
        <Th align="end">{t('runs.sent')}</Th>
        <Th>{t('runs.verdict')}</Th>
      </THead>
      <TBody>
        {runs.map((run) => (
          <Run key={run.id} run={run} named={named} />
        ))}
      </TBody>
    </Table>
  )
}

function Run({ run, named }: { run: ForecastRun; named: boolean }) {
  const { t, f, mib, time } = useMigrationWords()
  const { id, startedMs, source, target, uuid, name, forecast: told, outcome } = run
  const arrived = outcome?.ended === 'done' || outcome?.ended === 'not-answering'
  const came = arrived ? outcome : null
  const both = (expected: string, real: string) => t('runs.given', { expected, came: real })
  const off =
    told?.totalMs && came && came.totalMs > 0
      ? f.percent((Math.abs(told.totalMs.likely - came.totalMs) / came.totalMs) * 100)
      : '—'
  return (
    <Tr>
      <Td className="whitespace-nowrap">
        <TextLink href={paths.job(id)}>
          <RelativeTime atMs={startedMs} />
        </TextLink>
      </Td>
      {named && (
        <Td>
          <TextLink href={paths.domain({ host: arrived ? target : source, uuid })}>
            <bdi>{name}</bdi>
          </TextLink>
        </Td>
      )}
      <Td className="whitespace-nowrap">
        <Way source={source} target={target} />
      </Td>
      <Td className="text-muted text-xs whitespace-nowrap">
        <Driven run={run} />
      </Td>
      <Td align="end" mono className="whitespace-nowrap">
        {both(time(told?.totalMs?.likely ?? null), time(came?.totalMs ?? null))}
      </Td>
      <Td align="end" mono>
        {off}
      </Td>
      <Td align="end" mono className="whitespace-nowrap">
        {both(time(told?.pauseMs?.likely ?? null), time(came?.pauseMs ?? null))}
      </Td>
      <Td align="end" mono className="whitespace-nowrap">
        {both(mib(told?.sentMiB?.likely ?? null), mib(outcome?.sentMiB ?? null))}
      </Td>
      <Td>
        <Verdict run={run} />
      </Td>
    </Tr>
  )
}

function Way({ source, target }: { source: string; target: string }) {
  const { t } = useMigrationWords()
  const [from, to] = [useHostSummary(source), useHostSummary(target)]
  const names = { source: from?.name ?? source, target: to?.name ?? target }
  return <bdi>{t('runs.pair', names)}</bdi>
}

/** Who drove it, and what was set. */
function Driven({ run: { way, plan, outcome } }: { run: ForecastRun }) {
  const { t, rate } = useMigrationWords()
  const words = [
    way ? t(`wayName.${way}`) : t('runs.wayUnknown'),
    plan.bandwidthMiBps !== null && t('runs.capped', { rate: rate(plan.bandwidthMiBps) }),
    plan.autoConverge && t('runs.braked'),
    (plan.postCopy || outcome?.postCopy) && t('runs.postCopy'),
  ]
  return words.filter(Boolean).join(' · ')
}

/** How it ended, and whether the model had said so. */
function Verdict({ run: { forecast: told, outcome } }: { run: ForecastRun }) {
  const { t } = useMigrationWords()
  if (!outcome) return t('runs.unclear')
  const judged = told && outcome.converged !== null
  const right = (told?.totalMs !== null) === outcome.converged
  return (
    <>
      {t(`runs.ended.${outcome.ended}`)}
      {told && (
        <span className="text-muted block text-xs">
          {t(`forecast.verdict.${told.verdict}`)}
          {judged && (
            <span className={right ? 'text-ok' : 'text-danger'}>
              {' '}
              {t('runs.judged', { word: t(right ? 'runs.right' : 'runs.wrong') })}
            </span>
          )}
        </span>
      )}
    </>
  )
}

/** How far the model was off between two hosts, and the speed that the next forecast counts on. */
function Pairs({ pairs }: { pairs: readonly ForecastPair[] }) {
  const { t, f, rate } = useMigrationWords()
  return (
    <Card title={t('runs.model')} padded={false}>
      <Table label={t('runs.model')} className="border-0">
        <THead>
          <Th>{t('runs.way')}</Th>
          <Th align="end">{t('runs.moves')}</Th>
          <Th align="end">{t('runs.modelError')}</Th>
          <Th align="end">{t('runs.verdicts')}</Th>
          <Th align="end">{t('runs.link')}</Th>
          <Th align="end">
            <span title={t('runs.yieldHint')}>{t('runs.yield')}</span>
          </Th>
        </THead>
        <TBody>
          {pairs.map(({ source, target, moves, error, link }) => (
            <Tr key={`${source} ${target}`}>
              <Td className="whitespace-nowrap">
                <Way source={source} target={target} />
              </Td>
              <Td align="end" mono>
                {f.count(moves)}
              </Td>
              <Td align="end" mono>
                {error.timePercent === null ? '—' : f.percent(error.timePercent)}
              </Td>
              <Td align="end" mono className="whitespace-nowrap">
                {error.runs === 0
                  ? '—'
                  : t('runs.ofVerdicts', { right: error.verdictsRight, runs: error.runs })}
              </Td>
              <Td align="end" className="whitespace-nowrap">
                <span className="font-mono text-xs">{rate(link.mibps)}</span>
                <span className="text-muted block text-xs">
                  {f.list([
                    t(`runs.linkFrom.${link.from}`),
                    t('runs.range', {
                      low: rate(link.lowMiBps),
                      high: rate(link.highMiBps),
                    }),
                  ])}
                </span>
              </Td>
              <Td align="end" mono>
                {f.percent(link.capYield * 100)}
              </Td>
            </Tr>
          ))}
        </TBody>
      </Table>
    </Card>
  )
}
