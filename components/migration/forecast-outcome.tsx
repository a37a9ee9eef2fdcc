'use client'

import type { ForecastRun } from '../../server/contract/forecast.ts'
import { forecastSummary } from '../../server/contract/forecast.ts'
import type { JobSeries } from '../../server/contract/job.ts'
import type { MigrationDetail } from '../../server/contract/migration.ts'
import { runOf } from '../../server/migration/run-of.ts'
import { Card } from '../ui/card.tsx'
import { Table, TBody, Td, Th, THead, Tr } from '../ui/table.tsx'
import { useMigrationWords } from './use-migration-words.ts'

/** What was expected of a move beside what came of it. */
export function ForecastOutcomeCard({
  detail,
}: {
  detail: MigrationDetail
  series: JobSeries
}) {
  const { t, f, mib, rate, time } = useMigrationWords()
  if (detail.external) return null
  const told = forecastSummary.safeParse(detail.forecast?.['forecast'])
  if (!told.success) {
    return <p className="text-muted text-sm">{t('job.forecastNone')}</p>
  }
  const outcome: ForecastRun['outcome'] = runOf(detail)?.outcome ?? null
  const { totalMs, pauseMs, sentMiB, passes, rates } = told.data
  const yes = (value: boolean | null) =>
    value === null ? t('job.unknown') : value ? t('job.yes') : t('job.no')
  const off = (expected: number | undefined, came: number | null | undefined) =>
    expected === undefined || !came
      ? '—'
      : f.percent((Math.abs(expected - came) / came) * 100)
  // What an aborted move took says nothing about how long it would have.
  const done = outcome?.ended === 'done' || outcome?.ended === 'not-answering'
  const came = done ? outcome : null
  const say = (value: number | null | undefined, words: (value: number) => string) =>
    value === null || value === undefined ? '—' : words(value)
  const rows = [
    {
      key: 'verdict',
      expected: t(`forecast.verdict.${told.data.verdict}`),
      came: outcome ? yes(outcome.converged) : '—',
      off: '—',
    },
    {
      key: 'total',
      expected: say(totalMs?.likely, time),
      came: say(came?.totalMs, time),
      off: off(totalMs?.likely, came?.totalMs),
    },
    {
      key: 'pause',
      expected: say(pauseMs?.likely, time),
      came: say(came?.pauseMs, time),
      off: off(pauseMs?.likely, came?.pauseMs),
    },
    {
      key: 'sent',
      expected: say(sentMiB?.likely, mib),
      came: say(came?.sentMiB, mib),
      off: off(sentMiB?.likely, came?.sentMiB),
    },
    {
      key: 'passes',
      expected: f.count(passes),
      came: say(outcome?.passes, f.count),
      off: '—',
    },
    {
      key: 'send',
      expected: rate(rates.sendMiBps),
      came: say(outcome?.sendMiBps, rate),
      off: off(rates.sendMiBps, outcome?.sendMiBps),
    },
  ] as const
  return (
    <Card title={t('job.forecastTitle')} padded={false}>
      <Table label={t('job.forecastTitle')}>
        <THead>
          <Th>{''}</Th>
          <Th align="end">{t('job.expected')}</Th>
          <Th align="end">{t('job.came')}</Th>
          <Th align="end">{t('job.offBy')}</Th>
        </THead>
        <TBody>
          {rows.map(({ key, expected, came: value, off: by }) => (
            <Tr key={key}>
              <Td>{t(`job.row.${key}`)}</Td>
              <Td align="end" mono>
                {expected}
              </Td>
              <Td align="end" mono>
                {value}
              </Td>
              <Td align="end" mono>
                {by}
              </Td>
            </Tr>
          ))}
        </TBody>
      </Table>
    </Card>
  )
}
