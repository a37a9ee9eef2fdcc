'use client'

import { useQuery } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { useId, useState, type KeyboardEvent } from 'react'

import type { OsEntry } from '../../server/contract/create.ts'
import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { Button } from '../ui/button.tsx'
import { Field, inputClass } from '../ui/field.tsx'
import { useEarlyInput } from '../ui/use-early-input.ts'
import { createQueries } from './create-api.ts'
import { errorOf } from './field-errors.ts'
import { OptionLabel, useForm } from './form-context.tsx'
import { read, write } from './form-options.ts'

/** The operating system: typed by any part of its name, with what it recommends. */
export function OsField() {
  const t = useT('create')
  const f = useFormat()
  const id = useId()
  const { state, errors } = useForm()
  const value = read(state.options, 'osinfo', 'name')
  const [search, setSearch] = useState<string | null>(null)
  const [active, setActive] = useState(0)
  const found = useQuery(createQueries.systems(search ?? value, 'x86_64'))
  const { data } = found
  // Until the answer comes the list is that of the letters before.
  const stale = found.isPlaceholderData
  const entries = data?.systems ?? []
  const open = search !== null && entries.length > 0
  const chosen = entries.find(({ shortId }) => shortId === value)

  function type(text: string) {
    setSearch(text)
    setActive(0)
    // A name that is typed whole counts without being chosen.
    state.change((options) => write(options, text.trim(), 'osinfo', 'name'))
  }
  const early = useEarlyInput<HTMLInputElement>((element) => {
    if (element.value !== value) type(element.value)
  })
  function choose(entry: OsEntry) {
    setSearch(null)
    state.change((options) => write(options, entry.shortId, 'osinfo', 'name'))
  }
  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing || !open) return
    const entry = entries[active]
    const picks = ['ArrowDown', 'ArrowUp', 'Enter'].includes(event.key)
    if (stale && picks) event.preventDefault()
    else if (event.key === 'ArrowDown')
      setActive((at) => Math.min(at + 1, entries.length - 1))
    else if (event.key === 'ArrowUp') setActive((at) => Math.max(at - 1, 0))
    else if (event.key === 'Enter' && entry) choose(entry)
    else if (event.key === 'Escape') setSearch(null)
    else return
    event.preventDefault()
  }
  const settled = state.preview?.settled
  return (
    <div className="relative">
      <Field
        label={<OptionLabel label={t('os.label')} option="osinfo" />}
        error={errorOf(errors, 'osinfo', 'name', 0)}
        hint={
          chosen
            ? osHint(t, f, chosen)
            : value === '' && settled && settled.osShortId !== 'generic'
              ? t('os.detected', { name: settled.osShortId })
              : t('os.hint')
        }
      >
        {(ids) => (
          <input
            {...ids}
            ref={early}
            role="combobox"
            aria-expanded={open}
            aria-controls={`${id}-list`}
            aria-activedescendant={open ? `${id}-${active}` : undefined}
            aria-autocomplete="list"
            value={search ?? value}
            placeholder="debian12"
            autoComplete="off"
            spellCheck={false}
            onFocus={(event) => event.target.select()}
            onChange={(event) => type(event.target.value)}
            onKeyDown={onKeyDown}
            onBlur={() => setSearch(null)}
            className={clsx(inputClass, 'h-8 px-2.5 font-mono')}
          />
        )}
      </Field>
      {open && (
        <div
          id={`${id}-list`}
          role="listbox"
          tabIndex={-1}
          aria-busy={stale}
          aria-label={t('os.label')}
          className="bg-raised absolute inset-x-0 top-full z-20 mt-1 max-h-72 overflow-auto rounded border py-1 shadow-lg"
        >
          {entries.map((entry, at) => (
            <div
              key={entry.id}
              id={`${id}-${at}`}
              role="option"
              tabIndex={-1}
              aria-selected={at === active}
              onPointerDown={(event) => {
                event.preventDefault()
                choose(entry)
              }}
              className={clsx(
                'cursor-pointer px-3 py-1.5 text-sm',
                at === active && 'bg-accent-soft',
              )}
            >
              <span className="font-medium">{entry.name}</span>{' '}
              <span className="text-faint font-mono text-xs">{entry.shortId}</span>
            </div>
          ))}
        </div>
      )}
      {chosen?.recommended && (
        <Button
          size="sm"
          className="mt-2"
          onClick={() => state.change((options) => withRecommended(options, chosen))}
        >
          {t('os.useRecommended')}
        </Button>
      )}
    </div>
  )
}

function osHint(
  t: ReturnType<typeof useT<'create'>>,
  f: ReturnType<typeof useFormat>,
  { name, minimum, recommended, eolDate }: OsEntry,
): string {
  const least = minimum?.ramBytes
    ? t('os.minimum', { memory: f.bytes(minimum.ramBytes) })
    : ''
  const best = recommended
    ? t('os.recommended', {
        what: f.list(
          [
            recommended.ramBytes && f.bytes(recommended.ramBytes),
            recommended.cpus && t('os.cpus', { count: recommended.cpus }),
            recommended.storageBytes && f.bytes(recommended.storageBytes),
          ].filter((part) => typeof part === 'string'),
        ),
      })
    : ''
  const over =
    eolDate && eolDate < new Date().toISOString() ? t('os.eol', { date: eolDate }) : ''
  return [name, best, least, over].filter(Boolean).join(' · ')
}

type Options = Parameters<typeof write>[0]

/** What the system recommends, as figures in the line. */
function withRecommended(options: Options, { recommended }: OsEntry): Options {
  let next = options
  if (recommended?.ramBytes) {
    const mib = String(Math.round(recommended.ramBytes / 2 ** 20))
    next = write(next, mib, 'memory', 'memory')
  }
  if (recommended?.cpus) next = write(next, String(recommended.cpus), 'vcpus', 'vcpu')
  if (recommended?.storageBytes && read(next, 'disk', 'path') === '') {
    const gib = String(Math.ceil(recommended.storageBytes / 2 ** 30))
    next = write(next, gib, 'disk', 'size')
  }
  return next
}
