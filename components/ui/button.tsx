'use client'

import { clsx } from 'clsx'
import { LoaderCircle } from 'lucide-react'
import { useId, type ButtonHTMLAttributes, type ReactNode, type Ref } from 'react'

import { Tooltip } from './tooltip.tsx'

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger'
export type ButtonSize = 'sm' | 'md'

const variants: Record<ButtonVariant, string> = {
  primary:
    'border-accent-line bg-accent-soft text-accent enabled:hover:border-accent enabled:hover:text-accent-strong',
  secondary:
    'border-line-strong bg-surface text-text enabled:hover:bg-hover enabled:hover:border-faint',
  ghost: 'border-transparent text-muted enabled:hover:bg-hover enabled:hover:text-text',
  danger: 'border-danger-line bg-danger-soft text-danger enabled:hover:border-danger',
}
const sizes: Record<ButtonSize, string> = {
  sm: 'h-7 px-2.5 text-xs gap-1.5',
  md: 'h-8 px-3 text-sm gap-2',
}

export function buttonClass(variant: ButtonVariant, size: ButtonSize): string {
  return clsx(
    'relative inline-flex shrink-0 items-center justify-center rounded border font-medium whitespace-nowrap transition-colors select-none',
    variants[variant],
    sizes[size],
  )
}

export interface ButtonProps extends Omit<
  ButtonHTMLAttributes<HTMLButtonElement>,
  'disabled'
> {
  variant?: ButtonVariant
  size?: ButtonSize
  icon?: ReactNode
  loading?: boolean
  /** Why it cannot be pressed now. It stays visible and focusable and shows the reason. */
  blocked?: ReactNode
  ref?: Ref<HTMLButtonElement>
}

export function Button({
  variant = 'secondary',
  size = 'md',
  icon,
  loading = false,
  blocked,
  className,
  children,
  onClick,
  type = 'button',
  ref,
  ...rest
}: ButtonProps) {
  const reasonId = useId()
  const isBlocked = blocked !== undefined && blocked !== null && blocked !== false
  const inert = isBlocked || loading
  const button = (
    <button
      {...rest}
      ref={ref}
      // A blocked submit button must not submit by Enter either.
      type={inert ? 'button' : type}
      aria-disabled={inert || undefined}
      aria-busy={loading || undefined}
      aria-describedby={isBlocked ? reasonId : rest['aria-describedby']}
      onClick={inert ? (event) => event.preventDefault() : onClick}
      className={clsx(
        buttonClass(variant, size),
        inert && 'pointer-events-auto cursor-not-allowed',
        isBlocked && 'border-line! bg-transparent! text-faint! opacity-80',
        className,
      )}
    >
      {loading ? (
        <LoaderCircle aria-hidden className="animate-spin size-3.5 shrink-0" />
      ) : (
        icon && (
          <span aria-hidden className="flex shrink-0 [&>svg]:size-3.5">
            {icon}
          </span>
        )
      )}
      {children}
      {isBlocked && (
        <span id={reasonId} hidden>
          {blocked}
        </span>
      )}
    </button>
  )
  return isBlocked ? <Tooltip content={blocked}>{button}</Tooltip> : button
}
