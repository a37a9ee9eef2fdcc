'use client'

import { KeyRound, RotateCw } from 'lucide-react'
import { useState } from 'react'

import type { HostDetail, HostKey } from '../../server/contract/host.ts'
import { mutations } from '../data/mutations.ts'
import { paths } from '../data/paths.ts'
import { useT } from '../i18n/use-t.ts'
import { useMay } from '../shell/me.tsx'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { problemOf } from '../ui/problem-like.ts'
import { TextLink } from '../ui/text-link.tsx'
import { toast } from '../ui/toaster.tsx'
import { NextTry } from './next-try.tsx'

/** Why the host is not online, in words, and everything that may be done about it from here. */
export function HostFailureNotice({ host }: { host: HostDetail }) {
  const t = useT('host')
  const tFailure = useT('hostFailure')
  if (!host.failure || host.state === 'online') return null
  const { kind, message, hostKeys = [] } = host.failure
  return (
    <Notice
      tone={host.state === 'degraded' ? 'warn' : 'danger'}
      title={tFailure(`${kind}.title`)}
      role="status"
      className="mb-4"
    >
      <div className="space-y-3">
        <p>
          <span className="text-text font-medium">{t('failure.remedy')}: </span>
          {tFailure(`${kind}.remedy`)}
        </p>
        {message && (
          <div>
            <p className="label-caps">{t('failure.sshSays')}</p>
            <p className="mt-0.5 font-mono text-xs whitespace-pre-wrap">{message}</p>
          </div>
        )}
        {hostKeys.length > 0 && (
          <div>
            <p className="label-caps mb-1">{t('failure.keys')}</p>
            <ul className="space-y-1">
              {hostKeys.map((key) => (
                <HostKeyLine key={key.fingerprint} host={host} hostKey={key} />
              ))}
            </ul>
          </div>
        )}
        <div className="flex flex-wrap items-center gap-3">
          <ReconnectButton host={host} label={t('failure.reconnect')} />
          {host.nextTryMs !== null && <NextTry atMs={host.nextTryMs} />}
          <TextLink href={paths.settingsHosts()}>{t('failure.settings')}</TextLink>
        </div>
      </div>
    </Notice>
  )
}

export function ReconnectButton({ host, label }: { host: HostDetail; label: string }) {
  const t = useT('host')
  const may = useMay('operator')
  const [busy, setBusy] = useState(false)
  async function reconnect() {
    setBusy(true)
    try {
      await mutations.reconnectHost(host.host)
      toast.info({ title: t('failure.reconnecting', { name: host.name }) })
    } catch (error) {
      toast.problem(problemOf(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Button
      size="sm"
      icon={<RotateCw />}
      loading={busy || host.state === 'connecting'}
      blocked={may.reason}
      onClick={() => void reconnect()}
    >
      {label}
    </Button>
  )
}

function HostKeyLine({ host, hostKey }: { host: HostDetail; hostKey: HostKey }) {
  const t = useT('host')
  const may = useMay('admin')
  const [open, setOpen] = useState(false)
  const unknown = host.failure?.kind === 'unknown-key'
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <code className="font-mono text-xs [overflow-wrap:anywhere]">
        {hostKey.type} {hostKey.fingerprint}
      </code>
      {unknown && (
        <Button
          size="sm"
          icon={<KeyRound />}
          blocked={may.reason}
          onClick={() => setOpen(true)}
        >
          {t('failure.accept')}
        </Button>
      )}
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={t('failure.acceptQuestion', { name: host.name })}
        confirmLabel={t('failure.accept')}
        onConfirm={async () => {
          await mutations.acceptHostKey(host.uri, hostKey.fingerprint)
          toast.success({ title: t('failure.accepted', { name: host.name }) })
        }}
      >
        <p className="font-mono text-xs [overflow-wrap:anywhere]">
          {hostKey.type} {hostKey.fingerprint}
        </p>
        <p>{t('failure.acceptDetail')}</p>
      </ConfirmDialog>
    </li>
  )
}
