'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'

import { useT } from '../i18n/use-t.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { navigation } from './navigation.ts'
import { isTyping, sequenceMs, shortcutStep } from './shortcuts.ts'

const known = ['?', '/', ...navigation.map((place) => place.shortcut)]

/** Listens for the shortcuts of the console and lists them on `?`. */
export function KeyboardHelp({
  open,
  onOpenChange,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const t = useT('shell')
  const router = useRouter()
  const [keys] = useState<{ pending: string | null; atMs: number }>(() => ({
    pending: null,
    atMs: 0,
  }))
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (event.timeStamp - keys.atMs > sequenceMs) keys.pending = null
      const { pending, shortcut } = shortcutStep(event.key, keys.pending, known)
      keys.pending = pending
      keys.atMs = event.timeStamp
      if (shortcut === null) return
      event.preventDefault()
      const place = navigation.find((candidate) => candidate.shortcut === shortcut)
      if (place) router.push(place.href)
      else if (shortcut === '?') onOpenChange(true)
      else document.querySelector<HTMLElement>('input[type="search"]')?.focus()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [router, onOpenChange, keys])

  const rows: [string[], string][] = [
    [['?'], t('shortcuts.help')],
    [['/'], t('shortcuts.search')],
    ...navigation.map((place): [string[], string] => [
      place.shortcut.split(' '),
      t('shortcuts.goTo', { place: t(`nav.${place.key}`) }),
    ]),
    [['↑', '↓'], t('shortcuts.rows')],
    [['Enter'], t('shortcuts.open')],
    [['Space'], t('shortcuts.select')],
    [['Shift', 'Space'], t('shortcuts.selectRange')],
    [['Esc'], t('shortcuts.close')],
  ]
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t('shortcuts.title')} size="sm">
      <dl className="divide-line divide-y text-sm">
        {rows.map(([rowKeys, words]) => (
          <div key={words} className="flex items-center justify-between gap-4 py-1.5">
            <dt>{words}</dt>
            <dd className="flex gap-1">
              {rowKeys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
