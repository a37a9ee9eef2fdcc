'use client'

import { useId } from 'react'

import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'
import { Field, inputClass } from '../ui/field.tsx'
import { Switch } from '../ui/switch.tsx'
import { useForm } from './form-context.tsx'
import { add, read, removeNth, usesOf, write } from './form-options.ts'

/** Names that the line gives to the texts that are typed here. They are sent along, not read from a disk. */
const names = {
  'clouduser-ssh-key': 'cloud-user-key.pub',
  'root-ssh-key': 'root-key.pub',
  'root-password-file': 'root-password',
  'user-data': 'user-data',
} as const
type TextKey = keyof typeof names

/** Users and keys for the first boot of a cloud image, on a medium that the server makes. */
export function CloudInitSection() {
  const t = useT('create')
  const { state } = useForm()
  const on = usesOf(state.options, 'cloud-init').length > 0
  const flag = (key: string) =>
    /^(on|yes|1|true)$/.test(read(state.options, 'cloud-init', key))
  const setFlag = (key: string) => (checked: boolean) =>
    state.change((options) => write(options, checked ? 'on' : '', 'cloud-init', key))
  return (
    <Card title={t('cloud.title')}>
      <div className="space-y-4">
        <Switch
          label={t('cloud.use')}
          hint={t('cloud.hint')}
          checked={on}
          onChange={(checked) =>
            state.change((options) =>
              checked
                ? add(options, 'cloud-init', 'disable=on')
                : removeNth(options, 'cloud-init', 0),
            )
          }
        />
        {on && (
          <>
            <TextFile field="clouduser-ssh-key" label={t('cloud.userKey')} />
            <TextFile field="root-ssh-key" label={t('cloud.rootKey')} />
            <Switch
              label={t('cloud.generatePassword')}
              checked={flag('root-password-generate')}
              onChange={setFlag('root-password-generate')}
            />
            <TextFile field="root-password-file" label={t('cloud.rootPassword')} secret />
            <Switch
              label={t('cloud.disable')}
              checked={flag('disable')}
              onChange={setFlag('disable')}
            />
            <TextFile field="user-data" label={t('cloud.userData')} rows={6} />
          </>
        )}
      </div>
    </Card>
  )
}

/** A text that the line names as a file: its content goes along with the request. */
function TextFile({
  field,
  label,
  rows = 2,
  secret = false,
}: {
  field: TextKey
  label: string
  rows?: number
  secret?: boolean
}) {
  const t = useT('create')
  const { state } = useForm()
  const id = useId()
  const path = read(state.options, 'cloud-init', field)
  const name = path === '' ? names[field] : path
  const text = state.files[name] ?? ''
  const missing = path !== '' && text === ''
  function change(next: string) {
    state.setFile(name, next === '' ? null : next)
    if ((next === '') !== (path === '')) {
      state.change((options) =>
        write(options, next === '' ? '' : name, 'cloud-init', field),
      )
    }
  }
  return (
    <Field label={label} error={missing ? t('cloud.paste', { name }) : undefined}>
      {(ids) =>
        secret ? (
          <input
            {...ids}
            name={id}
            type="password"
            autoComplete="new-password"
            value={text}
            onChange={(event) => change(event.target.value)}
            className={`${inputClass} h-8 px-2.5`}
          />
        ) : (
          <textarea
            {...ids}
            rows={rows}
            spellCheck={false}
            value={text}
            onChange={(event) => change(event.target.value)}
            className={`${inputClass} px-2.5 py-1.5 font-mono text-xs`}
          />
        )
      }
    </Field>
  )
}
