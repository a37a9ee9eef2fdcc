'use client'

import { clsx } from 'clsx'

import {
  type MemoryStatSource,
  memoryStatSources,
} from '../../server/contract/memory-sources.ts'
import {
  type MemoryDetail,
  type MemoryStatField,
  memoryStatFields,
} from '../../server/contract/memory.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'
import { Table, TBody, Td, Th, THead, Tr } from '../ui/table.tsx'
import { StatsPeriod } from './stats-period.tsx'

const fields = Object.keys(memoryStatFields) as MemoryStatField[]

/** Every field of `virsh dommemstat`, as it came, and what it means. */
export function StatsTable({ memory, stale }: { memory: MemoryDetail; stale: boolean }) {
  const t = useT('memory')
  const f = useFormat()
  const words = (field: MemoryStatField, value: number) => {
    switch (memoryStatFields[field]) {
      case 'KiB':
        return f.kib(value)
      case 'epochSeconds':
        return value > 0 ? f.clock(value * 1000) : t('fields.never')
      case 'count':
        return ''
    }
  }
  return (
    <Card
      title={t('fields.title')}
      actions={<StatsPeriod memory={memory} />}
      padded={false}
      className="[&_[role=region]]:border-0"
    >
      <Table label={t('fields.title')}>
        <THead>
          <Th>{t('fields.name')}</Th>
          <Th align="end">{t('fields.value')}</Th>
          <Th>{t('fields.unit')}</Th>
          <Th align="end" className="max-sm:hidden">
            {t('fields.words')}
          </Th>
          <Th className="max-md:hidden">{t('fields.meaning')}</Th>
          <Th className="max-md:hidden">{t('fields.source')}</Th>
        </THead>
        <TBody>
          {fields.map((field) => {
            const value = memory.stats[field]
            const meaning = (
              <>
                {t(`fields.${field}.meaning`)}
                {value === null && (
                  <span className="text-faint"> {t('fields.unknown')}</span>
                )}
              </>
            )
            return (
              <Tr key={field}>
                <Td>
                  <code className="font-mono text-xs whitespace-nowrap">{field}</code>
                  <span className="block text-xs md:hidden">
                    {meaning}{' '}
                    <span className="text-muted">
                      <Source field={field} />
                    </span>
                  </span>
                </Td>
                <Td
                  mono
                  align="end"
                  className={clsx('whitespace-nowrap', stale && 'text-faint')}
                >
                  {value === null ? (
                    <span className="text-faint" title={t('fields.unknown')}>
                      —
                    </span>
                  ) : (
                    f.count(value)
                  )}
                </Td>
                <Td className="text-muted text-xs whitespace-nowrap">
                  {t(`fields.units.${memoryStatFields[field]}`)}
                </Td>
                <Td mono align="end" className="whitespace-nowrap max-sm:hidden">
                  {value === null ? '' : words(field, value)}
                </Td>
                <Td className="text-xs max-md:hidden">{meaning}</Td>
                <Td className="text-muted text-xs [overflow-wrap:anywhere] max-md:hidden">
                  <Source field={field} />
                </Td>
              </Tr>
            )
          })}
        </TBody>
      </Table>
    </Card>
  )
}

/** Who counts it, and what it is called there: by the one table of names. */
function Source({ field }: { field: MemoryStatField }) {
  const t = useT('memory')
  const { by, kernel, qmp }: MemoryStatSource = memoryStatSources[field]
  return (
    <>
      {t(`fields.by.${by}`)}
      {kernel && (
        <span className="block">
          {kernel.file} <code className="font-mono">{kernel.names.join(' + ')}</code>
        </span>
      )}
      {qmp && (
        <span className="block">
          QMP <code className="font-mono">{qmp.name}</code>
        </span>
      )}
    </>
  )
}
