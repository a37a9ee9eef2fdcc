'use client'

import { type DomainDetail, domainIsActive } from '../../server/contract/domain.ts'
import { useFormat } from '../charts/use-format.ts'
import { paths } from '../data/paths.ts'
import { useLiveTopic } from '../data/use-live.ts'
import { StaleNotice } from '../hosts/stale-notice.tsx'
import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'
import { CopyButton } from '../ui/command-line.tsx'
import { type Description, DescriptionList } from '../ui/description-list.tsx'
import { MemoryBar } from '../ui/memory-bar.tsx'
import { Stat, StatRow } from '../ui/stat.tsx'
import { Table, TBody, Td, Th, THead, Tr } from '../ui/table.tsx'
import { TextLink } from '../ui/text-link.tsx'
import { useHostSummary } from './use-hosts.ts'

export function DomainOverview({ host, uuid }: { host: string; uuid: string }) {
  const live = useLiveTopic({ name: 'domain', host, uuid })
  const summary = useHostSummary(host)
  const domain = live.data?.domain
  if (!domain) return null
  return (
    <div className="space-y-4">
      <StaleNotice
        stale={domain.stale}
        sampledMs={summary?.sampledMs ?? null}
        status={live.status}
        heardMs={live.heardMs}
      />
      <MemoryGlance domain={domain} stale={domain.stale || live.status !== 'live'} />
      <div className="grid gap-4 lg:grid-cols-2">
        <DomainFacts domain={domain} />
        <div className="min-w-0 space-y-4">
          <Disks domain={domain} />
          <Interfaces domain={domain} />
        </div>
      </div>
    </div>
  )
}

function MemoryGlance({ domain, stale }: { domain: DomainDetail; stale: boolean }) {
  const t = useT('domain')
  const tFleet = useT('fleet')
  const tMemory = useT('memory')
  const f = useFormat()
  const { memory } = domain
  const active = domainIsActive(domain.state)
  const figure = (label: string, kib: number | null) => {
    const known = active && kib !== null
    const { value, unit } = f.splitKiB(kib)
    return (
      <Stat
        label={label}
        value={known ? value : '—'}
        unit={known ? unit : undefined}
        hint={known ? undefined : tMemory(`health.${memory.health}.short`)}
        stale={stale}
      />
    )
  }
  return (
    <Card
      title={t('glance.title')}
      actions={
        <TextLink href={paths.domainMemory(domain)} className="text-sm">
          {t('glance.more')}
        </TextLink>
      }
    >
      <MemoryBar
        height="md"
        usedKiB={active ? memory.usedKiB : null}
        cacheKiB={active ? memory.cacheKiB : null}
        balloonKiB={active ? memory.balloonKiB : null}
        maximumKiB={memory.maximumKiB}
        rssKiB={active ? memory.rssKiB : null}
        stale={stale}
        label={tFleet('memory.label', {
          name: domain.name,
          used: f.kib(memory.usedKiB),
          cache: f.kib(memory.cacheKiB),
          balloon: f.kib(memory.balloonKiB),
          maximum: f.kib(memory.maximumKiB),
          rss: f.kib(memory.rssKiB),
        })}
      />
      <StatRow className="mt-4">
        {figure(t('glance.used'), memory.usedKiB)}
        {figure(t('glance.cache'), memory.cacheKiB)}
        {figure(t('glance.balloon'), memory.balloonKiB)}
        <Stat
          label={t('glance.maximum')}
          {...f.splitKiB(memory.maximumKiB)}
          stale={stale}
        />
        {figure(t('glance.rss'), memory.rssKiB)}
        <Stat
          label={t('glance.cpu')}
          value={domain.cpuPercent === null ? '—' : f.percent(domain.cpuPercent)}
          stale={stale}
        />
      </StatRow>
    </Card>
  )
}

function DomainFacts({ domain }: { domain: DomainDetail }) {
  const t = useT('domain')
  const yes = (value: boolean) => t(value ? 'facts.yes' : 'facts.no')
  const items: (Description | null)[] = [
    domain.description
      ? {
          label: t('facts.description'),
          value: (
            <bdi className="line-clamp-6 whitespace-pre-wrap [overflow-wrap:anywhere]">
              {domain.description}
            </bdi>
          ),
        }
      : null,
    {
      label: t('facts.id'),
      value: domain.id === null ? t('facts.idNone') : String(domain.id),
      mono: domain.id !== null,
    },
    {
      label: t('facts.uuid'),
      mono: true,
      value: (
        <span className="flex items-start gap-1">
          <span className="[overflow-wrap:anywhere]">{domain.uuid}</span>
          <CopyButton text={domain.uuid} />
        </span>
      ),
    },
    {
      label: t('facts.type'),
      value:
        domain.virtType === 'kvm'
          ? t('facts.typeKvm')
          : domain.virtType === 'qemu'
            ? t('facts.typeQemu')
            : domain.virtType,
    },
    {
      label: t('facts.os'),
      value: t('facts.osValue', { os: domain.osType, arch: domain.arch }),
    },
    { label: t('facts.machine'), value: domain.machine, mono: true },
    { label: t('facts.emulator'), value: domain.emulator ?? '—', mono: true },
    {
      label: t('facts.vcpus'),
      value: t('facts.vcpusValue', {
        now: domain.vcpus,
        maximum: domain.vcpusMaximum,
      }),
    },
    {
      label: t('facts.balloon'),
      value:
        domain.balloonModel === null || domain.balloonModel === 'none'
          ? t('facts.balloonNone')
          : domain.balloonModel,
    },
    {
      label: t('facts.graphics'),
      value: domain.graphics.length > 0 ? domain.graphics.join(', ') : t('facts.none'),
    },
    { label: t('facts.autostart'), value: yes(domain.autostart) },
    {
      label: t('facts.persistent'),
      value: domain.persistent ? t('facts.yes') : t('facts.persistentNo'),
    },
    { label: t('facts.reason'), value: domain.stateReason, mono: true },
  ]
  return (
    <Card title={t('facts.title')}>
      <DescriptionList items={items.filter((item) => item !== null)} />
    </Card>
  )
}

function Disks({ domain: { disks } }: { domain: DomainDetail }) {
  const t = useT('domain')
  return (
    <PartTable
      title={t('disks.title')}
      none={t('disks.none')}
      head={[t('disks.target'), t('disks.source'), t('disks.bus')]}
      rows={disks.map((disk) => [
        `${disk.target} (${disk.device})`,
        disk.source ?? t('disks.empty'),
        disk.bus ?? '—',
      ])}
    />
  )
}

function Interfaces({ domain: { interfaces } }: { domain: DomainDetail }) {
  const t = useT('domain')
  return (
    <PartTable
      title={t('interfaces.title')}
      none={t('interfaces.none')}
      head={[t('interfaces.mac'), t('interfaces.source'), t('interfaces.model')]}
      rows={interfaces.map((nic) => [
        nic.mac ?? '—',
        nic.source ? `${nic.source} (${nic.type})` : nic.type,
        nic.model ?? '—',
      ])}
    />
  )
}

function PartTable({
  title,
  none,
  head,
  rows,
}: {
  title: string
  none: string
  head: readonly string[]
  rows: readonly (readonly string[])[]
}) {
  return (
    <section>
      <h2 className="mb-2 text-sm font-medium">{title}</h2>
      {rows.length === 0 ? (
        <p className="text-muted text-sm">{none}</p>
      ) : (
        <Table label={title}>
          <THead>
            {head.map((label) => (
              <Th key={label}>{label}</Th>
            ))}
          </THead>
          <TBody>
            {rows.map((cells, index) => (
              <Tr key={index}>
                {cells.map((cell, column) => (
                  <Td
                    key={column}
                    mono
                    className={
                      column === 1 ? '[overflow-wrap:anywhere]' : 'whitespace-nowrap'
                    }
                  >
                    {cell}
                  </Td>
                ))}
              </Tr>
            ))}
          </TBody>
        </Table>
      )}
    </section>
  )
}
