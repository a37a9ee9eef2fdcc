'use client'

import { clsx } from 'clsx'
import { parseAsStringLiteral, useQueryState } from 'nuqs'

import { useT } from '../i18n/use-t.ts'

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
    <fieldset
      className="flex overflow-hidden rounded border"
      aria-label={t('window.label')}
    >
      {windows.map((window) => (
        <label
          key={window}
          className={clsx(
            'tabular focus-within:outline-accent cursor-pointer border-l px-2.5 py-1 text-xs whitespace-nowrap first:border-l-0 focus-within:outline-2 focus-within:-outline-offset-2',
            chosen === window
              ? 'bg-accent-soft text-accent'
              : 'text-muted hover:bg-hover hover:text-text',
          )}
        >
          <input
            type="radio"
            name="window"
            value={window}
            checked={chosen === window}
            onChange={() => void choose(window)}
            className="sr-only"
          />
          {t(`window.${window}`)}
        </label>
      ))}
    </fieldset>
  )
}
