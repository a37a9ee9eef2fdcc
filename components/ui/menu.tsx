'use client'

import { Ellipsis } from 'lucide-react'
import {
  cloneElement,
  lazy,
  Suspense,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type ReactElement,
  type ReactNode,
  type Ref,
} from 'react'

import { IconButton } from './icon-button.tsx'
import { loadMenu } from './overlays.ts'

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
  /** One of several that may hold together; the menu stays open. */
  | { key: string; label: string; checked: boolean; onCheck: (checked: boolean) => void }
  | { key: string; separator: true }
  | { key: string; heading: string }

interface TriggerProps {
  ref?: Ref<HTMLButtonElement>
  'aria-haspopup'?: 'menu'
  'aria-expanded'?: boolean
  onClick?: (event: MouseEvent<HTMLButtonElement>) => void
  onKeyDown?: (event: KeyboardEvent<HTMLButtonElement>) => void
}

const MenuPopup = lazy(async () => ({ default: (await loadMenu()).MenuPopup }))

/** Actions on one thing. Its code is fetched apart (see overlays.ts). */
export function Menu({
  label,
  trigger,
  items,
  align = 'end',
}: {
  label: string
  /** A Button or IconButton; three dots without it. */
  trigger?: ReactElement<TriggerProps>
  items: readonly MenuEntry[]
  align?: 'start' | 'end'
}) {
  const button = useRef<HTMLButtonElement>(null)
  const [open, setOpen] = useState(false)
  const [used, setUsed] = useState(false)
  if (open && !used) setUsed(true)
  const shown = trigger ?? <IconButton size="sm" quiet label={label} icon={<Ellipsis />} />
  return (
    <>
      {cloneElement<TriggerProps>(shown, {
        ref: button,
        'aria-haspopup': 'menu',
        'aria-expanded': open,
        onClick: () => setOpen(!open),
        onKeyDown: (event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
          event.preventDefault()
          setOpen(true)
        },
      })}
      {used && (
        <Suspense fallback={null}>
          <MenuPopup
            label={label}
            items={items}
            align={align}
            button={button}
            open={open}
            onOpenChange={setOpen}
          />
        </Suspense>
      )}
    </>
  )
}
