'use client'

import { Plus, Trash2 } from 'lucide-react'
import { type ReactNode } from 'react'

import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { useForm } from './form-context.tsx'
import { add, removeNth, usesOf } from './form-options.ts'

/** One box for each use of an option, with a way to add and remove. */
export function RepeatedOption({
  option,
  title,
  first,
  addLabel,
  removeLabel,
  settled,
  children,
}: {
  option: string
  title: string
  /** The value of a new one. */
  first: string
  addLabel: string
  removeLabel: (nth: number) => string
  /** What comes when none is typed, where it is known. */
  settled: readonly string[]
  children: (nth: number) => ReactNode
}) {
  const t = useT('create')
  const f = useFormat()
  const { state } = useForm()
  const uses = usesOf(state.options, option)
  return (
    <Card
      title={title}
      actions={
        <Button
          size="sm"
          icon={<Plus />}
          onClick={() => state.change((options) => add(options, option, first))}
        >
          {addLabel}
        </Button>
      }
    >
      {uses.length === 0 ? (
        <p className="text-muted text-sm [overflow-wrap:anywhere]">
          {settled.length > 0 ? t('settled', { what: f.list(settled) }) : t('noneTyped')}
        </p>
      ) : (
        <ul className="divide-line divide-y">
          {uses.map((use, nth) => (
            <li key={nth} className="flex items-start gap-3 py-4 first:pt-0 last:pb-0">
              <div className="min-w-0 flex-1">
                {use.value === 'none' ? (
                  <p className="font-mono text-sm">--{option} none</p>
                ) : (
                  children(nth)
                )}
              </div>
              <IconButton
                label={removeLabel(nth + 1)}
                icon={<Trash2 />}
                onClick={() => state.change((options) => removeNth(options, option, nth))}
              />
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
