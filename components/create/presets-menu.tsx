'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Bookmark } from 'lucide-react'
import { useState, type FormEvent } from 'react'

import { useT } from '../i18n/use-t.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { Menu, type MenuEntry } from '../ui/menu.tsx'
import { problemOf, type ProblemLike } from '../ui/problem-like.ts'
import { InlineError } from '../ui/states.tsx'
import { createMutations, createQueries } from './create-api.ts'
import type { CreateState } from './use-create.ts'

/** Lines that are kept under a name: take one, keep this one, forget one. */
export function PresetsMenu({ state }: { state: CreateState }) {
  const t = useT('create')
  const client = useQueryClient()
  const { data } = useQuery(createQueries.presets())
  const [open, setOpen] = useState(false)
  const [name, setName] = useState('')
  const [problem, setProblem] = useState<ProblemLike | null>(null)
  const presets = data?.presets ?? []
  const reload = () => client.invalidateQueries({ queryKey: ['create', 'presets'] })

  async function save(event: FormEvent) {
    event.preventDefault()
    event.stopPropagation()
    try {
      await createMutations.savePreset(name, state.text)
      await reload()
      setOpen(false)
    } catch (error) {
      setProblem(problemOf(error))
    }
  }
  const items: MenuEntry[] = [
    ...presets.map((preset) => ({
      key: preset.id,
      label: preset.name,
      onSelect: () => state.typeLine(preset.line),
    })),
    ...(presets.length > 0 ? [{ key: 'line', separator: true as const }] : []),
    { key: 'save', label: t('presets.save'), onSelect: () => setOpen(true) },
    ...presets.map((preset) => ({
      key: `remove-${preset.id}`,
      label: t('presets.remove', { name: preset.name }),
      onSelect: () => void createMutations.removePreset(preset.id).then(reload),
    })),
  ]
  return (
    <>
      <Menu
        label={t('presets.title')}
        items={items}
        trigger={
          <Button size="sm" icon={<Bookmark />}>
            {t('presets.title')}
          </Button>
        }
      />
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={t('presets.save')}
        size="sm"
        footer={
          <Button
            type="submit"
            form="save-preset"
            variant="primary"
            blocked={name.trim() === '' ? t('presets.nameFirst') : undefined}
          >
            {t('presets.keep')}
          </Button>
        }
      >
        <form id="save-preset" className="space-y-3" onSubmit={(event) => void save(event)}>
          <TextField
            label={t('presets.name')}
            value={name}
            onChange={setName}
            maxLength={100}
            required
          />
          <InlineError problem={problem} />
        </form>
      </Dialog>
    </>
  )
}
