'use client'

import { useT } from '../i18n/use-t.ts'
import { Card } from '../ui/card.tsx'
import { OptionSelect, OptionText, useForm } from './form-context.tsx'
import { graphicsIn } from './settled-devices.ts'

export function GraphicsSection() {
  const t = useT('create')
  const { state, facts } = useForm()
  const settled = graphicsIn(state.preview?.finalXml)
  return (
    <Card title={t('graphics.title')}>
      <div className="grid gap-4 sm:grid-cols-2">
        <OptionSelect
          label={t('graphics.type')}
          option="graphics"
          field="type"
          settled={settled.join(', ')}
          options={[
            ...(facts?.graphics ?? ['vnc', 'spice']).map((value) => ({
              value,
              label: value,
            })),
            { value: 'none', label: t('graphics.none') },
          ]}
        />
        <OptionText label={t('graphics.listen')} option="graphics" field="listen" mono />
      </div>
    </Card>
  )
}
