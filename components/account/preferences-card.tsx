'use client'

import { useLocale } from 'use-intl/react'

import { localeNames, locales } from '../i18n/locale.ts'
import { useT } from '../i18n/use-t.ts'
import { themes } from '../shell/theme.ts'
import { useSwitchLocale } from '../shell/use-switch-locale.ts'
import { useTheme } from '../shell/use-theme.ts'
import { Card } from '../ui/card.tsx'
import { Select } from '../ui/select.tsx'

/** What this browser shows; kept in cookies, in force at once. */
export function PreferencesCard() {
  const t = useT('account')
  const shell = useT('shell')
  const locale = useLocale()
  const switchLocale = useSwitchLocale()
  const { theme, setTheme } = useTheme()
  return (
    <Card title={t('preferences')} meta={t('preferencesMeta')}>
      <div className="grid max-w-lg gap-4 sm:grid-cols-2">
        <Select
          label={shell('language')}
          value={locale}
          onChange={switchLocale}
          options={locales.map((value) => ({ value, label: localeNames[value] }))}
        />
        <Select
          label={shell('theme.label')}
          value={theme}
          onChange={setTheme}
          options={themes.map((value) => ({ value, label: shell(`theme.${value}`) }))}
        />
      </div>
    </Card>
  )
}
