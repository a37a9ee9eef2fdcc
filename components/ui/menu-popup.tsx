'use client'

import { Menu as Base } from '@base-ui/react/menu'
import { clsx } from 'clsx'
import { Check } from 'lucide-react'
import type { RefObject } from 'react'

import type { MenuEntry } from './menu.tsx'

const itemClass =
  'flex min-h-8 cursor-default items-center gap-2.5 px-3 py-1 text-sm outline-none select-none data-[highlighted]:bg-hover'

/** What Menu opens. A blocked item can be reached with the keyboard and says why. */
export function MenuPopup({
  label,
  items,
  align,
  button,
  open,
  onOpenChange,
}: {
  label: string
  items: readonly MenuEntry[]
  align: 'start' | 'end'
  button: RefObject<HTMLButtonElement | null>
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  return (
    <Base.Root
      modal={false}
      open={open}
      onOpenChange={(next, { event }) => {
        // A press on the button is the button's own: it toggles.
        const onButton =
          event.target instanceof Node && button.current?.contains(event.target) === true
        if (next || !onButton || event.type === 'keydown') onOpenChange(next)
      }}
    >
      <Base.Portal>
        <Base.Positioner
          anchor={button}
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 outline-none"
        >
          <Base.Popup
            aria-label={label}
            finalFocus={button}
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
              if ('onCheck' in item)
                return (
                  <Base.CheckboxItem
                    key={item.key}
                    checked={item.checked}
                    closeOnClick={false}
                    onCheckedChange={item.onCheck}
                    className={clsx(itemClass, 'text-text')}
                  >
                    <span aria-hidden className="flex size-3.5 items-center">
                      {item.checked && <Check className="text-accent size-3.5" />}
                    </span>
                    {item.label}
                  </Base.CheckboxItem>
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
