'use client'

import { useSyncExternalStore } from 'react'

import { setPreferenceCookie } from '../i18n/preference-cookie.ts'
import { pickTheme, themeCookie, type Theme } from './theme.ts'

const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Colours are `light-dark()` tokens, so the attribute is all there is to a theme. */
function setTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme
  setPreferenceCookie(themeCookie, theme)
  for (const listener of listeners) listener()
}

export function useTheme(): { theme: Theme; setTheme: (theme: Theme) => void } {
  const theme = useSyncExternalStore<Theme>(
    subscribe,
    () => pickTheme(document.documentElement.dataset.theme),
    () => 'system',
  )
  return { theme, setTheme }
}
