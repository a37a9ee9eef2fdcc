'use client'

import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'
import { CopyButton } from '../ui/command-line.tsx'
import { Field, inputClass } from '../ui/field.tsx'
import { useEarlyInput } from '../ui/use-early-input.ts'
import { PresetsMenu } from './presets-menu.tsx'
import type { CreateState } from './use-create.ts'

/** The line that asks for the same. Paste another, and the form fills. */
export function LineView({ state }: { state: CreateState }) {
  const t = useT('create')
  const early = useEarlyInput<HTMLTextAreaElement>((element) => {
    if (element.value !== state.text) state.typeLine(element.value)
  })
  // The server's own line, when nothing was typed in between, is the same one.
  return (
    <Card
      title={t('line.title')}
      actions={
        <>
          <PresetsMenu state={state} />
          <CopyButton text={state.text} label={t('line.copy')} />
        </>
      }
    >
      <Field
        label={t('line.label')}
        labelHidden
        hint={t('line.hint')}
        error={state.lineError?.message}
      >
        {(ids) => (
          <textarea
            {...ids}
            ref={early}
            rows={Math.min(10, Math.max(4, Math.ceil(state.text.length / 60)))}
            value={state.text}
            spellCheck={false}
            autoComplete="off"
            placeholder="virt-install --name … --memory … --disk size=20 --osinfo debian12 --cdrom …"
            onChange={(event) => state.typeLine(event.target.value)}
            className={`${inputClass} px-2.5 py-2 font-mono text-xs leading-5`}
          />
        )}
      </Field>
    </Card>
  )
}
