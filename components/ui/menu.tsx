'use client'

import { Menu as Base } from '@base-ui/react/menu'
import { clsx } from 'clsx'
import { Ellipsis } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'

import { IconButton } from './icon-button.tsx'

export type MenuEntry =
  | {
      key: string
      label: string
      icon?: ReactNode
      onSelect: () => void
      /** Why it is not possible now: shown under the label. */
      blocked?: string
      danger?: boolean
      selected?: boolean
    }
  | { key: string; separator: true }
  | { key: string; heading: string }

const itemClass =
  'flex min-h-8 cursor-default items-center gap-2.5 px-3 py-1 text-sm outline-none select-none data-[highlighted]:bg-hover'

/** Actions on one thing. A blocked one can be reached with the keyboard and says why. */
export function Menu({
  label,
  trigger,
  items,
  align = 'end',
}: {
  label: string
  trigger?: ReactElement<Record<string, unknown>>
  items: readonly MenuEntry[]
  align?: 'start' | 'end'
}) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger
        render={trigger ?? <IconButton size="sm" quiet label={label} icon={<Ellipsis />} />}
      />
      <Base.Portal>
        <Base.Positioner
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 outline-none"
        >
          <Base.Popup
            aria-label={label}
            className="bg-raised border-line-strong shadow-pop max-h-(--available-height) max-w-80 min-w-44 overflow-y-auto rounded border py-1 outline-none"
          >
            {items.map((item) => {
              if ('separator' in item)
                return <Base.Separator key={item.key} className="bg-line my-1 h-px" />
              if ('heading' in item)
                return (
                  <div key={item.key} className="label-caps px-3 pt-1.5 pb-1">
                    {item.heading}
                  </div>
                )
              const isBlocked = item.blocked !== undefined
              return (
                <Base.Item
                  key={item.key}
                  aria-disabled={isBlocked || undefined}
                  closeOnClick={!isBlocked}
                  onClick={(event) => {
                    event.stopPropagation()
                    if (!isBlocked) item.onSelect()
                  }}
                  className={clsx(
                    itemClass,
                    isBlocked ? 'text-faint' : item.danger ? 'text-danger' : 'text-text',
                  )}
                >
                  {item.icon && (
                    <span
                      aria-hidden
                      className={clsx(
                        'flex shrink-0 [&>svg]:size-3.5',
                        !isBlocked && !item.danger && 'text-muted',
                      )}
                    >
                      {item.icon}
                    </span>
                  )}
                  <span className="min-w-0 flex-1">
                    {item.label}
                    {isBlocked && (
                      <span className="block text-xs [overflow-wrap:anywhere]">
                        {item.blocked}
                      </span>
                    )}
                  </span>
                  {item.selected && <span className="bg-accent size-1.5 rounded-full" />}
                </Base.Item>
              )
            })}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
