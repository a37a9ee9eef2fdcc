'use client'

import {
  cloneElement,
  useEffect,
  useState,
  type FocusEvent,
  type KeyboardEvent,
  type PointerEvent,
  type ReactElement,
  type ReactNode,
} from 'react'
import { createPortal } from 'react-dom'

import { Delay } from './delay.ts'
import { placeTooltip, type TooltipSide } from './place-tooltip.ts'

interface TriggerProps {
  onPointerEnter?: (event: PointerEvent<HTMLElement>) => void
  onPointerLeave?: (event: PointerEvent<HTMLElement>) => void
  onFocus?: (event: FocusEvent<HTMLElement>) => void
  onBlur?: (event: FocusEvent<HTMLElement>) => void
  onKeyDown?: (event: KeyboardEvent<HTMLElement>) => void
}

const delayMs = 350
/** Long enough to move the pointer onto the tooltip, which keeps it (WCAG 1.4.13). */
const lingerMs = 100

/**
 * Words for an element that is focusable by itself. For sighted people only: whoever passes it sets
 * an accessible name or description on the element as well. Small on purpose: every button has one.
 */
export function Tooltip({
  content,
  children,
  side = 'top',
}: {
  content: ReactNode
  children: ReactElement<TriggerProps>
  side?: TooltipSide
}) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const [delay] = useState(() => new Delay())
  useEffect(() => () => delay.cancel(), [delay])
  function later(next: HTMLElement | null, afterMs: number) {
    delay.run(() => setAnchor(next), afterMs)
  }
  const { props } = children
  return (
    <>
      {cloneElement(children, {
        onPointerEnter: (event: PointerEvent<HTMLElement>) => {
          props.onPointerEnter?.(event)
          if (event.pointerType !== 'touch') later(event.currentTarget, delayMs)
        },
        onPointerLeave: (event: PointerEvent<HTMLElement>) => {
          props.onPointerLeave?.(event)
          later(null, lingerMs)
        },
        onFocus: (event: FocusEvent<HTMLElement>) => {
          props.onFocus?.(event)
          if (event.currentTarget.matches(':focus-visible')) later(event.currentTarget, 0)
        },
        onBlur: (event: FocusEvent<HTMLElement>) => {
          props.onBlur?.(event)
          later(null, 0)
        },
        onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
          props.onKeyDown?.(event)
          if (event.key === 'Escape') later(null, 0)
        },
      })}
      {anchor &&
        createPortal(
          <Bubble
            anchor={anchor}
            side={side}
            onEnter={() => delay.cancel()}
            onLeave={() => later(null, lingerMs)}
          >
            {content}
          </Bubble>,
          document.body,
        )}
    </>
  )
}

function Bubble({
  anchor,
  side,
  onEnter,
  onLeave,
  children,
}: {
  anchor: HTMLElement
  side: TooltipSide
  onEnter: () => void
  onLeave: () => void
  children: ReactNode
}) {
  function place(node: HTMLElement | null) {
    if (!node || !anchor.isConnected) return
    // The top layer: above dialogs, cut off by nothing.
    if (!node.matches(':popover-open')) node.showPopover()
    const spot = placeTooltip(
      anchor.getBoundingClientRect(),
      node.getBoundingClientRect(),
      { width: innerWidth, height: innerHeight },
      side,
    )
    node.style.left = `${spot.left}px`
    node.style.top = `${spot.top}px`
  }
  return (
    <div
      ref={place}
      role="tooltip"
      popover="manual"
      onPointerEnter={onEnter}
      onPointerLeave={onLeave}
      className="bg-raised border-line-strong text-text shadow-pop fixed inset-auto m-0 max-w-72 rounded border px-2 py-1 text-xs [overflow-wrap:anywhere]"
    >
      {children}
    </div>
  )
}
