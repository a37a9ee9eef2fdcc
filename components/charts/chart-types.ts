/** KiB and KiBps are drawn on binary axes, percent to 100, count on decimal ones. */
export type ChartUnit = 'KiB' | 'KiBps' | 'percent' | 'count'

export interface ChartSeries {
  key: string
  label: string
  /** A CSS colour, such as `var(--color-chart-1)`. */
  color: string
  /** As long as `tMs`; null is a gap. */
  values: readonly (number | null)[]
  /** From the least to the greatest of each step, drawn behind the line of the means. */
  band?: { min: readonly (number | null)[]; max: readonly (number | null)[] }
  kind?: 'line' | 'area'
  dashed?: boolean
  /** Not drawn until somebody switches it on in the legend. */
  hidden?: boolean
}

export interface ChartReference {
  value: number
  label: string
  color: string
  dashed?: boolean
}

export interface ChartArea {
  from: number
  to: number
  label: string
  color: string
}

/** Something that happened, marked on the time axis. */
export interface ChartAnnotation {
  atMs: number
  label: string
  color: string
}

export interface TimeSeriesChartProps {
  /** What is shown, for those who cannot see it. */
  label: string
  tMs: readonly number[]
  series: readonly ChartSeries[]
  unit: ChartUnit
  /** Without it from the first to the last sample. */
  windowSeconds?: number
  /** Exactly this stretch of time, instead of a window that ends with the last sample. */
  span?: { fromMs: number; toMs: number }
  annotations?: readonly ChartAnnotation[]
  /** Dragging over the drawing chooses a stretch of time; with Shift it moves the one shown. */
  onSpan?: (span: { fromMs: number; toMs: number }) => void
  /** Double click: back to what was chosen before zooming. */
  onReset?: () => void
  /** Charts of one page with the same id share their crosshair. */
  syncId?: string
  /** The top of the drawing is at least this. */
  yMax?: number
  references?: readonly ChartReference[]
  areas?: readonly ChartArea[]
  height?: number
  /** The figures are old: drawn pale. */
  stale?: boolean
  /** More than this between two samples is a hole; 5 s without it. */
  gapMs?: number
}
