'use client'

import { useLocale } from 'use-intl/react'

import { dirtyRateWindows, type DirtyRateDetail } from '../../server/contract/dirty-rate.ts'
import { RangeChart } from '../charts/range-chart.tsx'
import { unitScale } from '../charts/unit-scale.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'
import { Table, TBody, Td, Th, THead, Tr } from '../ui/table.tsx'
import { useRate } from './use-rate.ts'

/** How many different MiB are written within T seconds: where the curve is flat lies the working set. */
export function WorkingSetCard({ dirtyRate }: { dirtyRate: DirtyRateDetail }) {
  const t = useT('dirtyRate')
  const f = useFormat()
  const words = useRate()
  const { points, verdict, sizeMiB } = dirtyRate.workingSet
  const highest = Math.max(0, ...points.map(({ highMiB }) => highMiB))
  const scale = unitScale('KiB', highest * 1024, useLocale())
  const seconds = Math.max(20, ...points.map((point) => point.seconds))
  return (
    <Card title={t('curve.title')} meta={t('curve.meta')}>
      {points.length < 2 ? (
        <p className="text-muted text-sm">{t('curve.none')}</p>
      ) : (
        <div className="space-y-3">
          <RangeChart
            label={t('curve.label', { name: dirtyRate.name })}
            points={points.map(({ seconds: x, lowMiB, highMiB, saturated }) => ({
              x,
              low: lowMiB * 1024,
              high: highMiB * 1024,
              hollow: saturated,
            }))}
            xTicks={[0, ...dirtyRateWindows, ...(seconds > 20 ? [seconds] : [])]}
            yTicks={scale.ticks}
            xLabel={(x) => (x === 0 ? '0' : t('seconds', { seconds: x }))}
            yLabel={scale.tickLabel}
            reference={
              verdict === 'flat' && sizeMiB !== null
                ? { value: sizeMiB * 1024, label: t('curve.flat') }
                : undefined
            }
          />
          <p className="text-sm">
            {t(`curve.verdict.${verdict}`, { size: words.size(sizeMiB) })}
          </p>
          <Table label={t('curve.title')}>
            <THead>
              <Th>{t('curve.window')}</Th>
              <Th align="end">{t('curve.distinct')}</Th>
              <Th align="end">{t('curve.rate')}</Th>
              <Th align="end">{t('curve.count')}</Th>
            </THead>
            <TBody>
              {points.map((point) => (
                <Tr key={point.seconds}>
                  <Td>{t('seconds', { seconds: point.seconds })}</Td>
                  <Td align="end" mono>
                    {words.size(point.lowMiB)} – {words.size(point.highMiB)}
                  </Td>
                  <Td align="end" mono>
                    {words.rate((point.lowMiB + point.highMiB) / 2 / point.seconds)}
                    {point.saturated && ` · ${t('curve.saturated')}`}
                  </Td>
                  <Td align="end" mono>
                    {f.count(point.count)}
                  </Td>
                </Tr>
              ))}
            </TBody>
          </Table>
        </div>
      )}
    </Card>
  )
}
