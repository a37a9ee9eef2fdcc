'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useState } from 'react'

import type { EvacuationOptions, EvacuationPlan } from '../../server/contract/evacuation.ts'
import { paths } from '../data/paths.ts'
import { useMay } from '../shell/me.tsx'
import { Button } from '../ui/button.tsx'
import { Checkbox } from '../ui/checkbox.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { problemOf } from '../ui/problem-like.ts'
import { Select } from '../ui/select.tsx'
import { ErrorState, InlineError, Skeleton } from '../ui/states.tsx'
import { Table, TBody, Td, Th, THead, Tr } from '../ui/table.tsx'
import { toast } from '../ui/toaster.tsx'
import { useSubmit } from '../ui/use-submit.ts'
import { LevelIcon } from './finding-list.tsx'
import { bandwidthSteps } from './migrate-form.ts'
import { evacuationApi } from './migration-api.ts'
import { useMigrationWords } from './use-migration-words.ts'

/** Empties a host, or moves a selection: the plan first, then one job for all of it. */
export function EvacuateDialog({
  host,
  domains,
  open,
  onOpenChange,
}: {
  /** Which is emptied; null = `domains`. */
  host: { host: string; name: string } | null
  domains: readonly { host: string; uuid: string }[]
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const { t } = useMigrationWords()
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      size="lg"
      title={
        host
          ? t('evacuate.title', { host: host.name })
          : t('evacuate.titleSelected', { count: domains.length })
      }
      description={t('evacuate.hint')}
    >
      {open && (
        <Content
          host={host?.host ?? null}
          domains={domains}
          close={() => onOpenChange(false)}
        />
      )}
    </Dialog>
  )
}

function Content({
  host,
  domains,
  close,
}: {
  host: string | null
  domains: readonly { host: string; uuid: string }[]
  close: () => void
}) {
  const { t, time } = useMigrationWords()
  const may = useMay('operator')
  const router = useRouter()
  const [staying, setStaying] = useState<ReadonlySet<string>>(new Set())
  const [options, setOptions] = useState<EvacuationOptions>({
    parallel: 2,
    bandwidthMiBps: null,
    autoConverge: true,
    postCopy: false,
  })
  const set = (change: Partial<EvacuationOptions>) =>
    setOptions((now) => ({ ...now, ...change }))
  const { data, error, isFetching } = useQuery({
    ...evacuationApi.plan({
      host,
      domains: domains.map((domain) => `${domain.host}/${domain.uuid}`),
      ...options,
    }),
    placeholderData: keepPreviousData,
  })
  const moves = (data?.moves ?? []).flatMap(({ host: from, uuid, target }) =>
    target === null || staying.has(uuid) ? [] : [{ host: from, uuid, target }],
  )
  const { busy, problem, submit } = useSubmit(async () => {
    const { job } = await evacuationApi.start({ host, moves, options })
    toast.success({ title: t('evacuate.started') })
    close()
    router.push(paths.job(job.id))
  })
  if (error && !data) return <ErrorState problem={problemOf(error)} />
  if (!data) {
    return (
      <div className="space-y-3" role="status">
        <p className="text-muted text-sm">{t('evacuate.planning')}</p>
        <Skeleton className="h-48" />
      </div>
    )
  }
  if (data.moves.length === 0) return <Notice>{t('evacuate.empty')}</Notice>
  return (
    <div className="space-y-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <Select
          label={t('evacuate.atOnce')}
          value={String(options.parallel)}
          onChange={(value) => set({ parallel: Number(value) })}
          options={['1', '2', '3', '4', '6', '8'].map((value) => ({ value, label: value }))}
        />
        <Select
          label={t('bandwidth')}
          value={String(options.bandwidthMiBps ?? '')}
          onChange={(value) => set({ bandwidthMiBps: value === '' ? null : Number(value) })}
          options={bandwidthSteps.map((value) => ({
            value: String(value ?? ''),
            label: value === null ? t('noLimit') : t('rate', { value }),
          }))}
        />
        <Checkbox
          label={t('evacuate.autoConverge')}
          hint={t('autoConvergeHint')}
          checked={options.autoConverge}
          onChange={(autoConverge) => set({ autoConverge })}
        />
        <Checkbox
          label={t('evacuate.postCopy')}
          hint={t('postCopyHint')}
          checked={options.postCopy}
          onChange={(postCopy) => set({ postCopy })}
        />
      </div>
      <PlanTable
        plan={data}
        staying={staying}
        onStay={(uuid, stays) => {
          const next = new Set(staying)
          if (stays) next.add(uuid)
          else next.delete(uuid)
          setStaying(next)
        }}
      />
      <p className="text-sm" role="status" data-testid="evacuation-total">
        {t('evacuate.total', {
          count: moves.length,
          time: isFetching ? '…' : time(data.totalMs),
        })}
      </p>
      {data.left > 0 && (
        <Notice tone="warn">{t('evacuate.left', { count: data.left })}</Notice>
      )}
      <InlineError problem={problem} />
      <div className="bg-raised sticky -bottom-4 flex justify-end border-t py-3">
        <Button
          variant="primary"
          loading={busy}
          blocked={may.reason ?? (moves.length === 0 ? t('evacuate.empty') : undefined)}
          onClick={() => submit()}
        >
          {t('evacuate.start')}
        </Button>
      </div>
    </div>
  )
}

function PlanTable({
  plan,
  staying,
  onStay,
}: {
  plan: EvacuationPlan
  staying: ReadonlySet<string>
  onStay: (uuid: string, stays: boolean) => void
}) {
  const words = useMigrationWords()
  const { t, time } = words
  return (
    <Table label={t('evacuate.plan')}>
      <THead>
        <Th>{t('evacuate.order')}</Th>
        <Th>{t('evacuate.domain')}</Th>
        <Th>{t('evacuate.to')}</Th>
        <Th>{t('evacuate.verdictColumn')}</Th>
        <Th align="end">{t('evacuate.time')}</Th>
        <Th align="end">{t('evacuate.pauseColumn')}</Th>
        <Th>{t('evacuate.skip')}</Th>
      </THead>
      <TBody>
        {plan.moves.map((move, at) => (
          <Tr key={move.uuid}>
            <Td mono>{at + 1}</Td>
            <Td>
              <bdi>{move.name}</bdi>
            </Td>
            <Td>
              <span className="inline-flex items-center gap-1.5">
                <LevelIcon level={move.level} />
                <bdi>{move.targetName ?? t('evacuate.noTarget')}</bdi>
              </span>
              {move.target === null && (
                <ul className="text-muted text-xs">
                  {move.findings.map((found) => (
                    <li key={`${found.code} ${JSON.stringify(found.params)}`}>
                      {words.finding(found)}
                    </li>
                  ))}
                </ul>
              )}
            </Td>
            <Td>{move.verdict ? t(`forecast.verdict.${move.verdict}`) : '—'}</Td>
            <Td align="end" mono>
              {time(move.totalMs)}
            </Td>
            <Td align="end" mono>
              {time(move.pauseMs)}
            </Td>
            <Td>
              {move.target !== null && (
                <Checkbox
                  label={`${move.name}: ${t('evacuate.skip')}`}
                  labelHidden
                  checked={staying.has(move.uuid)}
                  onChange={(stays) => onStay(move.uuid, stays)}
                />
              )}
            </Td>
          </Tr>
        ))}
      </TBody>
    </Table>
  )
}
