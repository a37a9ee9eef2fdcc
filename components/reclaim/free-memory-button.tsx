'use client'

import { MemoryStick } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useState } from 'react'

import { useT } from '../i18n/use-t.ts'
import { useMay } from '../shell/me.tsx'
import { Button } from '../ui/button.tsx'
import type { ReclaimScope } from './free-memory-dialog.tsx'

const FreeMemoryDialog = dynamic(
  async () => (await import('./free-memory-dialog.tsx')).FreeMemoryDialog,
  { ssr: false },
)

/** Opens the dialog in which memory is taken back by a plan; its code comes with the first click. */
export function FreeMemoryButton({
  scope,
  blocked,
  onRun,
}: {
  scope: ReclaimScope
  blocked?: string
  onRun?: () => void
}) {
  const t = useT('reclaim')
  const may = useMay('operator')
  const [open, setOpen] = useState(false)
  // Each opening begins with a new plan.
  const [opening, setOpening] = useState(0)
  return (
    <>
      <Button
        icon={<MemoryStick />}
        blocked={may.reason ?? blocked}
        onClick={() => {
          setOpening((count) => count + 1)
          setOpen(true)
        }}
      >
        {t('button')}
      </Button>
      {opening > 0 && (
        <FreeMemoryDialog
          key={opening}
          scope={scope}
          open={open}
          onOpenChange={setOpen}
          onRun={onRun}
        />
      )}
    </>
  )
}
