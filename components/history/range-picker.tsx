'use client'

import { ChevronLeft, ChevronRight, RotateCcw, ZoomIn, ZoomOut } from 'lucide-react'

import { useT } from '../i18n/use-t.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Select } from '../ui/select.tsx'
import { windows } from './time-range.ts'
import type { ShownRange } from './use-time-range.ts'

/** Which stretch of time the charts show: a window that ends now, or one zoomed or panned to. */
export function RangePicker({ range }: { range: ShownRange }) {
  const t = useT('history')
  const past = range.span !== null
  return (
    <div className="flex flex-wrap items-center gap-1">
      {past && (
        <>
          <IconButton
            size="sm"
            label={t('earlier')}
            icon={<ChevronLeft />}
            onClick={() => range.pan(-0.5)}
          />
          <IconButton
            size="sm"
            label={t('later')}
            icon={<ChevronRight />}
            onClick={() => range.pan(0.5)}
          />
        </>
      )}
      <IconButton
        size="sm"
        label={t('zoomIn')}
        icon={<ZoomIn />}
        onClick={() => range.scale(0.5)}
      />
      <IconButton
        size="sm"
        label={t('zoomOut')}
        icon={<ZoomOut />}
        onClick={() => range.scale(2)}
      />
      {range.zoomed && (
        <IconButton
          size="sm"
          label={t('reset')}
          icon={<RotateCcw />}
          onClick={range.reset}
        />
      )}
      <Select
        size="sm"
        label={t('window')}
        labelHidden
        value={range.zoomed ? 'zoomed' : range.chosen}
        onChange={(value) => {
          const chosen = windows.find((key) => key === value)
          if (chosen) range.choose(chosen)
        }}
        options={[
          ...windows.map((value) => ({ value, label: t(`windows.${value}`) })),
          ...(range.zoomed
            ? [{ value: 'zoomed', label: t('zoomed'), disabled: true }]
            : []),
        ]}
      />
    </div>
  )
}
