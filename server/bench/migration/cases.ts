import type { Workload } from '../../../e2e/lab/index.ts'
import type { ForecastPlan } from '../../contract/forecast.ts'

/** One move to forecast and to make. */
export interface MoveCase {
  workload: Partial<Workload>
  plan: ForecastPlan
}

interface Row {
  fill?: number
  /** MiB/s over so many MiB. */
  dirty?: number
  over?: number
  busy?: boolean
  cap?: number
  downtime?: number
  converge?: [initial: number, increment: number]
}

/**
 * From idle to hopeless: without and with caps, on both sides of every border that the model draws
 * (rate against speed, working set against limit, throttle against a busy and an idle CPU).
 */
const rows: readonly Row[] = [
  {},
  { fill: 140 },
  { fill: 40, dirty: 60, over: 80 },
  { cap: 50 },
  { cap: 20, fill: 40 },
  { cap: 40, dirty: 10, over: 40 },
  { cap: 40, fill: 40, dirty: 20, over: 60 },
  { cap: 40, dirty: 30, over: 80 },
  { cap: 30, dirty: 60, over: 100 },
  { cap: 30, dirty: 60, over: 100, downtime: 6000 },
  { cap: 20, dirty: 40, over: 60 },
  { cap: 60, dirty: 35, over: 120 },
  { cap: 60, dirty: 110, over: 120 },
  { dirty: 30, over: 120, fill: 60 },
  { cap: 30, dirty: 100, over: 6 },
  { cap: 50, dirty: 20, over: 100 },
  { cap: 100, fill: 60, dirty: 45, over: 80 },
  { cap: 70, dirty: 140, over: 120 },
  { cap: 30, dirty: 50, over: 60, busy: true, converge: [30, 20] },
  { cap: 40, dirty: 30, over: 100, downtime: 1000 },
  { cap: 25, dirty: 5, over: 100 },
  { cap: 40, dirty: 55, over: 80 },
  { cap: 60, fill: 100, dirty: 15, over: 30, downtime: 100 },
  { cap: 35, dirty: 80, over: 40, downtime: 1500 },
]

export const moveCases: readonly MoveCase[] = rows.map((row) => ({
  workload: {
    fillMiB: row.fill ?? 0,
    dirtyMiBps: row.dirty ?? 0,
    workingSetMiB: row.over ?? 0,
    busy: row.busy ?? false,
  },
  plan: {
    bandwidthMiBps: row.cap ?? null,
    downtimeMs: row.downtime ?? 300,
    autoConverge: row.converge
      ? { initialPercent: row.converge[0], incrementPercent: row.converge[1] }
      : null,
    postCopy: false,
    copyDisks: false,
  },
}))
