'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Equal } from 'lucide-react'
import { useState } from 'react'

import type { MakeAllAlikeReply, MatrixReply } from '../../server/contract/preflight.ts'
import { useMay } from '../shell/me.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { problemOf } from '../ui/problem-like.ts'
import { Select } from '../ui/select.tsx'
import { ErrorState, InlineError, Skeleton } from '../ui/states.tsx'
import { toast } from '../ui/toaster.tsx'
import { useSubmit } from '../ui/use-submit.ts'
import { RemedyXml } from './finding-list.tsx'
import { migrationChanges, migrationQueries } from './migration-api.ts'
import { useMigrationWords } from './use-migration-words.ts'

type Hosts = MatrixReply['hosts']
type Made = MakeAllAlikeReply['made'][number]

/** Opens what one host lacks beside another. */
export function AlikeButton({ hosts }: { hosts: Hosts }) {
  const { t } = useMigrationWords()
  const [open, setOpen] = useState(false)
  if (hosts.length < 2) return null
  return (
    <>
      <Button size="sm" icon={<Equal />} onClick={() => setOpen(true)}>
        {t('matrix.alike.button')}
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        size="lg"
        title={t('matrix.alike.title')}
        description={t('matrix.alike.hint')}
      >
        {open && <Content hosts={hosts} />}
      </Dialog>
    </>
  )
}

function Content({ hosts }: { hosts: Hosts }) {
  const { t } = useMigrationWords()
  const [source, setSource] = useState(hosts[0]?.host ?? '')
  const [wanted, setTarget] = useState<string | null>(null)
  const others = hosts.filter(({ host }) => host !== source)
  const target = others.find(({ host }) => host === wanted) ?? others[0]
  const options = (some: Hosts) =>
    some.map(({ host, name }) => ({ value: host, label: name }))
  return (
    <div className="space-y-4">
      <div className="grid gap-3 sm:grid-cols-2">
        <Select
          label={t('matrix.alike.source')}
          value={source}
          onChange={setSource}
          options={options(hosts)}
        />
        <Select
          label={t('matrix.alike.target')}
          value={target?.host ?? ''}
          onChange={setTarget}
          options={options(others)}
        />
      </div>
      {target && (
        <Difference
          key={`${source} ${target.host}`}
          source={hosts.find(({ host }) => host === source) ?? target}
          target={target}
        />
      )}
    </div>
  )
}

/** What would be made, to be read before, and one button for all of it. */
function Difference({ source, target }: { source: Hosts[number]; target: Hosts[number] }) {
  const { t } = useMigrationWords()
  const may = useMay('operator')
  const client = useQueryClient()
  const alike = useQuery(migrationQueries.alike(target.host, source.host))
  const { data, error } = alike
  const [failed, setFailed] = useState<Made[]>([])
  const { busy, problem, submit } = useSubmit(async () => {
    const items = (data?.remedies ?? []).map(({ kind, name }) => ({ kind, name }))
    const { made } = await migrationChanges.makeAllAlike(target.host, {
      source: source.host,
      items,
    })
    const not = made.filter((one) => one.error !== null)
    setFailed(not)
    if (not.length === 0) {
      toast.success({ title: t('matrix.alike.done', { target: target.name }) })
    }
    await client.invalidateQueries({ queryKey: migrationQueries.all })
  })
  if (error && !data)
    return <ErrorState problem={problemOf(error)} onRetry={() => void alike.refetch()} />
  if (!data) {
    return (
      <div role="status" className="space-y-2">
        <p className="text-muted text-sm">{t('matrix.alike.looking')}</p>
        <Skeleton className="h-24" />
      </div>
    )
  }
  const names = { source: source.name, target: target.name }
  const count = data.remedies.length
  return (
    <div className="space-y-4">
      {count === 0 && <p className="text-ok text-sm">{t('matrix.alike.none', names)}</p>}
      <ul className="space-y-2 text-sm" data-testid="alike">
        {data.remedies.map((remedy) => (
          <li key={`${remedy.kind} ${remedy.name}`} className="space-y-1">
            <bdi>{t(`matrix.alike.${remedy.kind}`, { name: remedy.name })}</bdi>
            <RemedyXml remedy={remedy} />
          </li>
        ))}
      </ul>
      {failed.length > 0 && (
        <Notice
          tone="danger"
          role="alert"
          title={t('matrix.alike.partly', { count: failed.length })}
        >
          <ul className="list-disc pl-4">
            {failed.map(({ kind, name, error: words }) => (
              <li key={`${kind} ${name}`} className="[overflow-wrap:anywhere]">
                <bdi>
                  {t(`matrix.alike.${kind}`, { name })}: {words}
                </bdi>
              </li>
            ))}
          </ul>
        </Notice>
      )}
      <InlineError problem={problem} />
      {count > 0 && (
        <div className="flex justify-end">
          <Button
            variant="primary"
            loading={busy}
            blocked={may.reason}
            onClick={() => submit()}
          >
            {t('matrix.alike.apply', { count, target: target.name })}
          </Button>
        </div>
      )}
    </div>
  )
}
