'use client'

import { parseAsStringLiteral, useQueryState } from 'nuqs'

import { useT } from '../i18n/use-t.ts'
import { Choice } from '../ui/choice.tsx'

const windows = ['60', '300', '900'] as const

/** The time span of a page's charts, in seconds, kept in the address. */
export function useWindowSeconds() {
  const [chosen, choose] = useQueryState(
    'window',
    parseAsStringLiteral(windows).withDefault('60').withOptions({ history: 'replace' }),
  )
  return { chosen, windowSeconds: Number(chosen), choose }
}

export function WindowPicker({
  chosen,
  choose,
}: {
  chosen: (typeof windows)[number]
  choose: (window: (typeof windows)[number]) => unknown
}) {
  const t = useT('dirtyRate')
  return (
    <Choice
      label={t('window.label')}
      name="window"
      options={windows.map((value) => ({ value, label: t(`window.${value}`) }))}
      chosen={chosen}
      choose={choose}
    />
  )
}
