'use client'

import { Pencil } from 'lucide-react'
import { useState } from 'react'

import type { PolicyDetail, PolicyDomain } from '../../server/contract/memory-policy.ts'
import { useFormat } from '../charts/use-format.ts'
import { paths } from '../data/paths.ts'
import { useT } from '../i18n/use-t.ts'
import { useMay } from '../shell/me.tsx'
import { Badge } from '../ui/badge.tsx'
import { Card } from '../ui/card.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Table, TBody, Td, Th, THead, Tr } from '../ui/table.tsx'
import { TextLink } from '../ui/text-link.tsx'
import type { Tone } from '../ui/tone.ts'
import { PolicyDomainDialog } from './policy-domain-dialog.tsx'

const modeTones: Record<PolicyDomain['mode'], Tone> = {
  off: 'neutral',
  'dry-run': 'info',
  on: 'ok',
}

/** How each domain takes part, what it has and what it would have. */
export function PolicyDomains({ policy }: { policy: PolicyDetail }) {
  const t = useT('policy')
  const [edited, setEdited] = useState<PolicyDomain | null>(null)
  const [open, setOpen] = useState(false)
  const dry = policy.domains.some(({ mode }) => mode === 'dry-run')
  return (
    <Card title={t('domains')} padded={false}>
      <Table
        label={t('domains')}
        className="max-h-[60dvh] overflow-y-auto border-0 [&_td]:whitespace-nowrap"
      >
        <THead>
          <Th>{t('column.domain')}</Th>
          <Th>{t('column.mode')}</Th>
          <Th align="end">{t('column.now')}</Th>
          {dry && <Th align="end">{t('column.dry')}</Th>}
          <Th align="end">{t('column.floor')}</Th>
          <Th align="end">{t('column.bounds')}</Th>
          <Th align="end">{t('column.shares')}</Th>
          <Th align="end">{t('column.taken')}</Th>
          <Th>{t('column.why')}</Th>
          <Th />
        </THead>
        <TBody>
          {policy.domains.map((domain) => (
            <Row
              key={domain.uuid}
              host={policy.host}
              domain={domain}
              dry={dry}
              onEdit={() => {
                setEdited(domain)
                setOpen(true)
              }}
            />
          ))}
        </TBody>
      </Table>
      {edited && (
        <PolicyDomainDialog
          key={edited.uuid}
          host={policy.host}
          domain={edited}
          open={open}
          onOpenChange={setOpen}
        />
      )}
    </Card>
  )
}

function Row({
  host,
  domain,
  dry,
  onEdit,
}: {
  host: string
  domain: PolicyDomain
  dry: boolean
  onEdit: () => void
}) {
  const t = useT('policy')
  const tReclaim = useT('reclaim')
  const f = useFormat()
  const may = useMay('admin')
  const { uuid, name, settings, mode, why, heldUntilMs } = domain
  const bound = (kib: number | null) => (kib === null ? '·' : f.kib(kib))
  const unbound = settings.minimumKiB === null && settings.maximumKiB === null
  return (
    <Tr>
      <Td>
        <TextLink quiet href={paths.domainMemory({ host, uuid })}>
          <bdi>{name}</bdi>
        </TextLink>
      </Td>
      <Td>
        <Badge tone={modeTones[mode]}>
          {t(`modeShort.${mode}`)}
          {settings.mode === 'host' ? '' : ` · ${t('own')}`}
        </Badge>
      </Td>
      <Td align="end" mono>
        {f.kib(domain.nowKiB)}
      </Td>
      {dry && (
        <Td align="end" mono className="text-info">
          {domain.shadowKiB === null ? '' : f.kib(domain.shadowKiB)}
        </Td>
      )}
      <Td align="end" mono>
        {f.kib(domain.floorKiB)}
      </Td>
      <Td align="end" mono>
        {unbound ? '' : `${bound(settings.minimumKiB)} – ${bound(settings.maximumKiB)}`}
      </Td>
      <Td align="end" mono>
        {f.count(settings.shares)}
      </Td>
      <Td align="end" mono>
        {domain.takenKiB > 0 ? f.kib(domain.takenKiB) : ''}
      </Td>
      <Td className="text-muted text-xs">
        {why === null
          ? t('canGive')
          : why === 'held'
            ? t('held', { until: f.clock(heldUntilMs ?? 0, false) })
            : why === 'resting'
              ? t('resting')
              : tReclaim(`why.${why}`)}
      </Td>
      <Td align="end">
        <IconButton
          size="sm"
          label={t('edit', { name })}
          icon={<Pencil />}
          blocked={may.reason}
          onClick={onEdit}
        />
      </Td>
    </Tr>
  )
}
