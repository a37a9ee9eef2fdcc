'use client'

import { lazy, Suspense, useState } from 'react'

import { useT } from '../i18n/use-t.ts'
import { Button } from '../ui/button.tsx'

const EvacuateDialog = lazy(async () => ({
  default: (await import('./evacuate-dialog.tsx')).EvacuateDialog,
}))

/** Empties a host. */
export function EvacuateButton({ host }: { host: { host: string; name: string } }) {
  const t = useT('migration')
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        {t('evacuate.button')}
      </Button>
      {open && (
        <Suspense fallback={null}>
          <EvacuateDialog host={host} domains={[]} open={open} onOpenChange={setOpen} />
        </Suspense>
      )}
    </>
  )
}

/** Moves all that is selected. */
export function MigrateSelectedButton({
  domains,
}: {
  domains: readonly { host: string; uuid: string }[]
}) {
  const t = useT('migration')
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('evacuate.migrateSelected')}</Button>
      {open && (
        <Suspense fallback={null}>
          <EvacuateDialog
            host={null}
            domains={domains}
            open={open}
            onOpenChange={setOpen}
          />
        </Suspense>
      )}
    </>
  )
}
