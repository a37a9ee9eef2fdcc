import { clsx } from 'clsx'
import type { ReactNode } from 'react'

export interface Description {
  label: ReactNode
  value: ReactNode
  mono?: boolean
}

/** Names and values, two columns at any width. */
export function DescriptionList({ items }: { items: readonly Description[] }) {
  return (
    <dl className="grid grid-cols-[minmax(7rem,max-content)_minmax(0,1fr)] text-sm">
      {items.map((item, index) => (
        <div
          key={index}
          className="col-span-2 grid grid-cols-subgrid gap-x-6 border-b py-1.5 last:border-b-0"
        >
          <dt className="text-muted">{item.label}</dt>
          <dd
            className={clsx('min-w-0', item.mono && 'tabular font-mono text-xs leading-5')}
          >
            {item.value}
          </dd>
        </div>
      ))}
    </dl>
  )
}
