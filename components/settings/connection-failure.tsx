'use client'

import { useState } from 'react'

import type { HostFailure } from '../../server/contract/host.ts'
import { useT } from '../i18n/use-t.ts'
import { useMay } from '../shell/me.tsx'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/command-line.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Notice } from '../ui/notice.tsx'
import { hostChanges } from './hosts-api.ts'

/**
 * Why a host is not online and what to do, in the page's language, with the words of ssh or libvirt
 * as they are. Keys that are not trusted can be accepted here, one fingerprint at a time, by an admin.
 */
export function ConnectionFailure({
  failure,
  uri,
  onAccepted,
}: {
  failure: HostFailure
  uri: string
  onAccepted?: () => void
}) {
  const t = useT('hostFailure')
  const settings = useT('settings')
  const common = useT('common')
  return (
    <Notice
      tone={failure.kind === 'changed-key' ? 'danger' : 'warn'}
      title={t(`${failure.kind}.title`)}
    >
      <p className="text-text">{t(`${failure.kind}.remedy`)}</p>
      {failure.message && (
        <p className="mt-1.5 font-mono text-xs [overflow-wrap:anywhere]">
          {failure.message}
        </p>
      )}
      {failure.libvirt && (
        <p className="mt-1.5 text-xs">
          {common('libvirtSays', {
            code: failure.libvirt.code,
            domain: failure.libvirt.domain,
          })}
          {failure.libvirt.message !== failure.message && (
            <span className="mt-0.5 block font-mono [overflow-wrap:anywhere]">
              {failure.libvirt.message}
            </span>
          )}
        </p>
      )}
      {failure.hostKeys && failure.hostKeys.length > 0 && (
        <ul className="mt-2 space-y-1.5" aria-label={settings('hosts.keysShown')}>
          {failure.hostKeys.map((key) => (
            <HostKeyRow
              key={key.fingerprint}
              type={key.type}
              fingerprint={key.fingerprint}
              uri={uri}
              acceptable={failure.kind === 'unknown-key'}
              onAccepted={onAccepted}
            />
          ))}
        </ul>
      )}
    </Notice>
  )
}

function HostKeyRow({
  type,
  fingerprint,
  uri,
  acceptable,
  onAccepted,
}: {
  type: string
  fingerprint: string
  uri: string
  acceptable: boolean
  onAccepted?: () => void
}) {
  const t = useT('settings')
  const admin = useMay('admin')
  const [asking, setAsking] = useState(false)
  return (
    <li className="bg-surface flex flex-wrap items-center gap-x-3 gap-y-1 rounded border px-2.5 py-1.5">
      <span className="text-muted font-mono text-xs">{type}</span>
      <code className="text-text min-w-0 flex-1 font-mono max-sm:order-last max-sm:basis-full text-xs break-all select-all">
        {fingerprint}
      </code>
      <CopyButton text={fingerprint} label={t('hosts.copyFingerprint')} />
      {acceptable && (
        <Button size="sm" blocked={admin.reason} onClick={() => setAsking(true)}>
          {t('hosts.acceptKey')}
        </Button>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('hosts.acceptTitle')}
        confirmLabel={t('hosts.acceptConfirm')}
        onConfirm={async () => {
          await hostChanges.acceptKey(uri, fingerprint)
          onAccepted?.()
        }}
      >
        <p>{t('hosts.acceptDetail')}</p>
        <p className="bg-sunken rounded border px-2.5 py-1.5 font-mono text-xs break-all">
          {type} {fingerprint}
        </p>
        <p className="text-muted font-mono text-xs break-all">{uri}</p>
      </ConfirmDialog>
    </li>
  )
}
