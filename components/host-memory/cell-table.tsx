'use client'

import { clsx } from 'clsx'

import type { ClaimSums, Overcommit } from '../../server/contract/overcommit.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'
import { Table, TBody, Td, Th, THead, Tr } from '../ui/table.tsx'

/** The same sums by NUMA cell; nothing on a host that has one. */
export function CellTable({ overcommit }: { overcommit: Overcommit }) {
  const t = useT('hostMemory')
  const f = useFormat()
  if (overcommit.cells.length === 0) return null
  const guests = (sums: ClaimSums) => (
    <>
      {f.kib(sums.maximumKiB)}
      <span className="text-faint block font-sans">
        {t('cells.guests', { count: sums.guests })}
      </span>
    </>
  )
  return (
    <Card title={t('cells.title')} padded={false}>
      <Table label={t('cells.title')} className="rounded-none border-0">
        <THead>
          <Th>{t('cells.cell')}</Th>
          <Th align="end">{t('cells.total')}</Th>
          <Th align="end">{t('cells.free')}</Th>
          <Th align="end">{t('cells.pages')}</Th>
          <Th align="end">{t('cells.bound')}</Th>
          <Th align="end">{t('cells.shared')}</Th>
          <Th align="end">{t('cells.left')}</Th>
        </THead>
        <TBody>
          {overcommit.cells.map((cell) => (
            <Tr key={cell.id}>
              <Td mono>{cell.id}</Td>
              <Td align="end" mono className="whitespace-nowrap">
                {f.kib(cell.totalKiB)}
              </Td>
              <Td align="end" mono className="whitespace-nowrap">
                {f.kib(cell.freeKiB)}
              </Td>
              <Td align="end" mono className="whitespace-nowrap">
                {cell.hugePages
                  .filter(({ total }) => total > 0)
                  .map(
                    ({ sizeKiB, free, total }) =>
                      `${f.kib(sizeKiB)}: ${f.count(free)} / ${f.count(total)}`,
                  )
                  .join(', ') || '—'}
              </Td>
              <Td align="end" mono className="whitespace-nowrap">
                {guests(cell.bound)}
              </Td>
              <Td align="end" mono className="whitespace-nowrap">
                {guests(cell.shared)}
              </Td>
              <Td
                align="end"
                mono
                className={clsx(
                  'whitespace-nowrap',
                  cell.atMaximum.missingKiB > 0 && 'text-danger',
                )}
              >
                {cell.atMaximum.missingKiB > 0
                  ? t('judge.missing', { value: f.kib(cell.atMaximum.missingKiB) })
                  : f.kib(cell.atMaximum.spareKiB)}
              </Td>
            </Tr>
          ))}
        </TBody>
      </Table>
      <p className="text-muted border-t px-4 py-2 text-xs">{t('cells.noCache')}</p>
    </Card>
  )
}
