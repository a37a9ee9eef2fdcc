'use client'

import { clsx } from 'clsx'
import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ReactNode } from 'react'

export type SortState = 'ascending' | 'descending' | 'none'

/** A plain table for some dozens of rows; thousands go into VirtualTable. */
export function Table({
  label,
  children,
  className,
}: {
  label: string
  children: ReactNode
  className?: string
}) {
  return (
    // Focusable, so that a wide table can be scrolled with the keyboard.
    <div
      role="region"
      aria-label={label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className={clsx('bg-surface overflow-x-auto rounded border', className)}
    >
      <table aria-label={label} className="w-full border-collapse text-left text-sm">
        {children}
      </table>
    </div>
  )
}

export function THead({ children }: { children: ReactNode }) {
  return (
    <thead className="bg-sunken">
      <tr className="border-b">{children}</tr>
    </thead>
  )
}

export function TBody({ children }: { children: ReactNode }) {
  return <tbody className="divide-line divide-y">{children}</tbody>
}

export function Tr({ children, className }: { children: ReactNode; className?: string }) {
  return <tr className={clsx('hover:bg-hover transition-colors', className)}>{children}</tr>
}

export function Th({
  children,
  align = 'start',
  sort,
  onSort,
  className,
}: {
  children?: ReactNode
  align?: 'start' | 'end'
  sort?: SortState
  onSort?: () => void
  className?: string
}) {
  return (
    <th
      scope="col"
      aria-sort={sort}
      className={clsx(
        'label-caps h-8 px-3 font-normal whitespace-nowrap first:pl-4 last:pr-4',
        align === 'end' && 'text-right',
        className,
      )}
    >
      {onSort ? (
        <SortButton sort={sort ?? 'none'} onSort={onSort}>
          {children}
        </SortButton>
      ) : (
        children
      )}
    </th>
  )
}

export function SortButton({
  sort,
  onSort,
  children,
}: {
  sort: SortState
  onSort: () => void
  children: ReactNode
}) {
  const Arrow = sort === 'descending' ? ArrowDown : ArrowUp
  return (
    <button
      type="button"
      onClick={onSort}
      className={clsx(
        'group inline-flex items-center gap-1 rounded-xs uppercase',
        sort === 'none' ? 'hover:text-text' : 'text-text',
      )}
    >
      {children}
      <Arrow
        aria-hidden
        className={clsx(
          'size-3',
          sort === 'none' &&
            'opacity-0 group-hover:opacity-50 group-focus-visible:opacity-50',
        )}
      />
    </button>
  )
}

export function Td({
  children,
  align = 'start',
  mono = false,
  className,
  colSpan,
}: {
  children?: ReactNode
  align?: 'start' | 'end'
  mono?: boolean
  className?: string
  colSpan?: number
}) {
  return (
    <td
      colSpan={colSpan}
      className={clsx(
        'px-3 py-2 align-middle first:pl-4 last:pr-4',
        align === 'end' && 'text-right',
        mono && 'tabular font-mono text-xs',
        className,
      )}
    >
      {children}
    </td>
  )
}
