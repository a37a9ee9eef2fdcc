'use client'

import { Languages, Monitor, Moon, Sun } from 'lucide-react'
import { useLocale } from 'use-intl/react'

import { localeNames, locales } from '../i18n/locale.ts'
import { useT } from '../i18n/use-t.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Menu } from '../ui/menu.tsx'
import { themes, type Theme } from './theme.ts'
import { useSwitchLocale } from './use-switch-locale.ts'
import { useTheme } from './use-theme.ts'

const themeIcons: Record<Theme, typeof Sun> = { system: Monitor, dark: Moon, light: Sun }

export function ThemeMenu() {
  const t = useT('shell')
  const { theme, setTheme } = useTheme()
  const Icon = themeIcons[theme]
  return (
    <Menu
      label={t('theme.label')}
      trigger={<IconButton quiet label={t('theme.label')} icon={<Icon />} />}
      items={themes.map((name) => {
        const Item = themeIcons[name]
        return {
          key: name,
          label: t(`theme.${name}`),
          icon: <Item />,
          selected: name === theme,
          onSelect: () => setTheme(name),
        }
      })}
    />
  )
}

export function LanguageMenu() {
  const t = useT('shell')
  const locale = useLocale()
  const switchLocale = useSwitchLocale()
  return (
    <Menu
      label={t('language')}
      trigger={<IconButton quiet label={t('language')} icon={<Languages />} />}
      items={locales.map((name) => ({
        key: name,
        label: localeNames[name],
        selected: name === locale,
        onSelect: () => switchLocale(name),
      }))}
    />
  )
}
