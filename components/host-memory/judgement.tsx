'use client'

import { clsx } from 'clsx'

import type { Overcommit, RoomJudgement } from '../../server/contract/overcommit.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'
import { Meter } from '../ui/memory-bar.tsx'
import { Notice } from '../ui/notice.tsx'
import { Table, TBody, Td, Th, THead, Tr } from '../ui/table.tsx'

/** In words: what would be missing if every guest took what it may. */
export function Verdicts({ overcommit }: { overcommit: Overcommit }) {
  const t = useT('hostMemory')
  const f = useFormat()
  const { atMaximum, soon, cells, cellSets, hugePages } = overcommit
  const words = (room: RoomJudgement) => ({
    need: f.kib(room.needKiB),
    have: f.kib(room.haveKiB),
    missing: f.kib(room.missingKiB),
    spare: f.kib(room.spareKiB),
  })
  const over = atMaximum.missingKiB > 0
  const sets = [
    ...cells.map((cell) => ({ cells: [cell.id], atMaximum: cell.atMaximum })),
    ...cellSets,
  ].filter((set) => set.atMaximum.missingKiB > 0)
  return (
    <div className="space-y-2">
      <Notice
        tone={over ? 'danger' : 'ok'}
        title={t(over ? 'verdict.over' : 'verdict.fits', words(atMaximum))}
      >
        {t(over ? 'verdict.overDetail' : 'verdict.fitsDetail', words(atMaximum))}
      </Notice>
      {soon.missingKiB > 0 && <Notice tone="warn" title={t('verdict.soon', words(soon))} />}
      {sets.map((set) => (
        <Notice
          key={set.cells.join()}
          tone="danger"
          title={t('verdict.cells', {
            ...words(set.atMaximum),
            cells: set.cells.length,
            list: set.cells.join(', '),
          })}
        />
      ))}
      {hugePages
        .filter((pool) => pool.atMaximum.missingKiB > 0)
        .map((pool) => (
          <Notice
            key={pool.sizeKiB}
            tone="danger"
            title={t('verdict.pages', {
              ...words(pool.atMaximum),
              size: f.kib(pool.sizeKiB),
            })}
          />
        ))}
    </div>
  )
}

/** The same as figures. */
export function JudgeTable({ overcommit }: { overcommit: Overcommit }) {
  const t = useT('hostMemory')
  const f = useFormat()
  const rows = [
    { key: 'maximum', room: overcommit.atMaximum, of: 'ofRam' },
    { key: 'balloon', room: overcommit.atBalloon, of: 'ofRam' },
    { key: 'soon', room: overcommit.soon, of: 'ofFree' },
  ] as const
  return (
    <Card title={t('judge.title')} padded={false}>
      <Table label={t('judge.title')} className="rounded-none border-0">
        <THead>
          <Th className="max-sm:whitespace-normal">{t('judge.what')}</Th>
          <Th align="end">{t('judge.need')}</Th>
          <Th align="end">{t('judge.have')}</Th>
          <Th align="end">{t('judge.left')}</Th>
        </THead>
        <TBody>
          {rows.map(({ key, room, of }) => (
            <Tr key={key}>
              <Td className="sm:min-w-36">
                {t(`judge.${key}`)}
                <Meter
                  className="mt-1.5 max-w-48"
                  value={room.needKiB}
                  max={room.haveKiB}
                  tone={room.missingKiB > 0 ? 'danger' : 'accent'}
                  label={t(`judge.${key}`)}
                />
              </Td>
              <Td align="end" mono className="whitespace-nowrap">
                {f.kib(room.needKiB)}
              </Td>
              <Td align="end" mono>
                <span className="whitespace-nowrap">{f.kib(room.haveKiB)}</span>
                <span className="text-faint block font-sans max-sm:hidden">
                  {t(`judge.${of}`)}
                </span>
              </Td>
              <Td
                align="end"
                mono
                className={clsx('whitespace-nowrap', room.missingKiB > 0 && 'text-danger')}
              >
                {room.missingKiB > 0
                  ? t('judge.missing', { value: f.kib(room.missingKiB) })
                  : t('judge.spare', { value: f.kib(room.spareKiB) })}
                {room.ratio !== null && (
                  <span className="text-faint block">{f.percent(room.ratio * 100)}</span>
                )}
              </Td>
            </Tr>
          ))}
        </TBody>
      </Table>
    </Card>
  )
}
