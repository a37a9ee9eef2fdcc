'use client'

import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react'

import type { CreateCheck } from '../../server/contract/create.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { problemOf } from '../ui/problem-like.ts'
import { InlineError } from '../ui/states.tsx'
import { useCheckWords } from './check-words.ts'
import type { CreateState } from './use-create.ts'

/** What speaks against it, before anything is done: errors first, each with the way out where there is one. */
export function ChecksView({
  state,
  hostFails,
}: {
  state: CreateState
  /** The host does not answer: the form says why. */
  hostFails: boolean
}) {
  const t = useT('create')
  const { preview, lineError } = state
  const errors = [...(lineError ? [lineError] : []), ...(preview?.errors ?? [])]
  const checks = preview?.checks ?? []
  // What a check says in full needs no second word.
  const warnings = (preview?.warnings ?? []).filter(
    (warning) =>
      !warning.startsWith('KVM acceleration not available') ||
      !checks.some(({ code }) => code === 'kvm_missing'),
  )
  const storage = preview?.storage ?? []
  const clean = errors.length === 0 && checks.length === 0 && warnings.length === 0
  return (
    <Card title={t('checks.title')} meta={state.pending ? t('checks.pending') : undefined}>
      {hostFails ? (
        <p className="text-muted text-sm">{t('checks.hostFails')}</p>
      ) : state.previewFailure ? (
        <InlineError problem={problemOf(state.previewFailure)} />
      ) : state.host === '' ? (
        <p className="text-muted text-sm">{t('checks.chooseHost')}</p>
      ) : state.text === '' ? (
        <p className="text-muted text-sm">{t('checks.begin')}</p>
      ) : (
        <ul className="space-y-2.5 text-sm">
          {errors.map(({ message, option }, at) => (
            <Said key={`e${at}`} message={message.trim()} option={option} tone="error" />
          ))}
          {checks.map((check, at) => (
            <CheckLine key={`c${at}`} check={check} state={state} />
          ))}
          {warnings.map((warning) => (
            <Said key={warning} message={warning} option={null} tone="warning" />
          ))}
          {clean && preview && (
            <li className="flex gap-2.5">
              <CircleCheck aria-hidden className="text-ok mt-0.5 size-4 shrink-0" />
              {t('checks.clean')}
            </li>
          )}
        </ul>
      )}
      {storage.length > 0 && <Storage storage={storage} />}
    </Card>
  )
}

/** What virt-install says itself, in its own words. */
function Said({
  message,
  option,
  tone,
}: {
  message: string
  option: string | null
  tone: CreateCheck['severity']
}) {
  const t = useT('create')
  return (
    <li className="flex gap-2.5">
      <SeverityIcon severity={tone} />
      <div className="min-w-0">
        <p className="font-medium">
          {t('checks.says')}
          {option !== null && (
            <span className="text-faint ml-1.5 font-mono text-xs font-normal">
              --{option}
            </span>
          )}
        </p>
        <p className="text-muted [overflow-wrap:anywhere] whitespace-pre-wrap">{message}</p>
      </div>
    </li>
  )
}

function SeverityIcon({ severity }: Pick<CreateCheck, 'severity'>) {
  const Icon = severity === 'error' ? CircleAlert : TriangleAlert
  return (
    <Icon
      aria-hidden
      className={`mt-0.5 size-4 shrink-0 ${severity === 'error' ? 'text-danger' : 'text-warn'}`}
    />
  )
}

function CheckLine({ check, state }: { check: CreateCheck; state: CreateState }) {
  const t = useT('create')
  const words = useCheckWords()(check)
  const { fix, severity } = check
  return (
    <li className="flex gap-2.5">
      <SeverityIcon severity={severity} />
      <div className="min-w-0">
        <p className="font-medium">{words.title}</p>
        <p className="text-muted [overflow-wrap:anywhere]">{words.detail}</p>
        {fix && (
          <Button size="sm" className="mt-1.5" onClick={() => state.typeLine(fix.line)}>
            {t('checks.fix')} <span className="font-mono">{fix.label}</span>
          </Button>
        )}
      </div>
    </li>
  )
}

function Storage({ storage }: { storage: NonNullable<CreateState['preview']>['storage'] }) {
  const t = useT('create')
  const f = useFormat()
  return (
    <div className="mt-4 border-t pt-3">
      <p className="text-muted mb-1.5 text-xs">{t('checks.storage')}</p>
      <ul className="space-y-1 font-mono text-xs">
        {storage.map(({ kind, path, format, capacityBytes }) => (
          <li key={path} className="[overflow-wrap:anywhere]">
            {kind === 'make-pool'
              ? t('checks.makePool', { path })
              : `${path} (${[format, capacityBytes === null ? null : f.bytes(capacityBytes)].filter(Boolean).join(', ')})`}
          </li>
        ))}
      </ul>
    </div>
  )
}
