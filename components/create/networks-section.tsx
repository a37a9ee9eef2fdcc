'use client'

import { useT } from '../i18n/use-t.ts'
import { OptionSelect, OptionText, useForm } from './form-context.tsx'
import { read } from './form-options.ts'
import { RepeatedOption } from './repeated-option.tsx'
import { networksIn } from './settled-devices.ts'

/** How a card is attached, as a word of --network: the network, a bridge, or QEMU's own. */
export function NetworksSection() {
  const t = useT('create')
  const { state, facts } = useForm()
  const networks = facts?.networks ?? []
  const first = networks.some(({ name, active }) => name === 'default' && active)
    ? 'network=default'
    : 'user'
  return (
    <RepeatedOption
      option="network"
      title={t('networks.title')}
      first={first}
      addLabel={t('networks.add')}
      removeLabel={(count) => t('networks.remove', { count })}
      settled={networksIn(state.preview?.finalXml)}
    >
      {(nth) => {
        const user = read(state.options, 'network', 'type', nth) === 'user'
        return (
          <div className="grid gap-4 sm:grid-cols-2">
            <OptionSelect
              label={t('networks.network')}
              option="network"
              field="network"
              nth={nth}
              options={[
                { value: '', label: user ? t('networks.user') : t('networks.notNetwork') },
                ...networks.map(({ name, active, forward }) => ({
                  value: name,
                  label: `${name} (${forward ?? t('networks.isolated')}${active ? '' : `, ${t('networks.inactive')}`})`,
                })),
              ]}
            />
            <OptionText
              label={t('networks.bridge')}
              option="network"
              field="bridge"
              nth={nth}
              mono
            />
            <OptionSelect
              label={t('networks.model')}
              option="network"
              field="model.type"
              nth={nth}
              settled={null}
              options={['virtio', 'e1000e', 'e1000', 'rtl8139'].map((value) => ({
                value,
                label: value,
              }))}
            />
            <OptionText
              label={t('networks.mac')}
              option="network"
              field="mac.address"
              nth={nth}
              mono
              placeholder="52:54:00:…"
            />
          </div>
        )
      }}
    </RepeatedOption>
  )
}
