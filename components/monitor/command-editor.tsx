'use client'

import { clsx } from 'clsx'
import { useId, useRef, useState, type KeyboardEvent } from 'react'

import type { QmpSchema } from '../../server/contract/monitor.ts'
import { useT } from '../i18n/use-t.ts'
import { Field, inputClass } from '../ui/field.tsx'
import { complete, type Completion, type Suggestion } from './completion.ts'

/**
 * Where a command is written. With a schema it completes: suggestions stand below and are taken with
 * Tab or Enter, moved through with the arrows and put away with Escape.
 */
export function CommandEditor({
  label,
  value,
  onChange,
  onSend,
  onFocus,
  schema,
  error,
  hint,
  rows,
}: {
  label: string
  value: string
  onChange: (value: string) => void
  onSend: () => void
  onFocus?: () => void
  schema?: QmpSchema
  error?: string
  hint?: string
  rows: number
}) {
  const t = useT('monitor')
  const listId = useId()
  const area = useRef<HTMLTextAreaElement>(null)
  const [completion, setCompletion] = useState<Completion | null>(null)
  const [active, setActive] = useState(0)
  const suggestions = completion?.suggestions ?? []

  function suggest(text: string, caret: number) {
    setCompletion(schema ? complete(text, caret, schema) : null)
    setActive(0)
  }

  function take(suggestion: Suggestion) {
    const element = area.current
    if (!completion || !element) return
    const { from, to } = completion
    const text = value.slice(0, from) + suggestion.insert + value.slice(to)
    const caret = from + suggestion.caret
    onChange(text)
    element.focus()
    // React writes the value first; then the caret may go where it belongs.
    requestAnimationFrame(() => element.setSelectionRange(caret, caret))
    if (caret < from + suggestion.insert.length) suggest(text, caret)
    else setCompletion(null)
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    // An input method uses the same keys for its own list.
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      setCompletion(null)
      onSend()
      return
    }
    if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault()
      suggest(value, event.currentTarget.selectionStart)
      return
    }
    const chosen = suggestions[active]
    if (!chosen) {
      if (event.key === 'Enter' && rows === 1) {
        event.preventDefault()
        onSend()
      }
      return
    }
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const step = event.key === 'ArrowDown' ? 1 : -1
      setActive((active + step + suggestions.length) % suggestions.length)
    } else if (event.key === 'Enter' || event.key === 'Tab') take(chosen)
    else if (event.key === 'Escape') setCompletion(null)
    else return
    event.preventDefault()
  }

  return (
    <div>
      <Field label={label} error={error} hint={hint}>
        {(ids) => (
          <textarea
            {...ids}
            ref={area}
            rows={rows}
            value={value}
            spellCheck={false}
            autoCapitalize="off"
            autoComplete="off"
            autoCorrect="off"
            aria-autocomplete={schema ? 'list' : undefined}
            aria-controls={suggestions.length > 0 ? listId : undefined}
            aria-activedescendant={
              suggestions.length > 0 ? `${listId}-${active}` : undefined
            }
            onFocus={onFocus}
            onBlur={() => setCompletion(null)}
            onKeyDown={onKeyDown}
            onChange={(event) => {
              onChange(event.target.value)
              suggest(event.target.value, event.target.selectionStart)
            }}
            className={clsx(inputClass, 'resize-y px-2.5 py-2 font-mono leading-5')}
          />
        )}
      </Field>
      {suggestions.length > 0 && (
        <div
          id={listId}
          role="listbox"
          aria-label={t('completion')}
          className="bg-raised border-line-strong mt-1 max-h-48 overflow-y-auto rounded border py-1"
        >
          {suggestions.map((suggestion, index) => (
            // The keyboard stays in the editor, which names the active one.
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
            <div
              key={suggestion.label}
              id={`${listId}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              ref={index === active ? intoView : undefined}
              // Before the editor loses the focus and puts the list away.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(suggestion)}
              className={clsx(
                'flex cursor-pointer gap-3 px-2.5 py-0.5 font-mono text-xs',
                index === active ? 'bg-selected text-text' : 'text-muted hover:bg-hover',
              )}
            >
              <span className="[overflow-wrap:anywhere]">{suggestion.label}</span>
              {suggestion.detail && (
                <span className="text-faint ml-auto">
                  {suggestion.detail}
                  {suggestion.optional && ` · ${t('optional')}`}
                </span>
              )}
            </div>
          ))}
        </div>
      )}
    </div>
  )
}

function intoView(element: HTMLElement | null) {
  element?.scrollIntoView({ block: 'nearest' })
}
