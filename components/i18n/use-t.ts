import { useTranslations } from 'use-intl/react'

import type { Locale } from '../../server/contract/account.ts'
import type { messages } from './messages/en.ts'

declare module 'use-intl/core' {
  interface AppConfig {
    Locale: Locale
    Messages: typeof messages
  }
}

/** `const t = useT('fleet')`, then `t('key', { count })`. Keys are checked against English. */
export const useT = useTranslations
