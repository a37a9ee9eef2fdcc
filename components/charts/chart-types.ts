/** KiB and KiBps are drawn on binary axes, percent to 100, count on decimal ones. */
export type ChartUnit = 'KiB' | 'KiBps' | 'percent' | 'count'

export interface ChartSeries {
  key: string
  label: string
  /** A CSS colour, such as `var(--color-chart-1)`. */
  color: string
  /** As long as `tMs`; null is a gap. */
  values: readonly (number | null)[]
  /** band: the room between `low` and `values`. */
  kind?: 'line' | 'area' | 'band'
  low?: readonly (number | null)[]
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

export interface TimeSeriesChartProps {
  /** What is shown, for those who cannot see it. */
  label: string
  tMs: readonly number[]
  series: readonly ChartSeries[]
  unit: ChartUnit
  /** Without it from the first to the last sample. */
  windowSeconds?: number
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
