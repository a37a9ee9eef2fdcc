'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'

import {
  hostSlug,
  type HostDetail,
  type HostSummary,
  type HostTestResult,
} from '../../server/contract/host.ts'
import { useT } from '../i18n/use-t.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { problemOf } from '../ui/problem-like.ts'
import { Select } from '../ui/select.tsx'
import { ErrorState, InlineError, Loading } from '../ui/states.tsx'
import { toast } from '../ui/toaster.tsx'
import { beyondFields, issueOf, useSubmit } from '../ui/use-submit.ts'
import { HostTest } from './host-test.tsx'
import { hostChanges, hostDetailQuery } from './hosts-api.ts'

const periods = ['0', '1', '2', '5', '10', '30', '60'] as const

/** Adds a host, or edits `host`. The connection can be tried before anything is kept. */
export function HostDialog({
  open,
  onClose,
  host,
}: {
  open: boolean
  onClose: () => void
  host: HostSummary | null
}) {
  const t = useT('settings')
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose()
      }}
      title={host ? t('hosts.editTitle', { name: host.name }) : t('hosts.add')}
      description={host ? undefined : t('hosts.addLead')}
    >
      {host ? (
        <EditHost host={host.host} onClose={onClose} />
      ) : (
        <HostForm detail={null} onClose={onClose} />
      )}
    </Dialog>
  )
}

function EditHost({ host, onClose }: { host: string; onClose: () => void }) {
  const { data, error, refetch } = useQuery(hostDetailQuery(host))
  if (error) return <ErrorState problem={problemOf(error)} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return <HostForm detail={data} onClose={onClose} />
}

function HostForm({ detail, onClose }: { detail: HostDetail | null; onClose: () => void }) {
  const t = useT('settings')
  const common = useT('common')
  const [uri, setUri] = useState(detail?.uri ?? '')
  const [name, setName] = useState(detail && detail.name !== detail.host ? detail.name : '')
  const [slug, setSlug] = useState('')
  const [period, setPeriod] = useState(String(detail?.statsPeriodSeconds ?? 2))
  const [tried, setTried] = useState(false)
  const [tested, setTested] = useState<{
    uri: string
    result: HostTestResult | null
  } | null>(null)
  const faults = {
    uri: uri.trim() === '' ? t('hosts.uriMissing') : undefined,
    slug: slug === '' || hostSlug.safeParse(slug).success ? undefined : t('hosts.slugRule'),
  }

  const test = useSubmit(async () => {
    setTried(true)
    if (faults.uri) return
    const candidate = uri.trim()
    setTested({ uri: candidate, result: null })
    try {
      const result = await hostChanges.test(candidate)
      setTested({ uri: candidate, result })
    } catch (error) {
      setTested(null)
      throw error
    }
  })
  const { busy, problem, submit } = useSubmit(async () => {
    setTried(true)
    if (Object.values(faults).some(Boolean)) return
    test.reset()
    const fields = {
      uri: uri.trim(),
      name: name.trim() === '' ? undefined : name.trim(),
      statsPeriodSeconds: Number(period),
    }
    if (detail) {
      // An emptied name goes back to the slug.
      await hostChanges.patch(detail.host, { ...fields, name: fields.name ?? detail.host })
      toast.success({ title: t('hosts.saved', { name: fields.name ?? detail.host }) })
    } else {
      const added = await hostChanges.add({
        ...fields,
        host: slug === '' ? undefined : slug,
      })
      toast.success({
        title: t('hosts.added', { name: added.name }),
        description: t('hosts.addedDetail'),
      })
    }
    onClose()
  })
  const shown = problem ?? test.problem
  return (
    <form onSubmit={submit} className="space-y-4" noValidate>
      <TextField
        label={t('hosts.uri')}
        required
        mono
        value={uri}
        onChange={setUri}
        placeholder="qemu+ssh://root@host/system"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={2048}
        error={(tried ? faults.uri : undefined) ?? issueOf(shown, 'uri')}
        hint={t('hosts.uriHint')}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={t('hosts.name')}
          value={name}
          onChange={setName}
          maxLength={100}
          autoComplete="off"
          placeholder={detail?.host}
          error={issueOf(shown, 'name')}
          hint={t('hosts.nameHint')}
        />
        {detail ? (
          <TextField
            label={t('hosts.slug')}
            mono
            value={detail.host}
            onChange={() => undefined}
            readOnly
            hint={t('hosts.slugFixed')}
          />
        ) : (
          <TextField
            label={t('hosts.slug')}
            mono
            value={slug}
            onChange={setSlug}
            maxLength={63}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            error={(tried ? faults.slug : undefined) ?? issueOf(shown, 'host')}
            hint={t('hosts.slugHint')}
          />
        )}
      </div>
      <Select
        label={t('hosts.period')}
        value={period}
        onChange={setPeriod}
        options={[...new Set([...periods, period])].map((value) => ({
          value,
          label:
            value === '0'
              ? t('hosts.periodOff')
              : t('hosts.seconds', { count: Number(value) }),
        }))}
        hint={t('hosts.periodHint')}
        error={issueOf(shown, 'statsPeriodSeconds')}
      />
      {/* The result of another URI says nothing about this one. */}
      {tested && tested.uri === uri.trim() && (
        <HostTest
          result={tested.result}
          uri={tested.uri}
          onAccepted={() => test.submit()}
        />
      )}
      <InlineError
        problem={beyondFields(shown, ['uri', 'name', 'host', 'statsPeriodSeconds'])}
      />
      <div className="bg-raised sticky -bottom-4 -mx-4 -mb-4 flex flex-wrap justify-end gap-2 border-t px-4 py-3">
        <Button className="mr-auto" loading={test.busy} onClick={() => test.submit()}>
          {t('hosts.test')}
        </Button>
        <Button onClick={onClose}>{common('cancel')}</Button>
        <Button type="submit" variant="primary" loading={busy}>
          {detail ? common('save') : t('hosts.add')}
        </Button>
      </div>
    </form>
  )
}
