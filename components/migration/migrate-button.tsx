'use client'

import { MoveRight } from 'lucide-react'
import { parseAsBoolean, useQueryState } from 'nuqs'
import { lazy, Suspense } from 'react'

import { useT } from '../i18n/use-t.ts'
import { Button } from '../ui/button.tsx'

const MigrateDialog = lazy(async () => ({
  default: (await import('./migrate-dialog.tsx')).MigrateDialog,
}))

/** Opens the migrate dialog; it is in the address, so that a row of the fleet can lead to it. */
export function MigrateButton({
  domain,
}: {
  domain: { host: string; uuid: string; name: string }
}) {
  const t = useT('migration')
  const [open, setOpen] = useQueryState(
    'migrate',
    parseAsBoolean.withDefault(false).withOptions({ history: 'replace' }),
  )
  return (
    <>
      <Button
        size="sm"
        icon={<MoveRight />}
        onClick={() => void setOpen(true)}
        className="max-sm:hidden"
      >
        {t('migrate')}
      </Button>
      {open && (
        <Suspense fallback={null}>
          <MigrateDialog
            domain={domain}
            open={open}
            onOpenChange={(next) => void setOpen(next ? true : null)}
          />
        </Suspense>
      )}
    </>
  )
}
