'use client'

import { useQueryClient } from '@tanstack/react-query'
import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react'

import type {
  PreflightFinding,
  PreflightLevel,
  PreflightRemedy,
} from '../../server/contract/preflight.ts'
import { useMay } from '../shell/me.tsx'
import { Button } from '../ui/button.tsx'
import { InlineError } from '../ui/states.tsx'
import { toast } from '../ui/toaster.tsx'
import { useSubmit } from '../ui/use-submit.ts'
import { migrationChanges, migrationQueries } from './migration-api.ts'
import { useMigrationWords } from './use-migration-words.ts'

const icons = {
  ok: <CircleCheck className="text-ok size-4" aria-hidden />,
  warning: <TriangleAlert className="text-warn size-4" aria-hidden />,
  error: <CircleAlert className="text-danger size-4" aria-hidden />,
}

/** The sign of a level with its word for those who cannot see it. */
export function LevelIcon({ level }: { level: PreflightLevel }) {
  const { t } = useMigrationWords()
  return (
    <span role="img" aria-label={t(`level.${level}`)} title={t(`level.${level}`)}>
      {icons[level]}
    </span>
  )
}

/** What a move would meet on one host: obstacles first, what is all right folded away. */
export function FindingList({
  source,
  target,
  targetName,
  findings,
}: {
  source: string
  target: string
  targetName: string
  findings: readonly PreflightFinding[]
}) {
  const { t } = useMigrationWords()
  const rank = { error: 0, warning: 1, ok: 2 }
  const notable = findings
    .filter(({ level }) => level !== 'ok')
    .toSorted((a, b) => rank[a.level] - rank[b.level])
  const fine = findings.filter(({ level }) => level === 'ok')
  const row = (found: PreflightFinding) => (
    <Finding
      key={`${found.check} ${found.code} ${JSON.stringify(found.params)}`}
      found={found}
      source={source}
      target={target}
      targetName={targetName}
    />
  )
  return (
    <div className="text-sm" data-testid="findings">
      {notable.length === 0 && <p className="text-ok">{t('noObstacle')}</p>}
      <ul className="space-y-2">{notable.map(row)}</ul>
      {fine.length > 0 && (
        <details className="mt-2">
          <summary className="text-muted cursor-pointer text-xs">
            {t('showOk', { count: fine.length })}
          </summary>
          <ul className="mt-2 space-y-1.5">{fine.map(row)}</ul>
        </details>
      )}
    </div>
  )
}

function Finding({
  found,
  source,
  target,
  targetName,
}: {
  found: PreflightFinding
  source: string
  target: string
  targetName: string
}) {
  const words = useMigrationWords()
  return (
    <li className="flex gap-2">
      <span className="mt-0.5 shrink-0">
        <LevelIcon level={found.level} />
      </span>
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <span className="text-muted">{words.t(`check.${found.check}`)}: </span>
        <bdi>{words.finding(found)}</bdi>
        {found.remedy && (
          <Mend
            remedy={found.remedy}
            source={source}
            target={target}
            targetName={targetName}
          />
        )}
      </div>
    </li>
  )
}

/** One click that makes the target alike, with what is sent to be read before. */
function Mend({
  remedy,
  source,
  target,
  targetName,
}: {
  remedy: PreflightRemedy
  source: string
  target: string
  targetName: string
}) {
  const { t } = useMigrationWords()
  const may = useMay('operator')
  const client = useQueryClient()
  const { kind, name } = remedy
  const { busy, problem, submit } = useSubmit(async () => {
    const { command } = await migrationChanges.makeAlike(target, { source, kind, name })
    toast.success({
      title: t('mend.done', { host: targetName, name }),
      command: command ?? undefined,
    })
    await client.invalidateQueries({ queryKey: migrationQueries.all })
  })
  return (
    <div className="mt-1.5 space-y-1.5">
      <Button size="sm" loading={busy} blocked={may.reason} onClick={() => submit()}>
        {t(`mend.${kind}`, { name })}
      </Button>
      <RemedyXml remedy={remedy} />
      <InlineError problem={problem} />
    </div>
  )
}

/** What a remedy sends, folded away; nothing where it only starts something. */
export function RemedyXml({ remedy }: { remedy: PreflightRemedy }) {
  const { t } = useMigrationWords()
  if (!('xml' in remedy)) return null
  return (
    <details>
      <summary className="text-muted cursor-pointer text-xs">{t('mend.xml')}</summary>
      <pre className="bg-sunken mt-1 max-h-48 overflow-auto rounded border p-2 font-mono text-xs">
        {remedy.xml}
      </pre>
    </details>
  )
}
