'use client'

import { clsx } from 'clsx'

import type { HostSummary } from '../../server/contract/host.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { hostBarOf } from './overcommit.ts'

/**
 * A host's RAM: used │ cache │ free, with ticks where the balloons and the maxima of its guests end.
 * When the maxima go beyond the RAM, what is too much is drawn red behind its end.
 */
export function HostMemoryBar({
  host,
  height = 'sm',
}: {
  host: HostSummary
  height?: 'sm' | 'lg'
}) {
  const t = useT('host')
  const f = useFormat()
  const bar = hostBarOf(host)
  const size = height === 'sm' ? 'h-2' : 'h-4'
  if (!bar || !host.memory)
    return <div aria-hidden className={clsx('bg-sunken w-full rounded-xs border', size)} />
  return (
    <div
      role="img"
      aria-label={t('memoryLabel', {
        name: host.name,
        used: f.kib(host.memory.usedKiB),
        total: f.kib(host.memory.totalKiB),
        balloon: f.kib(host.committed.balloonKiB),
        maximum: f.kib(host.committed.maximumKiB),
      })}
      className={clsx('relative w-full', size, host.stale && 'opacity-45 grayscale')}
    >
      <div
        className="bg-mem-free border-line-strong/60 absolute inset-y-0 left-0 flex overflow-hidden rounded-xs border"
        style={{ width: `${bar.ram}%` }}
      >
        <span className="bg-mem-used h-full" style={{ width: share(bar.used, bar.ram) }} />
        <span
          className="bg-mem-cache h-full"
          style={{ width: share(bar.cache, bar.ram) }}
        />
      </div>
      {bar.maximum > bar.ram && (
        <div
          className="border-danger bg-danger-soft absolute inset-y-0 border-y border-r"
          style={{ left: `${bar.ram}%`, width: `${bar.maximum - bar.ram}%` }}
        />
      )}
      <Tick at={bar.balloon} color="bg-mem-balloon" />
      <Tick at={bar.maximum} color="bg-mem-maximum" />
    </div>
  )
}

const share = (part: number, whole: number) => `${whole > 0 ? (part / whole) * 100 : 0}%`

function Tick({ at, color }: { at: number; color: string }) {
  return (
    <span
      className={clsx('absolute -inset-y-0.5 w-0.5 -translate-x-1/2 rounded-full', color)}
      style={{ left: `${at}%` }}
    />
  )
}
