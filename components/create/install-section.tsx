'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { Select } from '../ui/select.tsx'
import { createQueries } from './create-api.ts'
import { errorOf } from './field-errors.ts'
import { OptionText, useForm } from './form-context.tsx'
import { installKindOf, installKinds, read, setInstallKind, write } from './form-options.ts'
import { GetImage } from './get-image.tsx'

/** Where the system comes from. */
export function InstallSection() {
  const t = useT('create')
  const { state, errors } = useForm()
  const kind = installKindOf(state.options)
  const [getting, setGetting] = useState(false)
  const client = useQueryClient()
  return (
    <Card
      title={t('install.title')}
      actions={
        <Button size="sm" onClick={() => setGetting(!getting)} aria-expanded={getting}>
          {t('image.open')}
        </Button>
      }
    >
      <div className="space-y-4">
        <Select
          label={t('install.source')}
          value={kind}
          onChange={(next) => state.change((options) => setInstallKind(options, next))}
          options={installKinds.map((value) => ({
            value,
            label: t(`install.kind.${value}`),
          }))}
          hint={t(`install.hint.${kind}`)}
          error={errorOf(errors, 'install', null, 0)}
        />
        {kind === 'cdrom' && (
          <VolumeField option="cdrom" field={null} wanted="iso" label={t('install.iso')} />
        )}
        {kind === 'import' && (
          <VolumeField option="disk" field="path" wanted="disk" label={t('install.disk')} />
        )}
        {kind === 'location' && (
          <div className="grid gap-4 sm:grid-cols-2">
            <OptionText
              label={t('install.location')}
              option="location"
              field="location"
              mono
              className="sm:col-span-2"
            />
            <OptionText label={t('install.kernel')} option="location" field="kernel" mono />
            <OptionText label={t('install.initrd')} option="location" field="initrd" mono />
            <OptionText
              label={t('install.extraArgs')}
              option="extra-args"
              mono
              className="sm:col-span-2"
            />
          </div>
        )}
        {getting && (
          <GetImage
            onReady={(path) => {
              setGetting(false)
              void client.invalidateQueries({ queryKey: ['create', 'media'] })
              state.change((options) =>
                kind === 'import'
                  ? write(options, path, 'disk', 'path')
                  : write(setInstallKind(options, 'cdrom'), path, 'cdrom'),
              )
            }}
          />
        )}
      </div>
    </Card>
  )
}

/** A path on the host: typed, or picked from the pools. */
function VolumeField({
  option,
  field,
  wanted,
  label,
}: {
  option: string
  field: string | null
  wanted: 'iso' | 'disk'
  label: string
}) {
  const t = useT('create')
  const f = useFormat()
  const { state } = useForm()
  const media = useQuery(createQueries.media(state.host))
  const volumes = media.data?.volumes.filter(({ kind }) => kind === wanted) ?? []
  const path = read(state.options, option, field)
  const labels = useQuery({
    ...createQueries.labels(state.host, path),
    enabled: wanted === 'iso' && state.host !== '' && path.startsWith('/'),
  })
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <OptionText
        label={label}
        option={option}
        field={field ?? undefined}
        mono
        placeholder="/var/lib/libvirt/images/…"
        hint={
          labels.data?.os
            ? t('install.recognised', { name: labels.data.os.name })
            : (labels.data?.volumeId ?? undefined)
        }
      />
      <Select
        label={t('install.pick')}
        value={volumes.some((volume) => volume.path === path) ? path : ''}
        onChange={(next) => state.change((options) => write(options, next, option, field))}
        options={[
          {
            value: '',
            label: volumes.length === 0 ? t('install.noVolumes') : t('install.choose'),
          },
          ...volumes.map(({ pool, name, path: at, capacityBytes, usedBy }) => ({
            value: at,
            label: `${pool}/${name} (${f.bytes(capacityBytes)})${usedBy.length > 0 ? ` · ${usedBy.join(', ')}` : ''}`,
          })),
        ]}
      />
    </div>
  )
}
