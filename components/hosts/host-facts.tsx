'use client'

import type { HostDetail } from '../../server/contract/host.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { Badge } from '../ui/badge.tsx'
import { Card } from '../ui/card.tsx'
import { CopyButton } from '../ui/command-line.tsx'
import { type Description, DescriptionList } from '../ui/description-list.tsx'
import { Meter } from '../ui/memory-bar.tsx'

const seconds = (ms: number) => Math.round(ms) / 1000

export function HostFacts({ host }: { host: HostDetail }) {
  const t = useT('host')
  const f = useFormat()
  const { versions, cpu } = host
  const tick = f.age(host.tickMs / 1000)
  const items: Description[] = [
    {
      label: t('facts.uri'),
      mono: true,
      value: (
        <span className="flex items-start gap-1">
          <span className="[overflow-wrap:anywhere]">{host.uri}</span>
          <CopyButton text={host.uri} />
        </span>
      ),
    },
    { label: t('facts.hostname'), value: host.hostname ?? '—', mono: true },
    { label: t('facts.uuid'), value: host.hostUuid ?? '—', mono: true },
    { label: t('facts.libvirt'), value: versions?.libvirt ?? '—', mono: true },
    {
      label: t('facts.hypervisor'),
      value: versions ? `${versions.hypervisorType} ${versions.hypervisor}` : '—',
      mono: true,
    },
    {
      label: t('facts.cpu'),
      value: cpu
        ? t('facts.cpuValue', { cpus: cpu.cpus, model: cpu.model, arch: cpu.arch })
        : '—',
    },
    {
      label: t('facts.topology'),
      value: cpu
        ? t('facts.topologyValue', {
            cells: cpu.numaCells,
            sockets: cpu.sockets,
            cores: cpu.cores,
            threads: cpu.threads,
          })
        : '—',
    },
    {
      label: t('facts.tick'),
      value: host.tickMs > 1000 ? t('facts.tickStretched', { tick }) : tick,
    },
    {
      label: t('facts.sweep'),
      value: host.sweepMs === null ? '—' : `${seconds(host.sweepMs).toFixed(3)} s`,
      mono: true,
    },
    {
      label: t('facts.statsPeriod'),
      value:
        host.statsPeriodSeconds > 0
          ? t('facts.statsPeriodValue', { period: f.age(host.statsPeriodSeconds) })
          : t('facts.statsPeriodOff'),
    },
  ]
  return (
    <Card title={t('facts.title')}>
      <DescriptionList items={items} />
    </Card>
  )
}

export function HostNetworks({ host }: { host: HostDetail }) {
  const t = useT('host')
  return (
    <Card title={t('networks.title')} padded={false}>
      {host.networks.length === 0 ? (
        <p className="text-muted p-4 text-sm">{t('networks.none')}</p>
      ) : (
        <ul className="divide-line divide-y text-sm">
          {host.networks.map((network) => (
            <li key={network.uuid} className="flex items-center gap-3 px-4 py-2">
              <span className="min-w-0 truncate">
                <bdi>{network.name}</bdi>
              </span>
              <span className="ml-auto">
                <Activity active={network.active} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

export function HostPools({ host }: { host: HostDetail }) {
  const t = useT('host')
  const f = useFormat()
  return (
    <Card title={t('pools.title')} padded={false}>
      {host.pools.length === 0 ? (
        <p className="text-muted p-4 text-sm">{t('pools.none')}</p>
      ) : (
        <ul className="divide-line divide-y text-sm">
          {host.pools.map((pool) => {
            const usage = t('pools.usage', {
              name: pool.name,
              used: f.bytes(pool.allocationBytes),
              capacity: f.bytes(pool.capacityBytes),
            })
            return (
              <li key={pool.uuid} className="space-y-1.5 px-4 py-2">
                <div className="flex items-center gap-3">
                  <span className="min-w-0 truncate">
                    <bdi>{pool.name}</bdi>
                  </span>
                  <span className="text-muted tabular ml-auto font-mono text-xs">
                    {f.bytes(pool.allocationBytes)} / {f.bytes(pool.capacityBytes)}
                  </span>
                  <Activity active={pool.active} />
                </div>
                <Meter
                  value={pool.allocationBytes}
                  max={pool.capacityBytes}
                  label={usage}
                />
              </li>
            )
          })}
        </ul>
      )}
    </Card>
  )
}

function Activity({ active }: { active: boolean }) {
  const t = useT('host')
  return <Badge tone={active ? 'ok' : 'neutral'}>{t(active ? 'active' : 'inactive')}</Badge>
}
