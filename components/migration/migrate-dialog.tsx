'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useState } from 'react'

import type { ForecastSummary } from '../../server/contract/forecast.ts'
import type { PreflightReply, PreflightTarget } from '../../server/contract/preflight.ts'
import { migrateLine, migrationConflicts } from '../../server/contract/virsh-migrate.ts'
import { forecast, summaryOf } from '../../server/migration/forecast.ts'
import { mutations } from '../data/mutations.ts'
import { paths } from '../data/paths.ts'
import { useLiveTopic } from '../data/use-live.ts'
import { useRefetchOn } from '../data/use-refetch-on.ts'
import { useHostSummary } from '../domains/use-hosts.ts'
import { useMay } from '../shell/me.tsx'
import { Button } from '../ui/button.tsx'
import { CommandLine } from '../ui/command-line.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { problemOf } from '../ui/problem-like.ts'
import { ErrorState, InlineError, Skeleton } from '../ui/states.tsx'
import { toast } from '../ui/toaster.tsx'
import { useSubmit } from '../ui/use-submit.ts'
import { FindingList } from './finding-list.tsx'
import { ForecastPanel } from './forecast-panel.tsx'
import { emptyMigrateForm, optionsOf, planOf, withPlan } from './migrate-form.ts'
import { LimitSliders, MigrateOptions } from './migrate-options.tsx'
import { migrationChanges, migrationQueries } from './migration-api.ts'
import { TargetList } from './target-list.tsx'
import { useMigrationWords } from './use-migration-words.ts'

interface Subject {
  host: string
  uuid: string
  name: string
}

/** Where to, under which conditions, and how it would go: everything before a move. */
export function MigrateDialog({
  domain,
  target = null,
  open,
  onOpenChange,
}: {
  domain: Subject
  /** Chosen already, as in the matrix. */
  target?: string | null
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const { t } = useMigrationWords()
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      size="lg"
      title={t('dialogTitle', { name: domain.name })}
      description={t('dialogHint')}
    >
      {open && <Content domain={domain} target={target} />}
    </Dialog>
  )
}

function Content({ domain, target: given }: { domain: Subject; target: string | null }) {
  const { t } = useMigrationWords()
  const { data, error, refetch } = useQuery(migrationQueries.preflight(domain))
  const [wanted, setWanted] = useState(given)
  if (error) return <ErrorState problem={problemOf(error)} onRetry={() => void refetch()} />
  if (!data) {
    return (
      <div className="space-y-3" role="status">
        <p className="text-muted text-sm">{t('checking')}</p>
        <Skeleton className="h-16" />
        <Skeleton className="h-48" />
      </div>
    )
  }
  const chosen = wanted ?? data.targets[0]?.host ?? null
  const target = data.targets.find(({ host }) => host === chosen)
  return (
    <div className="space-y-5">
      {data.targets.length === 0 && <Notice tone="warn">{t('noTargets')}</Notice>}
      <TargetList targets={data.targets} chosen={chosen} onChoose={setWanted} />
      {target && <TargetPart key={target.host} preflight={data} target={target} />}
    </div>
  )
}

function TargetPart({
  preflight,
  target,
}: {
  preflight: PreflightReply
  target: PreflightTarget
}) {
  const { t } = useMigrationWords()
  const router = useRouter()
  const may = useMay('operator')
  const [form, setForm] = useState(emptyMigrateForm)
  const set = (change: Partial<typeof form>) => setForm((now) => ({ ...now, ...change }))
  const stopped = preflight.state === 'shut-off' || preflight.state === 'crashed'
  const foreseen = migrationQueries.forecast(preflight, target.host)
  const facts = useQuery({ ...foreseen, enabled: !stopped && target.level !== 'error' })
  // The dirty rate is measured meanwhile: what is foreseen follows it.
  const { host, uuid } = preflight
  const rate = useLiveTopic({
    name: 'dirty-rate',
    host,
    uuid,
    windowSeconds: 60,
    continuous: false,
  })
  // 0: never measured yet, so that the first measurement counts as news.
  useRefetchOn(
    foreseen.queryKey,
    rate.data ? (rate.data.dirtyRate.summary?.measuredMs ?? 0) : null,
  )
  const [here, there] = [useHostSummary(preflight.host), useHostSummary(target.host)]
  const plan = planOf(form, target)
  const options = optionsOf(form, target, stopped)
  const conflicts = migrationConflicts(options, {
    source: preflight.host,
    target: target.host,
    targetUri: there?.uri ?? '',
  })
  const { busy, problem, submit } = useSubmit(async () => {
    const told: ForecastSummary | null = facts.data
      ? summaryOf(forecast(facts.data.facts, plan))
      : null
    const { job } = await migrationChanges.start(preflight, {
      target: target.host,
      options,
      forecast: told && { plan, forecast: told },
    })
    toast.success({
      title: t('started', { name: preflight.name, host: target.hostName }),
    })
    // Not closed first: that is in the address too, and would overtake the way to the job.
    router.push(paths.job(job.id))
  })
  const blocked =
    may.reason ?? (target.level === 'error' ? t('blockedByErrors') : undefined)
  return (
    <div className="space-y-5">
      <section>
        <h3 className="mb-2 text-sm font-medium">
          {t('findings', { host: target.hostName })}
        </h3>
        <FindingList
          source={preflight.host}
          target={target.host}
          targetName={target.hostName}
          findings={target.findings}
        />
      </section>
      {target.level !== 'error' && (
        <>
          {stopped ? (
            <p className="text-muted text-sm">{t('forecast.offline')}</p>
          ) : (
            <>
              <LimitSliders form={form} set={set} />
              {facts.error && (
                <ErrorState
                  problem={problemOf(facts.error)}
                  onRetry={() => void facts.refetch()}
                />
              )}
              {!facts.data && !facts.error && <Skeleton className="h-64" />}
              {facts.data && (
                <>
                  <ForecastPanel
                    facts={facts.data.facts}
                    plan={plan}
                    onPlan={(change) => setForm((now) => withPlan(now, change))}
                  />
                  <div className="flex flex-wrap gap-2">
                    <MeasureNow domain={preflight} />
                    {facts.data.facts.link.from !== 'earlier' && (
                      <MeasureLink
                        source={{
                          host: preflight.host,
                          name: here?.name ?? preflight.host,
                        }}
                        target={{ host: target.host, name: target.hostName }}
                      />
                    )}
                  </div>
                </>
              )}
            </>
          )}
          <section>
            <h3 className="mb-2 text-sm font-medium">{t('options')}</h3>
            <MigrateOptions form={form} set={set} target={target} stopped={stopped} />
          </section>
          {here && there && (
            <CommandLine
              label={t('command')}
              command={migrateLine(options, {
                domain: preflight,
                sourceUri: here.uri,
                targetUri: there.uri,
              })}
            />
          )}
        </>
      )}
      {conflicts.length > 0 && (
        <Notice tone="danger" title={t('conflictTitle')}>
          <ul className="list-disc pl-4">
            {conflicts.map((conflict) => (
              <li key={conflict}>{t(`conflict.${conflict}`)}</li>
            ))}
          </ul>
        </Notice>
      )}
      <InlineError problem={problem} />
      <div className="bg-raised sticky -bottom-4 flex justify-end gap-2 border-t py-3">
        <Button
          variant="primary"
          loading={busy}
          blocked={blocked ?? (conflicts.length > 0 ? t('conflictTitle') : undefined)}
          onClick={() => submit()}
        >
          {target.level === 'warning' ? t('startAnyway') : t('start')}
        </Button>
      </div>
    </div>
  )
}

/** Some MiB over the link, where no move has told yet how fast it is. */
function MeasureLink({
  source,
  target,
}: {
  source: { host: string; name: string }
  target: { host: string; name: string }
}) {
  const { t, rate } = useMigrationWords()
  const may = useMay('operator')
  const client = useQueryClient()
  const names = { source: source.name, target: target.name }
  const { busy, problem, submit } = useSubmit(async () => {
    const { probe } = await migrationChanges.measureLink(source.host, target.host)
    toast.success({
      title: t('forecast.measureLinkDone', { ...names, rate: rate(probe.mibps) }),
    })
    await client.invalidateQueries({ queryKey: ['migration', 'forecast'] })
  })
  return (
    <div>
      <Button
        size="sm"
        loading={busy}
        blocked={may.reason}
        title={t('forecast.measureLinkHint', names)}
        onClick={() => submit()}
      >
        {t('forecast.measureLink')}
      </Button>
      <InlineError problem={problem} />
    </div>
  )
}

/** The whole curve at once; the forecast follows by itself. */
function MeasureNow({ domain }: { domain: { host: string; uuid: string } }) {
  const { t } = useMigrationWords()
  const may = useMay('operator')
  const { busy, problem, submit } = useSubmit(async () => {
    await mutations.measureDirtyRate(domain, {
      mode: 'page-sampling',
      seconds: [1, 1, 2, 5, 10],
    })
    toast.success({ title: t('forecast.measuring') })
  })
  return (
    <div>
      <Button size="sm" loading={busy} blocked={may.reason} onClick={() => submit()}>
        {t('forecast.measure')}
      </Button>
      <InlineError problem={problem} />
    </div>
  )
}
