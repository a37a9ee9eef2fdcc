'use client'

import { KeyRound, RotateCw } from 'lucide-react'
import { type ReactNode, useState } from 'react'

import type { HostDetail, HostFailure, HostKey } from '../../server/contract/host.ts'
import { mutations } from '../data/mutations.ts'
import { paths } from '../data/paths.ts'
import { useT } from '../i18n/use-t.ts'
import { useMay } from '../shell/me.tsx'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/command-line.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { problemOf } from '../ui/problem-like.ts'
import { TextLink } from '../ui/text-link.tsx'
import { toast } from '../ui/toaster.tsx'
import { NextTry } from './next-try.tsx'

/** Why the host of a page is not online, and everything that may be done about it from here. */
export function HostFailureNotice({ host }: { host: HostDetail }) {
  const t = useT('host')
  if (!host.failure || host.state === 'online') return null
  return (
    <div className="mb-4">
      <FailureNotice
        failure={host.failure}
        uri={host.uri}
        tone={host.state === 'degraded' ? 'warn' : 'danger'}
      >
        <div className="flex flex-wrap items-center gap-3">
          <ReconnectButton host={host} label={t('failure.reconnect')} />
          {host.nextTryMs !== null && <NextTry atMs={host.nextTryMs} />}
          <TextLink href={paths.settingsHosts()}>{t('failure.settings')}</TextLink>
        </div>
      </FailureNotice>
    </div>
  )
}

/**
 * Why a connection did not come about and what to do, in the page's language, with the words of ssh
 * or libvirt as they are. Keys that are not trusted can be accepted here, one fingerprint at a time,
 * by an admin.
 */
export function FailureNotice({
  failure,
  uri,
  tone = failure.kind === 'changed-key' ? 'danger' : 'warn',
  onAccepted,
  children,
}: {
  failure: HostFailure
  uri: string
  tone?: 'warn' | 'danger'
  onAccepted?: () => void
  /** What can be done besides. */
  children?: ReactNode
}) {
  const t = useT('host')
  const tFailure = useT('hostFailure')
  const tCommon = useT('common')
  const { kind, message, libvirt, hostKeys = [] } = failure
  return (
    <Notice tone={tone} title={tFailure(`${kind}.title`)} role="status">
      <div className="space-y-3">
        <p>
          <span className="text-text font-medium">{t('failure.remedy')}: </span>
          {tFailure(`${kind}.remedy`)}
        </p>
        {message && (
          <div>
            <p className="label-caps">{t('failure.sshSays')}</p>
            <p className="mt-0.5 font-mono text-xs whitespace-pre-wrap [overflow-wrap:anywhere]">
              {message}
            </p>
          </div>
        )}
        {libvirt && (
          <p className="text-xs">
            {tCommon('libvirtSays', { code: libvirt.code, domain: libvirt.domain })}
            {libvirt.message !== message && (
              <span className="mt-0.5 block font-mono [overflow-wrap:anywhere]">
                {libvirt.message}
              </span>
            )}
          </p>
        )}
        {hostKeys.length > 0 && (
          <div>
            <p className="label-caps mb-1">{t('failure.keys')}</p>
            <ul className="space-y-1.5" aria-label={t('failure.keys')}>
              {hostKeys.map((hostKey) => (
                <HostKeyRow
                  key={hostKey.fingerprint}
                  uri={uri}
                  hostKey={hostKey}
                  acceptable={kind === 'unknown-key'}
                  onAccepted={onAccepted}
                />
              ))}
            </ul>
          </div>
        )}
        {children}
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

function HostKeyRow({
  uri,
  hostKey: { type, fingerprint },
  acceptable,
  onAccepted,
}: {
  uri: string
  hostKey: HostKey
  acceptable: boolean
  onAccepted: (() => void) | undefined
}) {
  const t = useT('host')
  const admin = useMay('admin')
  const [asking, setAsking] = useState(false)
  return (
    <li className="bg-surface flex flex-wrap items-center gap-x-3 gap-y-1 rounded border px-2.5 py-1.5">
      <span className="text-muted font-mono text-xs">{type}</span>
      <code className="text-text min-w-0 flex-1 font-mono max-sm:order-last max-sm:basis-full text-xs break-all select-all">
        {fingerprint}
      </code>
      <CopyButton text={fingerprint} label={t('failure.copyFingerprint')} />
      {acceptable && (
        <Button
          size="sm"
          icon={<KeyRound />}
          blocked={admin.reason}
          onClick={() => setAsking(true)}
        >
          {t('failure.accept')}
        </Button>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('failure.acceptQuestion')}
        confirmLabel={t('failure.acceptConfirm')}
        onConfirm={async () => {
          await mutations.acceptHostKey(uri, fingerprint)
          toast.success({ title: t('failure.accepted') })
          onAccepted?.()
        }}
      >
        <p>{t('failure.acceptDetail')}</p>
        <p className="bg-sunken rounded border px-2.5 py-1.5 font-mono text-xs break-all">
          {type} {fingerprint}
        </p>
        <p className="text-muted font-mono text-xs break-all">{uri}</p>
      </ConfirmDialog>
    </li>
  )
}
