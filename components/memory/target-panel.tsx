'use client'

import { useState } from 'react'

import {
  type AffectsChoice,
  type MemoryDetail,
  type Pace,
  setmemFlags,
} from '../../server/contract/memory.ts'
import { virshLine } from '../../server/contract/virsh-line.ts'
import { useFormat } from '../charts/use-format.ts'
import { mutations } from '../data/mutations.ts'
import { useHostSummary } from '../domains/use-hosts.ts'
import { useT } from '../i18n/use-t.ts'
import { useMay } from '../shell/me.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { CommandLine } from '../ui/command-line.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { problemOf, type ProblemLike } from '../ui/problem-like.ts'
import { Slider } from '../ui/slider.tsx'
import { InlineError } from '../ui/states.tsx'
import { AmountField } from './amount-field.tsx'
import { stepKiB } from './amount.ts'
import { GrowthAdvice } from './growth-advice.tsx'
import { roomWarning } from './host-room.ts'
import { ConfigChangeStatus, ResizeStatus } from './resize-status.tsx'
import { TargetOptions } from './target-options.tsx'
import { forcedVerdict, verdictOf } from './target-verdict.ts'

/** Below this no Linux guest boots; the slider begins here or at the maximum of a smaller guest. */
const sliderFromKiB = 16 * 1024

/** Where the balloon shall go: slider, presets, number, what it would mean, and how it went. */
export function TargetPanel({ memory }: { memory: MemoryDetail }) {
  const t = useT('memory')
  const f = useFormat()
  const may = useMay('operator')
  const host = useHostSummary(memory.host)
  const [draftKiB, setDraftKiB] = useState<number | null>(null)
  const [invalid, setInvalid] = useState(false)
  const [affects, setAffects] = useState<AffectsChoice>('live')
  const [pace, setPace] = useState<Pace>('steps')
  const [asking, setAsking] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ProblemLike | null>(null)

  const presentKiB = presentTarget(memory)
  const targetKiB = draftKiB ?? presentKiB
  const verdict = verdictOf(invalid ? null : targetKiB, memory, affects)
  const forced = forcedVerdict(verdict)
  const needsForce = forced !== null
  // What is written for the next start needs no guest that runs now.
  const free = affects === 'config' && memory.resizeBlocked !== 'host-offline'
  const blocked =
    may.reason ??
    (memory.resizeBlocked && !free ? t(`blocked.${memory.resizeBlocked}`) : undefined)
  const idle = verdict === 'same'
  const applyBlocked =
    blocked ??
    (verdict === 'invalid' || verdict === 'aboveMaximum' || idle
      ? t(`verdict.${verdict}`, { maximum: f.kib(memory.maximumKiB) })
      : undefined)

  function choose(kib: number) {
    setDraftKiB(kib)
    setInvalid(false)
    setProblem(null)
  }
  async function apply(force: boolean) {
    await mutations.setMemoryTarget(memory, { targetKiB, affects, pace, force })
    // From here on the guest's own movement is what counts.
    setDraftKiB(null)
  }
  async function applyNow() {
    if (needsForce) return setAsking(true)
    setBusy(true)
    setProblem(null)
    try {
      await apply(false)
    } catch (error) {
      setProblem(problemOf(error))
    } finally {
      setBusy(false)
    }
  }

  const fromKiB = Math.min(sliderFromKiB, memory.maximumKiB)
  const floor = memory.floor
  const command =
    host &&
    virshLine(host.uri, 'setmem', memory, String(targetKiB), ...setmemFlags(affects))
  return (
    <Card title={t('target.title')}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!applyBlocked) void applyNow()
        }}
      >
        <div>
          <Slider
            label={t('target.slider')}
            value={targetKiB}
            onChange={choose}
            min={fromKiB}
            max={memory.maximumKiB}
            step={stepKiB(memory.maximumKiB)}
            valueText={(kib) => f.kib(kib)}
            danger={
              floor
                ? { from: fromKiB, to: floor.floorKiB, label: t('target.floorZone') }
                : undefined
            }
            ticks={[
              { value: fromKiB, label: f.kib(fromKiB) },
              { value: memory.maximumKiB, label: f.kib(memory.maximumKiB) },
            ]}
            blocked={blocked}
          />
          <FloorWords memory={memory} />
        </div>
        <div className="flex flex-wrap items-end gap-3">
          <AmountField
            label={t('target.amount')}
            valueKiB={targetKiB}
            maximumKiB={memory.maximumKiB}
            blocked={blocked}
            onChange={(kib) => {
              setInvalid(kib === null)
              if (kib !== null) choose(kib)
            }}
          />
          <div
            role="group"
            aria-label={t('target.presets')}
            className="flex flex-wrap gap-1.5"
          >
            {memory.presets.map((preset) => (
              <Button
                key={preset.name}
                size="sm"
                aria-pressed={draftKiB === preset.targetKiB}
                blocked={blocked}
                title={t(`preset.${preset.name}.hint`)}
                onClick={() => choose(preset.targetKiB)}
              >
                {t(`preset.${preset.name}.label`)}
                <span className="text-muted tabular font-mono">
                  {f.kib(preset.targetKiB)}
                </span>
              </Button>
            ))}
          </div>
        </div>
        {!blocked && affects !== 'config' && (
          <Effect memory={memory} targetKiB={targetKiB} verdict={verdict} />
        )}
        {verdict === 'aboveMaximum' && affects !== 'config' && host && (
          <GrowthAdvice memory={memory} targetKiB={targetKiB} uri={host.uri} />
        )}
        <TargetOptions
          memory={memory}
          affects={affects}
          onAffects={setAffects}
          pace={pace}
          onPace={setPace}
          shrinks={memory.stats.actual !== null && targetKiB < memory.stats.actual}
          blocked={may.reason ?? undefined}
        />
        {command && !idle && !blocked && (
          <CommandLine command={command} label={t('target.command')} />
        )}
        <InlineError problem={problem} />
        <div className="flex flex-wrap items-center gap-3">
          <Button
            type="submit"
            variant={needsForce && !blocked ? 'danger' : 'primary'}
            loading={busy}
            blocked={applyBlocked}
          >
            {idle || invalid || blocked
              ? t('target.apply')
              : t('target.applyTo', { to: f.kib(targetKiB) })}
          </Button>
          {draftKiB !== null && (
            <Button
              variant="ghost"
              onClick={() => {
                setDraftKiB(null)
                setInvalid(false)
              }}
            >
              {t('target.discard')}
            </Button>
          )}
        </div>
        {blocked && <p className="text-muted text-xs">{blocked}</p>}
      </form>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={forced ? t(`force.${forced}.title`, { name: memory.name }) : ''}
        confirmLabel={t('force.confirm', { to: f.kib(targetKiB) })}
        danger
        command={command ?? undefined}
        onConfirm={() => apply(true)}
      >
        <p>
          {forced &&
            t(`force.${forced}.detail`, {
              name: memory.name,
              used: f.kib(floor?.usedKiB),
              floor: f.kib(floor?.floorKiB),
              to: f.kib(targetKiB),
              free: f.kib(memory.hostRoom?.reachableKiB),
            })}
        </p>
      </ConfirmDialog>
      <div className="mt-4 space-y-4">
        <ResizeStatus memory={memory} />
        <ConfigChangeStatus memory={memory} />
      </div>
    </Card>
  )
}

/** Where the balloon is or is going: what the slider shows until somebody moves it. */
function presentTarget(memory: MemoryDetail): number {
  const { resize } = memory
  if (resize?.status === 'following') return resize.targetKiB
  return memory.stats.actual ?? memory.configCurrentKiB ?? memory.maximumKiB
}

function FloorWords({ memory: { floor } }: { memory: MemoryDetail }) {
  const t = useT('memory')
  const f = useFormat()
  return (
    <p className="text-muted mt-1 text-xs">
      {floor
        ? t('target.floor', {
            floor: f.kib(floor.floorKiB),
            used: f.kib(floor.usedKiB),
            margin: f.kib(floor.marginKiB),
          })
        : t('target.floorUnknown')}
    </p>
  )
}

function Effect({
  memory,
  targetKiB,
  verdict,
}: {
  memory: MemoryDetail
  targetKiB: number
  verdict: ReturnType<typeof verdictOf>
}) {
  const t = useT('memory')
  const f = useFormat()
  const { actual } = memory.stats
  const room = roomWarning(targetKiB, memory)
  const words =
    verdict === 'ok' && actual !== null
      ? t(targetKiB < actual ? 'effect.shrink' : 'effect.grow', {
          by: f.kib(Math.abs(targetKiB - actual)),
        })
      : verdict === 'same'
        ? null
        : t(`verdict.${verdict}`, {
            maximum: f.kib(memory.maximumKiB),
            need: f.kib(room?.needKiB),
            have: f.kib(room?.haveKiB),
          })
  if (!words) return null
  return (
    <div className="space-y-1 text-sm">
      <p className={forcedVerdict(verdict) ? 'text-danger' : 'text-muted'}>{words}</p>
      {room?.kind === 'balloons' && (
        <p className="text-warn">
          {t('effect.balloons', { need: f.kib(room.needKiB), have: f.kib(room.haveKiB) })}
        </p>
      )}
    </div>
  )
}
