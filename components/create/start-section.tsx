'use client'

import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'
import { OptionSwitch } from './form-context.tsx'

/** What happens once it is defined. */
export function StartSection() {
  const t = useT('create')
  return (
    <Card title={t('start.title')}>
      <div className="space-y-4">
        <OptionSwitch label={t('start.autostart')} option="autostart" />
        <OptionSwitch label={t('start.noreboot')} option="noreboot" />
        <OptionSwitch
          label={t('start.transient')}
          option="transient"
          hint={t('start.transientHint')}
        />
      </div>
    </Card>
  )
}
