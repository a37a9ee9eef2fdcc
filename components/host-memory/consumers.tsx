'use client'

import {
  consumerOrder,
  type Consumer,
  type ConsumerOrder,
  type HostMemoryReport,
} from '../../server/contract/overcommit.ts'
import { useFormat } from '../charts/use-format.ts'
import { paths } from '../data/paths.ts'
import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'
import { Meter } from '../ui/memory-bar.tsx'
import { Select } from '../ui/select.tsx'
import { TextLink } from '../ui/text-link.tsx'

const figures: Record<ConsumerOrder, (one: Consumer) => number | null> = {
  rss: (one) => one.rssKiB,
  balloon: (one) => one.balloonKiB,
  maximum: (one) => one.maximumKiB,
  growth: (one) => one.growthKiB,
}

/** The guests that take most of a host, each with a bar against the first. */
export function Consumers({
  host,
  report,
  order,
  onOrder,
}: {
  host: string
  report: HostMemoryReport
  order: ConsumerOrder
  onOrder: (order: ConsumerOrder) => void
}) {
  const t = useT('hostMemory')
  const f = useFormat()
  const { consumers, consumersTotal, restKiB } = report
  // While another order is on its way, what is here is still of the one before.
  const figure = figures[report.order]
  const most = Math.max(1, ...consumers.map((one) => figure(one) ?? 0))
  return (
    <Card
      title={t('consumers.title')}
      padded={false}
      actions={
        <Select
          label={t('consumers.order')}
          labelHidden
          size="sm"
          value={order}
          onChange={onOrder}
          options={consumerOrder.options.map((value) => ({
            value,
            label: t(`consumers.${value}`),
          }))}
        />
      }
    >
      {consumers.length === 0 ? (
        <p className="text-muted p-4 text-sm">{t('consumers.none')}</p>
      ) : (
        <ol className="divide-line divide-y text-sm" aria-label={t('consumers.title')}>
          {consumers.map((one) => {
            const value = f.kib(figure(one))
            return (
              <li key={one.uuid} className="space-y-1.5 px-4 py-2">
                <div className="flex items-baseline gap-3">
                  <span className="min-w-0 truncate">
                    <TextLink href={paths.domainMemory({ host, uuid: one.uuid })}>
                      <bdi>{one.name}</bdi>
                    </TextLink>
                  </span>
                  <span className="tabular ml-auto font-mono text-xs">{value}</span>
                </div>
                <Meter
                  value={figure(one)}
                  max={most}
                  label={t('consumers.bar', { name: one.name, value })}
                />
                <p className="text-muted flex flex-wrap gap-x-3 text-xs">
                  <span>
                    {t('consumers.ofMaximum', {
                      balloon: f.kib(one.balloonKiB),
                      maximum: f.kib(one.maximumKiB),
                    })}
                  </span>
                  {one.usedKiB !== null && (
                    <span>{t('consumers.guestUses', { value: f.kib(one.usedKiB) })}</span>
                  )}
                  {one.cells && (
                    <span>{t('consumers.cells', { list: one.cells.join(', ') })}</span>
                  )}
                  {one.hugePageKiB !== null && (
                    <span>{t('consumers.huge', { size: f.kib(one.hugePageKiB) })}</span>
                  )}
                </p>
              </li>
            )
          })}
          {consumersTotal > consumers.length && (
            <li className="text-muted px-4 py-2 text-xs">
              {t('consumers.rest', {
                count: consumersTotal - consumers.length,
                value: f.kib(restKiB),
              })}
            </li>
          )}
        </ol>
      )}
    </Card>
  )
}
