'use client'

import { ListFilter } from 'lucide-react'

import { useT } from '../i18n/use-t.ts'
import { Button } from '../ui/button.tsx'
import { Menu, type MenuEntry } from '../ui/menu.tsx'

/** Several of a few values: stays open while one chooses. Nothing chosen = all. */
export function FilterMenu<V extends string>({
  label,
  options,
  chosen,
  onChange,
}: {
  label: string
  options: readonly { value: V; label: string }[]
  chosen: readonly V[]
  onChange: (chosen: V[]) => void
}) {
  const t = useT('fleet')
  const items: MenuEntry[] = options.map((option) => ({
    key: option.value,
    label: option.label,
    checked: chosen.includes(option.value),
    onCheck: (checked) =>
      onChange(
        checked
          ? [...chosen, option.value]
          : chosen.filter((value) => value !== option.value),
      ),
  }))
  if (chosen.length > 0) {
    items.push(
      { key: 'line', separator: true },
      { key: 'all', label: t('filter.all'), onSelect: () => onChange([]) },
    )
  }
  return (
    <Menu
      label={label}
      align="start"
      items={items}
      trigger={
        <Button icon={<ListFilter />} aria-label={label}>
          {label}
          {chosen.length > 0 && (
            <span className="bg-accent-soft text-accent tabular rounded-sm px-1 font-mono text-2xs">
              {chosen.length}
            </span>
          )}
        </Button>
      }
    />
  )
}
