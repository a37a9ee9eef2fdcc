'use client'

import { useRouter } from 'next/navigation'

import type { Locale } from '../../server/contract/account.ts'
import { localeCookie } from '../i18n/locale.ts'
import { setPreferenceCookie } from '../i18n/preference-cookie.ts'

/** Changes the language of this browser; the page stays where it is and keeps its state. */
export function useSwitchLocale(): (locale: Locale) => void {
  const router = useRouter()
  return (locale) => {
    setPreferenceCookie(localeCookie, locale)
    router.refresh()
  }
}
