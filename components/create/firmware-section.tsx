'use client'

import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'
import { Switch } from '../ui/switch.tsx'
import { OptionLabel, OptionSelect, OptionSwitch, useForm } from './form-context.tsx'
import { hasSecureBoot, setSecureBoot } from './form-options.ts'

/** Firmware, secure boot and TPM. */
export function FirmwareSection() {
  const t = useT('create')
  const { state, facts } = useForm()
  const firmware = facts?.firmware
  return (
    <Card title={t('firmware.title')}>
      <div className="space-y-4">
        <OptionSwitch
          label={t('firmware.uefi')}
          option="boot"
          word="uefi"
          hint={firmware && !firmware.uefi ? t('firmware.noUefi') : undefined}
        />
        <Switch
          label={
            <OptionLabel label={t('firmware.secureBoot')} option="boot" field="firmware" />
          }
          checked={hasSecureBoot(state.options)}
          hint={firmware && !firmware.secureBoot ? t('firmware.noSecureBoot') : undefined}
          onChange={(on) => state.change((options) => setSecureBoot(options, on))}
        />
        <OptionSelect
          label={t('firmware.tpm')}
          option="tpm"
          field="backend.type"
          hint={firmware && !firmware.tpm ? t('firmware.noTpm') : undefined}
          settled={null}
          options={[
            { value: 'default', label: t('firmware.tpmDefault') },
            { value: 'emulator', label: 'emulator' },
            { value: 'none', label: t('firmware.tpmNone') },
          ]}
        />
      </div>
    </Card>
  )
}
