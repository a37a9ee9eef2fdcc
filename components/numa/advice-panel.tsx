'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'

import type { HostCell, NumaAdvice } from '../../server/contract/numa.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { AmountField } from '../memory/amount-field.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { CopyButton } from '../ui/command-line.tsx'
import { TextField } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { problemOf } from '../ui/problem-like.ts'
import { Select } from '../ui/select.tsx'
import { InlineError } from '../ui/states.tsx'
import { Table, TBody, Td, Th, THead, Tr } from '../ui/table.tsx'
import { wholeNumber } from '../ui/whole-number.ts'
import { numaQueries } from './numa-queries.ts'

const GiB = 2 ** 20
type Size = { vcpus: number; memoryKiB: number; pageKiB: number | null }

/** Where a guest of a given size belongs, and what to write for it. */
export function AdvicePanel({ host, cells }: { host: string; cells: readonly HostCell[] }) {
  const t = useT('numa')
  const f = useFormat()
  const [vcpus, setVcpus] = useState('2')
  const [memoryKiB, setMemory] = useState<number | null>(2 * GiB)
  const [page, setPage] = useState('')
  const [asked, setAsked] = useState<Size | null>(null)
  const advice = useQuery(numaQueries.advice(host, asked))
  const count = wholeNumber(vcpus, 1, 4096)
  const pools = [
    ...new Set(
      cells.flatMap(({ hugePages }) =>
        hugePages.filter(({ total }) => total > 0).map(({ sizeKiB }) => sizeKiB),
      ),
    ),
  ]
  return (
    <Card title={t('advice.title')}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (count === null || memoryKiB === null) return
          const size = {
            vcpus: count,
            memoryKiB,
            pageKiB: page === '' ? null : Number(page),
          }
          setAsked(size)
          // The same size once more: what is free may be another now.
          if (JSON.stringify(size) === JSON.stringify(asked)) void advice.refetch()
        }}
      >
        <p className="text-muted text-sm">{t('advice.lead')}</p>
        <div className="flex flex-wrap items-start gap-3">
          <TextField
            label={t('advice.vcpus')}
            value={vcpus}
            onChange={setVcpus}
            mono
            inputMode="numeric"
            autoComplete="off"
            className="w-24"
            error={count === null ? t('advice.wrongVcpus') : undefined}
          />
          <AmountField
            label={t('advice.memory')}
            valueKiB={memoryKiB ?? 2 * GiB}
            maximumKiB={32 * GiB}
            onChange={setMemory}
          />
          <Select
            label={t('advice.pages')}
            value={page}
            onChange={setPage}
            options={[
              { value: '', label: t('advice.ordinary') },
              ...pools.map((size) => ({
                value: String(size),
                label: t('advice.hugePages', { size: f.kib(size) }),
              })),
            ]}
          />
          <Button
            type="submit"
            variant="primary"
            loading={advice.isFetching}
            className="mt-6"
          >
            {t('advice.ask')}
          </Button>
        </div>
      </form>
      <div className="mt-4 space-y-4" aria-live="polite">
        {advice.error && <InlineError problem={problemOf(advice.error)} />}
        {advice.data && <Advice advice={advice.data} />}
      </div>
    </Card>
  )
}

function Advice({ advice }: { advice: NumaAdvice }) {
  const t = useT('numa')
  const f = useFormat()
  const { verdict, candidates } = advice
  return (
    <>
      <Notice
        tone={verdict === 'does-not-fit' ? 'danger' : verdict === 'splits' ? 'warn' : 'ok'}
        title={t(`advice.verdict.${verdict}`, { list: advice.cells.join(', ') })}
      >
        {advice.needsCache && t('advice.needsCache')}
      </Notice>
      <Table label={t('advice.title')}>
        <THead>
          <Th>{t('advice.cell')}</Th>
          <Th align="end">{t('advice.available')}</Th>
          <Th align="end">{t('advice.cpus')}</Th>
          <Th>{t('advice.result')}</Th>
        </THead>
        <TBody>
          {candidates.map((candidate) => (
            <Tr key={candidate.cells.join()}>
              <Td mono>{candidate.cells.join(', ')}</Td>
              <Td align="end" mono>
                {f.kib(candidate.availableKiB)}
              </Td>
              <Td align="end" mono>
                {f.count(candidate.cpus)}
              </Td>
              <Td className={candidate.fits ? 'text-ok' : 'text-muted'}>
                {candidate.short === null
                  ? t('advice.fits')
                  : t(`advice.short.${candidate.short}`, {
                      kib: f.kib(candidate.shortKiB),
                    })}
              </Td>
            </Tr>
          ))}
        </TBody>
      </Table>
      {advice.xml && <Text title={t('advice.xml')} text={advice.xml} />}
      {advice.virtInstall && (
        <Text title={t('advice.virtInstall')} text={advice.virtInstall} />
      )}
    </>
  )
}

/** What is to be copied into something else. */
function Text({ title, text }: { title: string; text: string }) {
  return (
    <section aria-label={title}>
      <div className="mb-1 flex items-center gap-2">
        <h3 className="text-sm font-medium">{title}</h3>
        <CopyButton text={text} />
      </div>
      {/* Focusable, so that a wide text can be scrolled with the keyboard. */}
      <pre
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        className="bg-sunken max-h-80 overflow-auto rounded border p-3 font-mono text-xs"
      >
        {text}
      </pre>
    </section>
  )
}
