'use client'

import { CircleAlert, CircleCheck, CircleDashed, LoaderCircle } from 'lucide-react'

import { hostTestStep, type HostTestResult } from '../../server/contract/host.ts'
import { useFormat } from '../charts/use-format.ts'
import { FailureNotice } from '../hosts/host-failure.tsx'
import { useT } from '../i18n/use-t.ts'
import { Notice } from '../ui/notice.tsx'

const stepNames = hostTestStep.shape.step.options

/** Each step of a connection test: before, while and after it runs. `result` null = it is running. */
export function HostTest({
  result,
  uri,
  onAccepted,
}: {
  result: HostTestResult | null
  uri: string
  onAccepted: () => void
}) {
  const t = useT('settings')
  const f = useFormat()
  return (
    <section aria-label={t('hosts.test')} aria-live="polite" className="space-y-3">
      <ol className="bg-sunken divide-line divide-y rounded border">
        {stepNames.map((name) => {
          const step = result?.steps.find((candidate) => candidate.step === name)
          const status = result === null ? 'running' : (step?.status ?? 'skipped')
          return (
            <li key={name} className="flex gap-2.5 px-3 py-2 text-sm">
              <StepIcon status={status} />
              <div className="min-w-0 flex-1">
                <p className={status === 'skipped' ? 'text-faint' : undefined}>
                  {t(`hosts.step.${name}`)}
                  <span className="sr-only"> – {t(`hosts.stepStatus.${status}`)}</span>
                </p>
                {step?.detail && (
                  <p className="text-muted font-mono text-xs [overflow-wrap:anywhere]">
                    {step.detail}
                  </p>
                )}
              </div>
              {step && step.status !== 'skipped' && (
                <span className="text-faint tabular font-mono text-xs whitespace-nowrap">
                  {f.count(step.elapsedMs)} ms
                </span>
              )}
            </li>
          )
        })}
      </ol>
      {result?.ok && (
        <Notice tone="ok" title={t('hosts.testOk')}>
          {t('hosts.testOkDetail')}
        </Notice>
      )}
      {result?.failure && (
        <FailureNotice failure={result.failure} uri={uri} onAccepted={onAccepted} />
      )}
    </section>
  )
}

function StepIcon({ status }: { status: 'running' | 'ok' | 'failed' | 'skipped' }) {
  const common = 'mt-0.5 size-4 shrink-0'
  if (status === 'running')
    return <LoaderCircle aria-hidden className={`${common} text-accent animate-spin`} />
  if (status === 'ok') return <CircleCheck aria-hidden className={`${common} text-ok`} />
  if (status === 'failed')
    return <CircleAlert aria-hidden className={`${common} text-danger`} />
  return <CircleDashed aria-hidden className={`${common} text-faint`} />
}
