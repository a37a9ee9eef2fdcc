'use client'

import { useQuery } from '@tanstack/react-query'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { useRef, useState } from 'react'

import { domainIsActive } from '../../server/contract/domain.ts'
import {
  cleanHmpLine,
  hmpOnlyLooks,
  parseQmpCommand,
  qmpOnlyLooks,
} from '../../server/contract/monitor.ts'
import { parseQmpJson, prettyQmpJson } from '../../server/contract/qmp-json.ts'
import { mutations } from '../data/mutations.ts'
import { queries } from '../data/queries.ts'
import { useLiveTopic } from '../data/use-live.ts'
import { useT } from '../i18n/use-t.ts'
import { useMay } from '../shell/me.tsx'
import { Badge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { problemOf } from '../ui/problem-like.ts'
import { toast } from '../ui/toaster.tsx'
import { CommandEditor } from './command-editor.tsx'
import { HistoryList, SnippetList } from './entry-lists.tsx'
import { ModePicker } from './mode-picker.tsx'
import { MonitorAnswer, type Outcome } from './monitor-answer.tsx'
import {
  monitorHistory,
  monitorSnippets,
  nameOfEntry,
  type MonitorEntry,
  type MonitorMode,
} from './monitor-memory.ts'
import { QmpEventList } from './qmp-event-list.tsx'

const first: Record<MonitorMode, string> = {
  qmp: '{"execute": "query-status"}',
  hmp: 'info balloon',
}

/** The monitor of a domain's QEMU: commands and their answers, what was sent, and what QEMU tells. */
export function MonitorPage({ host, uuid }: { host: string; uuid: string }) {
  const t = useT('monitor')
  const { data } = useLiveTopic({ name: 'domain', host, uuid })
  const operator = useMay('operator')
  const admin = useMay('admin')
  const [mode, setMode] = useQueryState(
    'mode',
    parseAsStringLiteral(['qmp', 'hmp'] as const).withDefault('qmp'),
  )
  const [texts, setTexts] = useState(first)
  const [touched, setTouched] = useState(false)
  const [sending, setSending] = useState(false)
  const [asking, setAsking] = useState(false)
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const sent = useRef(0)
  const domain = data?.domain
  const name = domain?.name ?? uuid
  const active = domain ? domainIsActive(domain.state) : false
  const usable = operator.allowed && active
  const schema = useQuery({
    ...queries.qmpSchema({ host, uuid }),
    // Reading it taints the domain too: not before somebody begins to write.
    enabled: touched && usable && mode === 'qmp',
  })

  const text = texts[mode]
  const write = (value: string) => setTexts({ ...texts, [mode]: value })
  const { error, looks } = judged(mode, text)
  const mistake = error ? t(error.key, { detail: error.detail }) : undefined
  const blocked = !operator.allowed
    ? operator.reason
    : domain?.stale
      ? t('offline')
      : !active
        ? t('notRunning')
        : error
          ? mistake
          : !looks && !admin.allowed
            ? t('adminOnly')
            : undefined

  async function send(confirm?: string) {
    const id = ++sent.current
    const entry: MonitorEntry = { mode, text }
    const startedMs = performance.now()
    setSending(true)
    try {
      const answer =
        mode === 'qmp'
          ? await mutations.sendQmp({ host, uuid }, { command: text, confirm })
          : await mutations.sendHmp({ host, uuid }, { line: text, confirm })
      const tookMs = performance.now() - startedMs
      const { command } = answer
      setOutcome({ kind: 'answer', id, mode, text: answer.answer, command, tookMs })
    } catch (thrown) {
      setOutcome({ kind: 'problem', id, problem: problemOf(thrown) })
    } finally {
      setSending(false)
      monitorHistory.add(entry)
    }
  }

  function submit() {
    if (blocked !== undefined || sending) return
    if (looks) void send()
    else setAsking(true)
  }

  function take(entry: MonitorEntry) {
    setTexts({ ...texts, [entry.mode]: entry.text })
    void setMode(entry.mode)
  }

  return (
    <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
      <div className="min-w-0 space-y-4">
        {!operator.allowed && <Notice tone="neutral">{operator.reason}</Notice>}
        {operator.allowed && domain && !active && (
          <Notice tone="neutral">{t('notRunning')}</Notice>
        )}
        <Card
          title={t('title')}
          actions={<ModePicker mode={mode} choose={(value) => void setMode(value)} />}
        >
          <CommandEditor
            key={mode}
            label={t(mode === 'qmp' ? 'editorQmp' : 'editorHmp')}
            value={text}
            onChange={write}
            onSend={submit}
            onFocus={() => setTouched(true)}
            schema={mode === 'qmp' ? schema.data : undefined}
            error={text.trim() === '' ? undefined : mistake}
            hint={mode === 'qmp' ? t('completionHint') : undefined}
            rows={mode === 'qmp' ? 5 : 1}
          />
          <div className="mt-3 flex flex-wrap items-center gap-2">
            <Button variant="primary" blocked={blocked} loading={sending} onClick={submit}>
              {t('send')}
            </Button>
            {mode === 'qmp' && (
              <Button
                variant="ghost"
                blocked={mistake}
                onClick={() => write(prettyQmpJson(parseQmpJson(text)))}
              >
                {t('format')}
              </Button>
            )}
            <Button
              variant="ghost"
              blocked={mistake}
              onClick={() => {
                monitorSnippets.add({ mode, text })
                toast.success({ title: t('snippets.saved') })
              }}
            >
              {t('snippets.save')}
            </Button>
            {!error && (
              <Badge tone={looks ? 'ok' : 'warn'}>
                {t(looks ? 'readOnly' : 'changes')}
              </Badge>
            )}
            <span className="text-faint ml-auto text-xs" role="status">
              {mode === 'qmp' && schema.isFetching && t('schemaLoading')}
              {mode === 'qmp' &&
                schema.error &&
                t('schemaFailed', { reason: problemOf(schema.error).detail ?? '' })}
              {mode === 'qmp' &&
                schema.data &&
                t('schema', {
                  commands: schema.data.commands.length,
                  version: schema.data.version,
                })}
            </span>
          </div>
          <p className="text-muted mt-3 text-xs">{t('taint')}</p>
        </Card>
        <MonitorAnswer outcome={outcome} />
      </div>
      <div className="min-w-0 space-y-4">
        <SnippetList onUse={take} />
        <HistoryList onUse={take} />
        {operator.allowed && <QmpEventList host={host} uuid={uuid} name={name} />}
      </div>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        danger
        title={t('confirm.title', {
          command: nameOfEntry({ mode, text }).slice(0, 60),
          name,
        })}
        confirmLabel={t('confirm.action', { name })}
        typeName={name}
        onConfirm={() => send(name)}
      >
        <p>{t('confirm.detail', { name })}</p>
      </ConfirmDialog>
    </div>
  )
}

/** What is wrong with it, and whether it changes nothing. */
function judged(mode: MonitorMode, text: string) {
  if (mode === 'hmp') {
    const line = cleanHmpLine(text)
    if (line === null)
      return { error: { key: 'wrongLine' as const, detail: '' }, looks: true }
    return { error: null, looks: hmpOnlyLooks(line) }
  }
  const parsed = parseQmpCommand(text)
  if (parsed.ok) return { error: null, looks: qmpOnlyLooks(parsed.command) }
  const { mistake, detail } = parsed
  return { error: { key: `wrong.${mistake}` as const, detail }, looks: true }
}
