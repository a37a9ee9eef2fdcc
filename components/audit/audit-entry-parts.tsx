'use client'

import type { AuditEntry } from '../../server/contract/audit.ts'
import { paths } from '../data/paths.ts'
import { useT } from '../i18n/use-t.ts'
import { StateBadge } from '../ui/badge.tsx'
import { TextLink } from '../ui/text-link.tsx'
import type { Tone } from '../ui/tone.ts'

const outcomeTones: Record<AuditEntry['outcome'], Tone> = {
  ok: 'ok',
  refused: 'warn',
  failed: 'danger',
}

export function Outcome({ entry }: { entry: AuditEntry }) {
  const t = useT('audit')
  return (
    <StateBadge tone={outcomeTones[entry.outcome]} label={t(`outcome.${entry.outcome}`)} />
  )
}

/** What it was done to, as a link: it may be gone by now, then its page says so. */
export function Target({ entry }: { entry: AuditEntry }) {
  if (entry.host === null) return <span className="text-faint">–</span>
  const host = (
    <TextLink quiet href={paths.host({ host: entry.host })} className="font-mono text-xs">
      {entry.host}
    </TextLink>
  )
  if (entry.domainUuid === null) return host
  return (
    <>
      <TextLink quiet href={paths.domain({ host: entry.host, uuid: entry.domainUuid })}>
        {entry.domainName ?? entry.domainUuid}
      </TextLink>
      <span className="text-faint block">{host}</span>
    </>
  )
}

/** A value that becomes the filter when it is pressed. */
export function FilterValue({
  value,
  label,
  onFilter,
  mono = false,
}: {
  value: string
  label: string
  onFilter: () => void
  mono?: boolean
}) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onFilter}
      className={`hover:text-accent rounded-xs text-left underline-offset-2 [overflow-wrap:anywhere] hover:underline ${mono ? 'font-mono text-xs' : ''}`}
    >
      {value}
    </button>
  )
}
