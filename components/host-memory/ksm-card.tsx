'use client'

import { useState } from 'react'

import type { Ksm } from '../../server/contract/overcommit.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { useMay } from '../shell/me.tsx'
import { StateBadge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { CommandLine } from '../ui/command-line.tsx'
import { DescriptionList } from '../ui/description-list.tsx'
import { Notice } from '../ui/notice.tsx'
import { KsmDialog } from './ksm-dialog.tsx'

const tones = {
  saving: 'ok',
  scanning: 'info',
  idle: 'neutral',
  unknown: 'neutral',
} as const

/** What KSM does on this host, and what libvirt does not tell of it. */
export function KsmCard({
  host,
  ksm,
  reason,
}: {
  host: string
  ksm: Ksm | null
  reason: string | null
}) {
  const t = useT('hostMemory')
  const f = useFormat()
  const may = useMay('admin')
  const [open, setOpen] = useState(false)
  if (!ksm) {
    return (
      <Card title={t('ksm.title')}>
        <Notice title={t('ksm.none')}>{reason && <bdi>{reason}</bdi>}</Notice>
      </Card>
    )
  }
  const merge = ksm.mergeAcrossNodes
  return (
    <Card
      title={t('ksm.title')}
      meta={
        <StateBadge
          tone={tones[ksm.activity]}
          label={t(`ksm.activity.${ksm.activity}`)}
          pulse={ksm.activity === 'scanning'}
        />
      }
      actions={
        <Button size="sm" blocked={may.reason} onClick={() => setOpen(true)}>
          {t('ksm.set')}
        </Button>
      }
    >
      <div className="space-y-3">
        <DescriptionList
          items={[
            { label: t('ksm.saves'), value: f.kib(ksm.savedKiB), mono: true },
            { label: t('ksm.sharing'), value: f.count(ksm.pagesSharing), mono: true },
            { label: t('ksm.shared'), value: f.count(ksm.pagesShared), mono: true },
            { label: t('ksm.unshared'), value: f.count(ksm.pagesUnshared), mono: true },
            { label: t('ksm.volatile'), value: f.count(ksm.pagesVolatile), mono: true },
            { label: t('ksm.scans'), value: f.count(ksm.fullScans), mono: true },
            { label: t('ksm.toScan'), value: f.count(ksm.pagesToScan), mono: true },
            {
              label: t('ksm.sleep'),
              value: t('ksm.sleepValue', { ms: f.count(ksm.sleepMs) }),
              mono: true,
            },
            {
              label: t('ksm.merge'),
              value: t(merge === null ? 'ksm.noSwitch' : merge ? 'ksm.yes' : 'ksm.no'),
            },
          ]}
        />
        <p className="text-muted text-xs">
          {t('ksm.runHint', { seconds: f.count(ksm.watchedSeconds) })}
        </p>
        {ksm.activity === 'idle' && (
          <CommandLine label={t('ksm.toRun')} command="echo 1 > /sys/kernel/mm/ksm/run" />
        )}
      </div>
      {open && <KsmDialog host={host} ksm={ksm} onClose={() => setOpen(false)} />}
    </Card>
  )
}
