import type { ReactNode } from 'react'

export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="bg-sunken border-line-strong text-muted inline-flex h-5 min-w-5 items-center justify-center rounded-sm border px-1 font-mono text-2xs">
      {children}
    </kbd>
  )
}
