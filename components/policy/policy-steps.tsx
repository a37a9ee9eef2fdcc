'use client'

import type { PolicyDetail, PolicyStep } from '../../server/contract/memory-policy.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { Badge } from '../ui/badge.tsx'
import { Card } from '../ui/card.tsx'
import { Table, TBody, Td, Th, THead, Tr } from '../ui/table.tsx'
import type { Tone } from '../ui/tone.ts'

const tones: Record<PolicyStep['outcome'], Tone> = {
  shown: 'info',
  done: 'ok',
  failed: 'danger',
}

/** What the policy did, or would have done, the newest first. */
export function PolicySteps({ policy }: { policy: PolicyDetail }) {
  const t = useT('policy')
  const f = useFormat()
  return (
    <Card title={t('steps')} padded={false}>
      {policy.steps.length === 0 ? (
        <p className="text-muted p-4 text-sm">
          {t(policy.active ? 'noStepsYet' : 'noSteps')}
        </p>
      ) : (
        <Table
          label={t('steps')}
          className="max-h-[60dvh] overflow-y-auto border-0 [&_td]:whitespace-nowrap"
        >
          <THead>
            <Th>{t('column.at')}</Th>
            <Th>{t('column.domain')}</Th>
            <Th align="end">{t('column.from')}</Th>
            <Th align="end">{t('column.to')}</Th>
            <Th align="end">{t('column.change')}</Th>
            <Th align="end">{t('column.available')}</Th>
            <Th>{t('column.outcome')}</Th>
            <Th>{t('column.why')}</Th>
          </THead>
          <TBody>
            {policy.steps.map((step) => {
              const byKiB = step.toKiB - step.fromKiB
              return (
                <Tr key={step.id}>
                  <Td mono className="whitespace-nowrap">
                    <span title={f.dateTime(step.atMs)}>{f.clock(step.atMs)}</span>
                  </Td>
                  <Td>
                    <bdi>{step.name}</bdi>
                  </Td>
                  <Td align="end" mono>
                    {f.kib(step.fromKiB)}
                  </Td>
                  <Td align="end" mono>
                    {f.kib(step.toKiB)}
                  </Td>
                  <Td align="end" mono>
                    {byKiB < 0 ? '−' : '+'}
                    {f.kib(Math.abs(byKiB))}
                  </Td>
                  <Td align="end" mono>
                    {f.kib(step.availableKiB)}
                  </Td>
                  <Td>
                    <Badge tone={tones[step.outcome]}>{t(`outcome.${step.outcome}`)}</Badge>
                  </Td>
                  <Td className="text-muted text-xs">
                    {t(`why.${step.why}`)}
                    {step.detail && `: ${step.detail}`}
                  </Td>
                </Tr>
              )
            })}
          </TBody>
        </Table>
      )}
    </Card>
  )
}
