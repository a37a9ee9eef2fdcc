import type { memorySeriesColumns } from '../../server/contract/memory.ts'

/** The lines of the memory chart in their order of drawing, with their colours. */
export const memoryLines = {
  usedKiB: { color: 'var(--color-mem-used)', kind: 'area', dashed: false, hidden: false },
  cacheKiB: { color: 'var(--color-mem-cache)', kind: 'line', dashed: false, hidden: false },
  actualKiB: {
    color: 'var(--color-mem-balloon)',
    kind: 'line',
    dashed: false,
    hidden: false,
  },
  availableKiB: {
    color: 'var(--color-chart-3)',
    kind: 'line',
    dashed: true,
    hidden: false,
  },
  unusedKiB: { color: 'var(--color-chart-6)', kind: 'line', dashed: true, hidden: false },
  rssKiB: { color: 'var(--color-mem-rss)', kind: 'line', dashed: false, hidden: false },
} as const satisfies Record<
  (typeof memorySeriesColumns)[number],
  { color: string; kind: 'line' | 'area'; dashed: boolean; hidden: boolean }
>
