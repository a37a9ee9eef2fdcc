'use client'

import { useState } from 'react'

import type { MemoryDetail } from '../../server/contract/memory.ts'
import { virshLine } from '../../server/contract/virsh-line.ts'
import { useFormat } from '../charts/use-format.ts'
import { mutations } from '../data/mutations.ts'
import { useT } from '../i18n/use-t.ts'
import { useMay } from '../shell/me.tsx'
import { Button } from '../ui/button.tsx'
import { CommandLine } from '../ui/command-line.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { toast } from '../ui/toaster.tsx'
import { dimmXml } from './dimm-xml.ts'

/**
 * What a guest needs to have more than its maximum: a restart with a greater one, or memory devices
 * where its definition has room for them.
 */
export function GrowthAdvice({
  memory,
  targetKiB,
  uri,
}: {
  memory: MemoryDetail
  targetKiB: number
  uri: string
}) {
  const t = useT('memory')
  const f = useFormat()
  const may = useMay('operator')
  const [asking, setAsking] = useState(false)
  const to = f.kib(targetKiB)
  const { hotplug, configMaximumKiB, hostRoom } = memory
  const size = String(targetKiB)
  const raise = [
    virshLine(uri, 'setmaxmem', memory, size, '--config'),
    virshLine(uri, 'setmem', memory, size, '--config'),
  ]
  const restart = [virshLine(uri, 'shutdown', memory), virshLine(uri, 'start', memory)]
  const moreKiB = targetKiB - memory.maximumKiB
  const raised = configMaximumKiB !== null && configMaximumKiB >= targetKiB
  const aboveHost = hostRoom !== null && targetKiB > hostRoom.totalKiB
  const blocked =
    may.reason ??
    (memory.stale ? t('blocked.host-offline') : undefined) ??
    (configMaximumKiB === null ? t('growth.noConfig') : undefined) ??
    (aboveHost ? t('growth.aboveHost', { total: f.kib(hostRoom.totalKiB) }) : undefined)
  return (
    <section
      aria-label={t('growth.title')}
      className="bg-sunken space-y-3 rounded-md border p-3 text-sm"
    >
      <h3 className="font-medium">{t('growth.title')}</h3>
      <div className="space-y-2">
        <p>
          {raised
            ? t('growth.raised', { maximum: f.kib(configMaximumKiB) })
            : t('growth.restart', { to, maximum: f.kib(memory.maximumKiB) })}
        </p>
        {(raised ? restart : [...raise, ...restart]).map((line) => (
          <CommandLine key={line} command={line} />
        ))}
        {!raised && (
          <Button size="sm" blocked={blocked} onClick={() => setAsking(true)}>
            {t('growth.raise', { to })}
          </Button>
        )}
      </div>
      <div className="space-y-2 border-t pt-3">
        {hotplug && hotplug.cells > 0 && hotplug.slots > 0 ? (
          <>
            <p>
              {t(hotplug.roomKiB >= moreKiB ? 'growth.hotplug' : 'growth.hotplugSmall', {
                more: f.kib(moreKiB),
                slots: hotplug.slots,
                room: f.kib(hotplug.roomKiB),
              })}
            </p>
            <CommandLine command={dimmXml(moreKiB)} />
            <CommandLine
              command={virshLine(uri, 'attach-device', memory, 'dimm.xml', '--live')}
            />
          </>
        ) : (
          <>
            <p className="text-muted">
              {t(hotplug?.cells === 0 ? 'growth.noCells' : 'growth.noHotplug')}
            </p>
            <CommandLine
              command={`<maxMemory slots='8' unit='KiB'>${targetKiB}</maxMemory>`}
            />
          </>
        )}
      </div>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('growth.question', { name: memory.name, to })}
        confirmLabel={t('growth.raise', { to })}
        command={raise.join('\n')}
        onConfirm={async () => {
          const request = { maximumKiB: targetKiB, startWithMaximum: true }
          await mutations.setMemoryMaximum(memory, request)
          toast.success({ title: t('growth.done', { to }) })
        }}
      >
        <p>{t('growth.effect', { name: memory.name })}</p>
      </ConfirmDialog>
    </section>
  )
}
