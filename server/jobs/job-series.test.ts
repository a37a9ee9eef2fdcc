import { expect, test } from 'vitest'

import { jobLimits } from '../contract/job.ts'
import { PointLog } from './job-series.ts'

test('a series of any length stays bounded and keeps its last point', () => {
  const points = new PointLog(['a'])
  for (let at = 1; at <= 20_001; at++) points.add(at, { a: at })
  points.close()
  const { tMs, columns } = points.read()
  expect(tMs.length).toBeLessThanOrEqual(jobLimits.seriesPoints)
  expect(tMs.length).toBeGreaterThan(jobLimits.seriesPoints / 4)
  expect(tMs.at(-1)).toBe(20_001)
  expect(columns.a).toEqual(tMs)
  expect(tMs.toSorted((a, b) => a - b)).toEqual(tMs)
})
