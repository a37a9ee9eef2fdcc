'use client'

import { cpuSetText } from '../../server/contract/cpu-set.ts'
import type { HostCell } from '../../server/contract/numa.ts'
import type { ClaimSums } from '../../server/contract/overcommit.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'
import { DescriptionList } from '../ui/description-list.tsx'
import { Meter } from '../ui/memory-bar.tsx'
import { Notice } from '../ui/notice.tsx'

/** The cells of a host: what is in them, what is free, who is there. */
export function CellList({
  cells,
  ofDomain = false,
}: {
  cells: readonly HostCell[]
  /** The vCPUs that are counted are those of one domain. */
  ofDomain?: boolean
}) {
  const t = useT('numa')
  return (
    <Card title={t('cells.title')}>
      {cells.length === 0 && <Notice title={t('cells.none')} />}
      {cells.length === 1 && <p className="text-muted mb-3 text-sm">{t('cells.one')}</p>}
      <ul className="grid gap-4 md:grid-cols-2" aria-label={t('cells.title')}>
        {cells.map((cell) => (
          <li key={cell.id} className="bg-sunken min-w-0 rounded border p-3">
            <CellFigures cell={cell} several={cells.length > 1} ofDomain={ofDomain} />
          </li>
        ))}
      </ul>
    </Card>
  )
}

function CellFigures({
  cell,
  several,
  ofDomain,
}: {
  cell: HostCell
  several: boolean
  ofDomain: boolean
}) {
  const t = useT('numa')
  const f = useFormat()
  const total = f.kib(cell.totalKiB)
  const free = f.kib(cell.freeKiB)
  const guests = (sums: ClaimSums) =>
    t('cells.guests', { count: sums.guests, kib: f.kib(sums.maximumKiB) })
  return (
    <>
      <div className="mb-2 flex items-baseline gap-3">
        <h3 className="font-medium">
          {t('cells.cell')} {cell.id}
        </h3>
        <span className="text-muted tabular ml-auto font-mono text-xs">
          {free} / {total}
        </span>
      </div>
      <Meter
        value={cell.freeKiB === null ? null : cell.totalKiB - cell.freeKiB}
        max={cell.totalKiB}
        label={t('cells.freeBar', { id: cell.id, free, total })}
        className="mb-2"
      />
      <DescriptionList
        items={[
          { label: t('cells.memory'), value: total, mono: true },
          { label: t('cells.free'), value: free, mono: true },
          {
            label: t('cells.cpus'),
            value: `${t('cells.cpusValue', {
              list: cpuSetText(cell.cpus),
              count: f.count(cell.cpus.length),
            })} · ${t('cells.threads', { count: cell.threadsPerCore })}`,
            mono: true,
          },
          ...cell.hugePages.map((pool) => ({
            label: `${t('cells.pages')} (${f.kib(pool.sizeKiB)})`,
            value: `${f.count(pool.free)} / ${f.count(pool.total)}`,
            mono: true,
          })),
          ...(several
            ? [
                {
                  label: t('cells.distances'),
                  value:
                    cell.distances
                      .map(({ cell: id, value }) => `${id}: ${value}`)
                      .join(', ') || '—',
                  mono: true,
                },
                { label: t('cells.bound'), value: guests(cell.bound) },
                { label: t('cells.shared'), value: guests(cell.shared) },
              ]
            : []),
          {
            label: t(ofDomain ? 'cells.ownVcpus' : 'cells.vcpus'),
            value: f.count(cell.vcpusHere),
            mono: true,
          },
        ]}
      />
    </>
  )
}
