import { cookies, headers } from 'next/headers'
import { createTranslator, type NamespaceKeys, type NestedKeyOf } from 'use-intl/core'

import type { Locale } from '../../server/contract/account.ts'
import { compileMessages } from './compile-messages.ts'
import { localeCookie, pickLocale, pickTimeZone, timeZoneCookie } from './locale.ts'
import { messages as en } from './messages/en.ts'
import { messages as zh } from './messages/zh.ts'

export type Messages = typeof en
const catalogues: Record<Locale, Messages> = {
  en: compileMessages(en),
  zh: compileMessages(zh),
}

/** Language, its catalogue and the time zone of the request being answered. */
export async function getIntl(): Promise<{
  locale: Locale
  messages: Messages
  timeZone: string
}> {
  const jar = await cookies()
  const locale = pickLocale(
    jar.get(localeCookie)?.value,
    (await headers()).get('accept-language'),
  )
  return {
    locale,
    messages: catalogues[locale],
    timeZone: pickTimeZone(jar.get(timeZoneCookie)?.value),
  }
}

/** A translator outside of React, for page titles. */
export async function getT<N extends NamespaceKeys<Messages, NestedKeyOf<Messages>>>(
  namespace: N,
) {
  return createTranslator<Messages, N>({ ...(await getIntl()), namespace })
}
