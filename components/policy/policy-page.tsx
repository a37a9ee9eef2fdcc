'use client'

import { Undo2 } from 'lucide-react'
import { useState } from 'react'

import type { PolicyDetail } from '../../server/contract/memory-policy.ts'
import { useFormat } from '../charts/use-format.ts'
import { paths } from '../data/paths.ts'
import { reclaimMutations } from '../data/reclaim-mutations.ts'
import { useLiveTopic } from '../data/use-live.ts'
import { useHostSummary } from '../domains/use-hosts.ts'
import { useT } from '../i18n/use-t.ts'
import { useMay } from '../shell/me.tsx'
import { Page } from '../shell/page.tsx'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Stat, StatRow } from '../ui/stat.tsx'
import { ErrorState, SkeletonRows } from '../ui/states.tsx'
import { TextLink } from '../ui/text-link.tsx'
import { toast } from '../ui/toaster.tsx'
import { PolicyDomains } from './policy-domains.tsx'
import { PolicySettings } from './policy-settings.tsx'
import { PolicySteps } from './policy-steps.tsx'

/** What a host is to keep free, how its domains take part, and what was or would have been done. */
export function PolicyPage({ host }: { host: string }) {
  const t = useT('policy')
  const summary = useHostSummary(host)
  const live = useLiveTopic({ name: 'memory-policy', host })
  const name = summary?.name ?? host
  const policy = live.data?.policy
  return (
    <Page>
      <PageHeader
        title={t('title')}
        eyebrow={
          <TextLink href={paths.host({ host })}>
            <bdi>{name}</bdi>
          </TextLink>
        }
        actions={policy ? <GiveBack policy={policy} /> : undefined}
      />
      <p className="text-muted mb-4 max-w-3xl text-sm">{t('lead')}</p>
      {policy ? (
        <div className={live.status === 'live' ? 'space-y-5' : 'space-y-5 opacity-60'}>
          {policy.paused && policy.active && (
            <Notice tone="warn" title={t(`paused.${policy.paused}`)} />
          )}
          <Figures policy={policy} />
          <PolicySettings policy={policy} />
          <PolicyDomains policy={policy} />
          <PolicySteps policy={policy} />
        </div>
      ) : live.problem ? (
        <ErrorState problem={live.problem} />
      ) : (
        <SkeletonRows rows={6} />
      )}
    </Page>
  )
}

function Figures({ policy }: { policy: PolicyDetail }) {
  const t = useT('policy')
  const f = useFormat()
  const available = f.splitKiB(policy.availableKiB)
  const keep = f.splitKiB(policy.settings.keepFreeKiB)
  const dry = f.splitKiB(policy.dryAvailableKiB)
  const taken = f.splitKiB(policy.domains.reduce((sum, { takenKiB }) => sum + takenKiB, 0))
  const short =
    policy.availableKiB !== null && policy.availableKiB < policy.settings.keepFreeKiB
  return (
    <StatRow>
      <Stat
        label={t('figure.available')}
        value={available.value}
        unit={available.unit}
        tone={short && policy.active ? 'warn' : undefined}
        hint={t('figure.availableHint')}
      />
      <Stat
        label={t('figure.keep')}
        value={policy.active ? keep.value : '—'}
        unit={policy.active ? keep.unit : undefined}
        hint={t(`mode.${policy.settings.mode}`)}
      />
      {policy.dryAvailableKiB !== null && (
        <Stat
          label={t('figure.dry')}
          value={dry.value}
          unit={dry.unit}
          hint={t('figure.dryHint')}
        />
      )}
      <Stat
        label={t('figure.taken')}
        value={taken.value}
        unit={taken.unit}
        hint={t('figure.takenHint')}
      />
    </StatRow>
  )
}

function GiveBack({ policy }: { policy: PolicyDetail }) {
  const t = useT('policy')
  const may = useMay('admin')
  const [open, setOpen] = useState(false)
  const taken = policy.domains.filter(
    ({ takenKiB, mode, shadowKiB }) =>
      takenKiB > 0 && shadowKiB === null && mode !== 'dry-run',
  )
  return (
    <>
      <Button
        icon={<Undo2 />}
        blocked={may.reason ?? (taken.length === 0 ? t('giveBack.nothing') : undefined)}
        onClick={() => setOpen(true)}
      >
        {t('giveBack.button')}
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={t('giveBack.question', { count: taken.length })}
        confirmLabel={t('giveBack.button')}
        onConfirm={async () => {
          const { domains } = await reclaimMutations.giveBack(policy.host)
          toast.success({ title: t('giveBack.done', { count: domains }) })
        }}
      >
        <p>{t('giveBack.consequence')}</p>
      </ConfirmDialog>
    </>
  )
}
