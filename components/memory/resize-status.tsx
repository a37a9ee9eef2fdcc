'use client'

import { CircleStop, Undo2 } from 'lucide-react'
import { useState } from 'react'

import type { MemoryDetail, Resize } from '../../server/contract/memory.ts'
import { useFormat } from '../charts/use-format.ts'
import { mutations } from '../data/mutations.ts'
import { paths } from '../data/paths.ts'
import { useT } from '../i18n/use-t.ts'
import { useMay } from '../shell/me.tsx'
import { Button } from '../ui/button.tsx'
import { CommandLine } from '../ui/command-line.tsx'
import { Meter } from '../ui/memory-bar.tsx'
import { problemOf } from '../ui/problem-like.ts'
import { RelativeTime } from '../ui/relative-time.tsx'
import { TextLink } from '../ui/text-link.tsx'
import { toast } from '../ui/toaster.tsx'
import type { Tone } from '../ui/tone.ts'
import { useReasonWords } from './reason-words.ts'
import { progressOf } from './resize-progress.ts'

const tones: Record<Resize['status'], Tone> = {
  following: 'accent',
  reached: 'ok',
  'gave-up': 'warn',
  superseded: 'neutral',
  'turned-back': 'warn',
  cancelled: 'neutral',
  interrupted: 'warn',
}

/** The newest change of the balloon: how far the guest has followed it, and the way back. */
export function ResizeStatus({ memory }: { memory: MemoryDetail }) {
  const t = useT('memory')
  const f = useFormat()
  const reasonWords = useReasonWords()
  const { resize } = memory
  if (!resize) return null
  const progress = progressOf(resize)
  const moved = t(`resize.${progress.direction}`, {
    done: f.kib(progress.doneKiB),
    whole: f.kib(progress.wholeKiB),
  })
  const outside = resize.by === 'outside'
  return (
    <section aria-label={t('resize.title')} className="space-y-2 border-t pt-4 text-sm">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h3 className="font-medium">
          {t('resize.fromTo', { from: f.kib(resize.fromKiB), to: f.kib(resize.targetKiB) })}
        </h3>
        <span className="text-muted text-xs">
          {outside ? t('resize.byOutside') : t('resize.by', { who: resize.by })}{' '}
          <RelativeTime atMs={resize.startedMs} />
        </span>
      </div>
      {!outside && (
        <>
          <Meter
            value={progress.doneKiB}
            max={progress.wholeKiB}
            tone={tones[resize.status]}
            label={moved}
          />
          <p role="status" className="tabular">
            {moved}
            {' · '}
            {resize.phase
              ? t(`resize.phase.${resize.phase}`)
              : t(`resize.status.${resize.status}`, {
                  age: f.age(
                    ((resize.endedMs ?? resize.startedMs) - resize.startedMs) / 1000,
                  ),
                })}
          </p>
          {resize.cause && (
            <div className="text-muted space-y-1 text-xs">
              <p>
                {t(`resize.cause.${resize.cause}`, {
                  lowest: f.kib(resize.lowestKiB),
                  now: f.kib(resize.actualKiB),
                })}
              </p>
              {resize.reasons.map((reason) => (
                <p key={reason.signal}>{reasonWords(reason)}</p>
              ))}
            </div>
          )}
        </>
      )}
      {resize.command && <CommandLine command={resize.command} />}
      <div className="flex flex-wrap items-center gap-2">
        {resize.status === 'following' && resize.job && <CancelButton job={resize.job} />}
        {memory.undoTargetKiB !== null && (
          <UndoButton
            memory={memory}
            affects="live"
            toKiB={memory.undoTargetKiB}
            blocked={memory.resizeBlocked}
          />
        )}
        {resize.job && (
          <TextLink href={paths.job(resize.job)} className="text-xs">
            {t('resize.job', { id: resize.job })}
          </TextLink>
        )}
      </div>
    </section>
  )
}

/** The newest change of what the domain starts with, and the way back. */
export function ConfigChangeStatus({ memory }: { memory: MemoryDetail }) {
  const t = useT('memory')
  const f = useFormat()
  const change = memory.configChange
  if (!change) return null
  const { fromKiB, toKiB, by, atMs, command } = change
  return (
    <section
      aria-label={t('configChange.title')}
      className="space-y-2 border-t pt-4 text-sm"
    >
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h3 className="font-medium">
          {t('configChange.fromTo', { from: f.kib(fromKiB), to: f.kib(toKiB) })}
        </h3>
        <span className="text-muted text-xs">
          {t('resize.by', { who: by })} <RelativeTime atMs={atMs} />
        </span>
      </div>
      <CommandLine command={command} />
      <UndoButton
        memory={memory}
        affects="config"
        toKiB={fromKiB}
        blocked={memory.resizeBlocked === 'host-offline' ? 'host-offline' : null}
      />
    </section>
  )
}

function UndoButton({
  memory,
  affects,
  toKiB,
  blocked,
}: {
  memory: MemoryDetail
  affects: 'live' | 'config'
  toKiB: number
  blocked: MemoryDetail['resizeBlocked']
}) {
  const t = useT('memory')
  const f = useFormat()
  const may = useMay('operator')
  const [busy, setBusy] = useState(false)
  const to = f.kib(toKiB)
  async function undo() {
    setBusy(true)
    try {
      const { command } = await mutations.undoMemoryTarget(memory, { affects })
      const title = affects === 'live' ? 'resize.undone' : 'configChange.undone'
      toast.success({ title: t(title, { to }), command })
    } catch (error) {
      toast.problem(problemOf(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Button
      size="sm"
      icon={<Undo2 />}
      loading={busy}
      blocked={may.reason ?? (blocked ? t(`blocked.${blocked}`) : undefined)}
      onClick={() => void undo()}
    >
      {t('resize.undo', { to })}
    </Button>
  )
}

/** Stops a shrink where it is: no question, for what was given can be given back by one click. */
function CancelButton({ job }: { job: string }) {
  const t = useT('memory')
  const may = useMay('operator')
  const [busy, setBusy] = useState(false)
  async function cancel() {
    setBusy(true)
    try {
      await mutations.cancelJob(job)
    } catch (error) {
      toast.problem(problemOf(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Button
      size="sm"
      icon={<CircleStop />}
      loading={busy}
      blocked={may.reason}
      onClick={() => void cancel()}
    >
      {t('resize.stop')}
    </Button>
  )
}
