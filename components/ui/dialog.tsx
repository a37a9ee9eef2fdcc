'use client'

import { lazy, Suspense, useState, type ReactNode } from 'react'

import { loadDialog } from './overlays.ts'

export interface DialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: ReactNode
  description?: ReactNode
  children?: ReactNode
  /** Buttons at the end; the chief one last. */
  footer?: ReactNode
  size?: 'sm' | 'md' | 'lg'
}

const DialogPopup = lazy(async () => ({ default: (await loadDialog()).DialogPopup }))

/** Over the page, focus kept inside, Escape closes. Its code is fetched apart (see overlays.ts). */
export function Dialog(props: DialogProps) {
  const [used, setUsed] = useState(props.open)
  if (props.open && !used) setUsed(true)
  return used ? (
    <Suspense fallback={null}>
      <DialogPopup {...props} />
    </Suspense>
  ) : null
}
