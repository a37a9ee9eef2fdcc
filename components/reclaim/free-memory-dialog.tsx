'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'

import type { ReclaimPlan, ReclaimRequest } from '../../server/contract/reclaim.ts'
import { useFormat } from '../charts/use-format.ts'
import { paths } from '../data/paths.ts'
import { reclaimMutations } from '../data/reclaim-mutations.ts'
import { useT } from '../i18n/use-t.ts'
import { AmountField } from '../memory/amount-field.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { problemOf, type ProblemLike } from '../ui/problem-like.ts'
import { InlineError } from '../ui/states.tsx'
import { PlanView } from './plan-view.tsx'

const mib = 1024
const gib = 1024 * mib

/** Which domains may be asked: of one host, or some that somebody selected. */
export type ReclaimScope =
  | { host: string; name: string }
  | { domains: readonly { host: string; uuid: string }[] }

/**
 * "I need 12 GiB": an amount, then the plan of who would give how much, then one confirmation. What
 * happens afterwards is on the page of the job.
 */
export function FreeMemoryDialog({
  scope,
  open,
  onOpenChange,
  onRun,
}: {
  scope: ReclaimScope
  open: boolean
  onOpenChange: (open: boolean) => void
  /** It was confirmed. */
  onRun?: () => void
}) {
  const t = useT('reclaim')
  const f = useFormat()
  const router = useRouter()
  const [wantedKiB, setWantedKiB] = useState<number | null>(gib)
  const [plan, setPlan] = useState<ReclaimPlan | null>(null)
  const [busy, setBusy] = useState<'plan' | 'run' | null>(null)
  const [problem, setProblem] = useState<ProblemLike | null>(null)
  const stale = plan !== null && plan.wantedKiB !== wantedKiB
  const steps = plan?.domains.flatMap(stepOf) ?? []

  async function doing(what: 'plan' | 'run', work: () => Promise<void>) {
    if (busy) return
    setBusy(what)
    setProblem(null)
    try {
      await work()
    } catch (error) {
      setProblem(problemOf(error))
    } finally {
      setBusy(null)
    }
  }
  const makePlan = () =>
    doing('plan', async () => {
      if (wantedKiB === null) return
      setPlan(await reclaimMutations.plan(requestOf(scope, wantedKiB)))
    })
  const run = () =>
    doing('run', async () => {
      if (!plan) return
      const job = await reclaimMutations.run({ wantedKiB: plan.wantedKiB, steps })
      onOpenChange(false)
      onRun?.()
      router.push(paths.job(job.id))
    })

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      size="lg"
      title={
        'host' in scope
          ? t('titleHost', { host: scope.name })
          : t('titleDomains', { count: scope.domains.length })
      }
      description={t('lead')}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>{t('cancel')}</Button>
          <Button
            variant="primary"
            loading={busy === 'run'}
            blocked={
              plan === null || stale
                ? t('blocked.noPlan')
                : steps.length === 0
                  ? t('blocked.nobody')
                  : undefined
            }
            onClick={() => void run()}
          >
            {plan && !stale && steps.length > 0
              ? t('confirm', { amount: f.kib(plan.givesKiB), count: steps.length })
              : t('confirmNothing')}
          </Button>
        </>
      }
    >
      <form
        className="mb-4 flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          event.stopPropagation()
          void makePlan()
        }}
      >
        <AmountField
          label={t('amount')}
          valueKiB={wantedKiB ?? gib}
          maximumKiB={8 * gib}
          onChange={setWantedKiB}
        />
        <Button
          type="submit"
          loading={busy === 'plan'}
          blocked={wantedKiB === null ? t('blocked.amount') : undefined}
        >
          {plan ? t('planAgain') : t('plan')}
        </Button>
      </form>
      <InlineError problem={problem} />
      {plan && (
        <div className={stale ? 'opacity-50' : undefined}>
          <PlanView plan={plan} />
        </div>
      )}
    </Dialog>
  )
}

function requestOf(scope: ReclaimScope, wantedKiB: number): ReclaimRequest {
  return 'host' in scope
    ? { wantedKiB, host: scope.host }
    : {
        wantedKiB,
        domains: scope.domains.map(({ host, uuid }) => ({ host, uuid })),
      }
}

function stepOf({ host, uuid, nowKiB, afterKiB, stage }: ReclaimPlan['domains'][number]) {
  return stage === null || nowKiB === null || afterKiB === null
    ? []
    : [{ host, uuid, fromKiB: nowKiB, targetKiB: afterKiB, stage }]
}
