'use client'

import { useMemo, useState } from 'react'

import { parseQmpJson, type QmpValue } from '../../server/contract/qmp-json.ts'
import { formatBytes } from '../charts/format.ts'
import { useT } from '../i18n/use-t.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { CommandLine, CopyButton } from '../ui/command-line.tsx'
import { Notice } from '../ui/notice.tsx'
import type { ProblemLike } from '../ui/problem-like.ts'
import { ErrorState } from '../ui/states.tsx'
import { JsonTree } from './json-tree.tsx'
import type { MonitorMode } from './monitor-memory.ts'

/** What came of the last command. */
export type Outcome =
  | {
      kind: 'answer'
      id: number
      mode: MonitorMode
      text: string
      command: string
      tookMs: number
    }
  | { kind: 'problem'; id: number; problem: ProblemLike }

/** Longest text that is drawn; the copy has all of it. */
const maxTextLength = 200_000

export function MonitorAnswer({ outcome }: { outcome: Outcome | null }) {
  const t = useT('monitor')
  if (!outcome) {
    return (
      <Card title={t('answer.title')}>
        <p className="text-muted text-sm">{t('answer.none')}</p>
      </Card>
    )
  }
  if (outcome.kind === 'answer') return <Answered key={outcome.id} outcome={outcome} />
  const { problem } = outcome
  if (!problem.qemu) {
    return (
      <Card title={t('answer.title')}>
        <ErrorState problem={problem} />
      </Card>
    )
  }
  const refused = { error: { ...problem.qemu } }
  return (
    <Card
      title={t('answer.title')}
      padded={false}
      actions={<CopyButton text={JSON.stringify(refused)} />}
    >
      <div role="alert" className="p-4 pb-0">
        <Notice tone="danger" title={t('answer.error', { class: problem.qemu.class })}>
          {problem.qemu.desc}
        </Notice>
      </div>
      <JsonTree value={refused} label={t('answer.label')} />
      {problem.command && (
        <div className="border-t p-3">
          <CommandLine command={problem.command} />
        </div>
      )}
    </Card>
  )
}

function Answered({ outcome }: { outcome: Outcome & { kind: 'answer' } }) {
  const t = useT('monitor')
  const { mode, text, command, tookMs } = outcome
  const [asText, setAsText] = useState(mode === 'hmp')
  const value = useMemo(() => (mode === 'qmp' ? read(text) : undefined), [mode, text])
  return (
    <Card
      title={t('answer.title')}
      padded={false}
      meta={
        <span className="tabular" role="status">
          {t('answer.took', { ms: Math.round(tookMs) })} · {formatBytes(text.length, 'en')}
        </span>
      }
      actions={
        <>
          {value !== undefined && (
            <Button size="sm" aria-pressed={asText} onClick={() => setAsText(!asText)}>
              {t(asText ? 'answer.asTree' : 'answer.asText')}
            </Button>
          )}
          <CopyButton text={text} />
        </>
      }
    >
      {value === undefined || asText ? (
        <AnswerText text={text} />
      ) : (
        <JsonTree value={value} label={t('answer.label')} />
      )}
      <div className="border-t p-3">
        <CommandLine command={command} />
      </div>
    </Card>
  )
}

function AnswerText({ text }: { text: string }) {
  const t = useT('monitor')
  const shown = text.slice(0, maxTextLength)
  return (
    <>
      {shown.length < text.length && (
        <p className="text-warn px-4 pt-3 text-xs">
          {t('answer.cut', {
            shown: formatBytes(shown.length, 'en'),
            all: formatBytes(text.length, 'en'),
          })}
        </p>
      )}
      <pre
        // Focusable, so that it can be scrolled with the keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label={t('answer.label')}
        className="max-h-[60dvh] overflow-auto p-4 font-mono text-xs leading-5 whitespace-pre-wrap [overflow-wrap:anywhere]"
      >
        {shown.trim() === '' ? t('answer.empty') : shown}
      </pre>
    </>
  )
}

/** What `return` holds; undefined where the answer is no JSON and is shown as text. */
function read(text: string): QmpValue | undefined {
  try {
    const answer = parseQmpJson(text)
    const isObject = typeof answer === 'object' && answer !== null && !Array.isArray(answer)
    return isObject && 'return' in answer ? answer['return'] : answer
  } catch {
    // Cut off or not JSON: it is shown as it is.
    return undefined
  }
}
