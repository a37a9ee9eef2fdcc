'use client'

import type { Overcommit } from '../../server/contract/overcommit.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'
import { Table, TBody, Td, Th, THead, Tr } from '../ui/table.tsx'

/** Every figure with the call that told it, also those that libvirt does not tell. */
export function RoomFigures({ overcommit }: { overcommit: Overcommit }) {
  const t = useT('hostMemory')
  const f = useFormat()
  const { memory, sums, hugePages } = overcommit
  const memoryStats = 'NodeGetMemoryStats'
  const pages = hugePages.map((pool) => ({
    name: t('figures.pages', { size: f.kib(pool.sizeKiB) }),
    value:
      pool.total === 0
        ? t('figures.pagesNone')
        : pool.free === null
          ? t('figures.pagesUnknown', { total: f.count(pool.total) })
          : t('figures.pagesValue', {
              free: f.count(pool.free),
              total: f.count(pool.total),
            }),
    source: 'capabilities, NodeGetFreePages',
  }))
  const rows = [
    { name: t('figures.total'), value: f.kib(memory.totalKiB), source: memoryStats },
    { name: t('figures.used'), value: f.kib(memory.usedKiB), source: memoryStats },
    { name: t('figures.free'), value: f.kib(memory.freeKiB), source: memoryStats },
    { name: t('figures.cache'), value: f.kib(memory.cachedKiB), source: memoryStats },
    { name: t('figures.buffers'), value: f.kib(memory.buffersKiB), source: memoryStats },
    {
      name: t('figures.ordinary'),
      value: f.kib(overcommit.ordinaryKiB),
      source: t('figures.ordinarySource'),
    },
    ...pages,
    { name: t('figures.swap'), value: '—', source: t('figures.notTold') },
    {
      name: t('figures.sums', { count: sums.guests }),
      value: [sums.balloonKiB, sums.maximumKiB, sums.rssKiB]
        .map((kib) => f.kib(kib))
        .join(' / '),
      source: t('figures.sumsSource'),
    },
    {
      name: t('figures.other'),
      value: f.kib(overcommit.otherKiB),
      source: t('figures.otherSource'),
    },
  ]
  return (
    <Card title={t('figures.title')} padded={false}>
      <Table label={t('figures.title')} className="rounded-none border-0">
        <THead>
          <Th>{t('figures.figure')}</Th>
          <Th align="end">{t('figures.value')}</Th>
          <Th className="max-sm:hidden">{t('figures.source')}</Th>
        </THead>
        <TBody>
          {rows.map(({ name, value, source }) => (
            <Tr key={name}>
              <Td className="sm:min-w-36">
                {name}
                <span className="text-muted block text-xs sm:hidden">{source}</span>
              </Td>
              <Td align="end" mono className="sm:whitespace-nowrap">
                {value}
              </Td>
              <Td className="text-muted min-w-36 text-xs max-sm:hidden">{source}</Td>
            </Tr>
          ))}
        </TBody>
      </Table>
    </Card>
  )
}
