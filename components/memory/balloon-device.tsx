'use client'

import type { MemoryDetail } from '../../server/contract/memory.ts'
import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'

/** How the balloon device is set up, and what that means for a guest short of memory. */
export function BalloonDevice({ memory }: { memory: MemoryDetail }) {
  const t = useT('memory')
  const { autodeflate, freePageReporting } = memory
  const rows = [
    {
      name: t('device.autodeflate'),
      is: autodeflate,
      on: t('device.autodeflateOn'),
      off: t('device.autodeflateOff'),
    },
    {
      name: t('device.reporting'),
      is: freePageReporting,
      on: t('device.reportingOn'),
      off: t('device.reportingOff'),
    },
  ]
  if (memory.health === 'no-device') return null
  return (
    <Card title={t('device.title')}>
      <dl className="grid gap-x-8 gap-y-2.5 text-sm md:grid-cols-2">
        {rows.map(({ name, is, on, off }) => (
          <div key={name}>
            <dt className="font-mono text-xs">{name}</dt>
            <dd className="text-muted text-xs">
              {is === null ? t('device.unknown') : is ? on : off}
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}
