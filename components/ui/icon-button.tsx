'use client'

import { clsx } from 'clsx'
import { useId, type ButtonHTMLAttributes, type ReactNode, type Ref } from 'react'

import { buttonClass, type ButtonSize } from './button.tsx'
import { Tooltip } from './tooltip.tsx'

export interface IconButtonProps extends Omit<
  ButtonHTMLAttributes<HTMLButtonElement>,
  'disabled' | 'children' | 'aria-label'
> {
  /** Accessible name, shown as the tooltip too. */
  label: string
  icon: ReactNode
  variant?: 'ghost' | 'secondary'
  size?: ButtonSize
  blocked?: ReactNode
  /** No tooltip: where it opens something in the same place, such as a menu. */
  quiet?: boolean
  ref?: Ref<HTMLButtonElement>
}

export function IconButton({
  label,
  icon,
  variant = 'ghost',
  size = 'md',
  blocked,
  quiet = false,
  className,
  onClick,
  ref,
  ...rest
}: IconButtonProps) {
  const reasonId = useId()
  const isBlocked = blocked !== undefined && blocked !== null && blocked !== false
  const button = (
    <button
      {...rest}
      ref={ref}
      type="button"
      aria-label={label}
      aria-disabled={isBlocked || undefined}
      aria-describedby={isBlocked ? reasonId : undefined}
      onClick={isBlocked ? undefined : onClick}
      className={clsx(
        buttonClass(variant, size),
        size === 'sm' ? 'w-7 px-0!' : 'w-8 px-0!',
        isBlocked && 'text-faint! cursor-not-allowed bg-transparent! opacity-70',
        className,
      )}
    >
      <span aria-hidden className="flex [&>svg]:size-4">
        {icon}
      </span>
      {isBlocked && (
        <span id={reasonId} hidden>
          {blocked}
        </span>
      )}
    </button>
  )
  if (quiet && !isBlocked) return button
  return <Tooltip content={isBlocked ? blocked : label}>{button}</Tooltip>
}
