'use client'

import { Menu } from '@base-ui/react/menu'
import { Check, ListFilter } from 'lucide-react'

import { useT } from '../i18n/use-t.ts'
import { Button } from '../ui/button.tsx'

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
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger
        render={
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
      <Menu.Portal>
        <Menu.Positioner align="start" sideOffset={4} className="z-50 outline-none">
          <Menu.Popup className="bg-raised border-line-strong shadow-pop max-h-(--available-height) min-w-48 overflow-y-auto rounded border py-1 text-sm outline-none">
            {options.map((option) => (
              <Menu.CheckboxItem
                key={option.value}
                checked={chosen.includes(option.value)}
                closeOnClick={false}
                onCheckedChange={(checked) =>
                  onChange(
                    checked
                      ? [...chosen, option.value]
                      : chosen.filter((value) => value !== option.value),
                  )
                }
                className="data-[highlighted]:bg-hover flex min-h-8 cursor-default items-center gap-2.5 px-3 py-1 outline-none select-none"
              >
                <span aria-hidden className="flex size-3.5 items-center">
                  {chosen.includes(option.value) && (
                    <Check className="text-accent size-3.5" />
                  )}
                </span>
                {option.label}
              </Menu.CheckboxItem>
            ))}
            {chosen.length > 0 && (
              <>
                <Menu.Separator className="bg-line my-1 h-px" />
                <Menu.Item
                  onClick={() => onChange([])}
                  className="data-[highlighted]:bg-hover text-muted flex min-h-8 cursor-default items-center px-3 py-1 pl-9 outline-none select-none"
                >
                  {t('filter.all')}
                </Menu.Item>
              </>
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
