import type { SamplesQuery, SamplesResponse } from '../contract/memory.ts'
import type { LiveDomain } from './live-domain.ts'

/** Steps of one answer; more than the series hold at one second. */
const mostSteps = 1_000

/**
 * Reads a domain's series back in steps with the least, mean and greatest of each, so that a spike
 * never disappears. Steps without a sample are null.
 */
export function samplesOf(domain: LiveDomain, query: SamplesQuery): SamplesResponse {
  const stepMs = query.step * 1000
  const series = domain.series.read(query.from - 1, query.to)
  const metrics = Object.fromEntries(
    query.metrics.map((name) => [
      name,
      {
        min: [] as (number | null)[],
        avg: [] as (number | null)[],
        max: [] as (number | null)[],
      },
    ]),
  )
  const tMs: number[] = []
  if (series.tMs.length === 0) return { tMs, metrics }
  const lastStep = Math.floor(series.tMs.at(-1)! / stepMs)
  const firstStep = Math.max(Math.floor(series.tMs[0]! / stepMs), lastStep - mostSteps + 1)
  let row = 0
  for (let step = firstStep; step <= lastStep; step++) {
    tMs.push(step * stepMs)
    while (row < series.tMs.length && series.tMs[row]! < step * stepMs) row++
    const from = row
    while (row < series.tMs.length && series.tMs[row]! < (step + 1) * stepMs) row++
    for (const name of query.metrics) {
      const values = series[name].slice(from, row).filter((value) => value !== null)
      const into = metrics[name]!
      const some = values.length > 0
      into.min.push(some ? Math.min(...values) : null)
      into.avg.push(
        some ? values.reduce((sum, value) => sum + value) / values.length : null,
      )
      into.max.push(some ? Math.max(...values) : null)
    }
  }
  return { tMs, metrics }
}
