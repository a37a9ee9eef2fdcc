'use client'

import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { OptionSelect, OptionText, useForm } from './form-context.tsx'
import { RepeatedOption } from './repeated-option.tsx'

export function DisksSection() {
  const t = useT('create')
  const f = useFormat()
  const { state, facts } = useForm()
  const pools = facts?.pools ?? []
  const volumes = (state.preview?.storage ?? []).map(({ path, capacityBytes }) =>
    capacityBytes === null ? path : `${path} (${f.bytes(capacityBytes)})`,
  )
  return (
    <RepeatedOption
      option="disk"
      title={t('disks.title')}
      first="size=20"
      addLabel={t('disks.add')}
      removeLabel={(count) => t('disks.remove', { count })}
      settled={volumes}
    >
      {(nth) => (
        <div className="grid gap-4 sm:grid-cols-3">
          <OptionText
            label={t('disks.size')}
            option="disk"
            field="size"
            nth={nth}
            numeric
            unit="GiB"
          />
          <OptionSelect
            label={t('disks.pool')}
            option="disk"
            field="pool"
            nth={nth}
            settled={null}
            options={pools.map(({ name, availableBytes }) => ({
              value: name,
              label: t('image.poolFree', { name, free: f.bytes(availableBytes) }),
            }))}
          />
          <OptionSelect
            label={t('disks.format')}
            option="disk"
            field="format"
            nth={nth}
            settled={null}
            options={['qcow2', 'raw'].map((value) => ({ value, label: value }))}
          />
          <OptionText
            label={t('disks.path')}
            option="disk"
            field="path"
            nth={nth}
            mono
            className="sm:col-span-2"
            hint={t('disks.pathHint')}
          />
          <OptionSelect
            label={t('disks.bus')}
            option="disk"
            field="target.bus"
            nth={nth}
            settled={null}
            options={['virtio', 'scsi', 'sata', 'ide', 'usb'].map((value) => ({
              value,
              label: value,
            }))}
          />
        </div>
      )}
    </RepeatedOption>
  )
}
