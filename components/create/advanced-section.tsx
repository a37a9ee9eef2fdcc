'use client'

import { Plus, Trash2 } from 'lucide-react'
import { useId, useState } from 'react'

import { VirtInstallError } from '../../server/virtinst/model.ts'
import { flags } from '../../server/virtinst/options/top-level.ts'
import { useT } from '../i18n/use-t.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { TextField } from '../ui/field.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { errorOf } from './field-errors.ts'
import { useForm } from './form-context.tsx'
import {
  add,
  type AdvancedUse,
  advancedUses,
  removeNth,
  replaceNth,
} from './form-options.ts'

/** Every other option of virt-install, by its name. */
export function AdvancedSection() {
  const t = useT('create')
  const { state } = useForm()
  const listId = useId()
  const [name, setName] = useState('')
  const [value, setValue] = useState('')
  const [error, setError] = useState<string | null>(null)
  const uses = advancedUses(state.options)
  const option = name.replace(/^--/, '').trim()
  const flag = flags.find((one) => one.name === option)

  function addOption() {
    try {
      // Tried first: what is not understood stays in the field, with the reason.
      add(state.options, option, value === '' ? null : value)
      state.change((options) => add(options, option, value === '' ? null : value))
      setName('')
      setValue('')
      setError(null)
    } catch (thrown) {
      if (!(thrown instanceof VirtInstallError)) throw thrown
      setError(thrown.message)
    }
  }
  return (
    <Card title={t('advanced.title')}>
      <div className="space-y-3">
        {uses.map((one) => (
          <AdvancedUseRow key={`${one.use.option}.${one.nth}`} advanced={one} />
        ))}
        <div className="grid items-end gap-3 sm:grid-cols-[14rem_minmax(0,1fr)_auto]">
          <TextField
            label={t('advanced.option')}
            value={name}
            onChange={setName}
            list={listId}
            mono
            placeholder="watchdog"
          />
          <TextField
            label={t('advanced.value')}
            value={value}
            onChange={setValue}
            mono
            error={error ?? undefined}
          />
          <Button
            icon={<Plus />}
            blocked={
              flag
                ? flag.takes === 'value' && value === ''
                  ? t('advanced.needsValue')
                  : undefined
                : t('advanced.unknown')
            }
            onClick={addOption}
          >
            {t('advanced.add')}
          </Button>
        </div>
        <datalist id={listId}>
          {flags.map((one) => (
            <option key={one.name} value={one.name}>
              --{one.name}
            </option>
          ))}
        </datalist>
      </div>
    </Card>
  )
}

function AdvancedUseRow({ advanced: { use, nth } }: { advanced: AdvancedUse }) {
  const t = useT('create')
  const { state, errors } = useForm()
  const [draft, setDraft] = useState<{ text: string; error: string } | null>(null)
  function change(text: string) {
    try {
      replaceNth(state.options, use.option, nth, text)
      setDraft(null)
      state.change((options) => replaceNth(options, use.option, nth, text))
    } catch (thrown) {
      if (!(thrown instanceof VirtInstallError)) throw thrown
      setDraft({ text, error: thrown.message })
    }
  }
  return (
    <div className="flex items-end gap-3">
      {use.value === null ? (
        <p className="flex-1 py-1.5 font-mono text-sm">--{use.option}</p>
      ) : (
        <TextField
          label={<span className="font-mono">--{use.option}</span>}
          value={draft?.text ?? use.value}
          onChange={change}
          error={draft?.error ?? errorOf(errors, use.option, null, nth)}
          mono
          className="flex-1"
        />
      )}
      <IconButton
        label={t('advanced.remove', { option: use.option })}
        icon={<Trash2 />}
        onClick={() => state.change((options) => removeNth(options, use.option, nth))}
      />
    </div>
  )
}
