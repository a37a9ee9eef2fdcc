import { describe, expect, test } from 'vitest'

import { defaultMigrationOptions } from '../contract/migration.ts'
import type { MigrationDetail, MigrationFigures } from '../contract/migration.ts'
import { forecast, summaryOf } from './forecast.ts'
import { runOf } from './run-of.ts'
import { factsWith, plain } from './testing/facts.ts'

const mib = 2 ** 20
const figures: MigrationFigures = {
  atMs: 1,
  elapsedMs: 8_000,
  pass: 9,
  totalBytes: 400 * mib,
  remainingBytes: 0,
  processedBytes: 310 * mib,
  memoryTotalBytes: 384 * mib,
  memoryRemainingBytes: 0,
  memoryProcessedBytes: 310 * mib,
  memoryBytesPerSecond: 40 * mib,
  dirtyPagesPerSecond: 0,
  pageBytes: 4096,
  dirtyBytesPerSecond: null,
  zeroPages: 194 * 256,
  normalPages: 79_385,
  normalBytes: 310 * mib,
  throttlePercent: null,
  postCopyRequests: 0,
  diskTotalBytes: 0,
  diskRemainingBytes: 0,
  diskProcessedBytes: 0,
  diskBytesPerSecond: 0,
  compression: null,
  downtimeMs: 40,
  downtimeNetMs: 35,
  setupMs: 10,
}
const told = summaryOf(forecast(factsWith(0, 0), plain))
const moved: MigrationDetail = {
  id: '7',
  external: false,
  by: 'otto',
  uuid: '6f8a7c1e-0000-4000-8000-000000000001',
  name: 'web1',
  source: 'alpha',
  sourceName: 'alpha',
  target: 'beta',
  targetName: 'beta',
  operation: 'migration-out',
  options: { ...defaultMigrationOptions, bandwidthMiBps: 40 },
  command: null,
  startedMs: 1_000,
  endedMs: 9_500,
  phase: 'ended',
  progressPercent: 100,
  setback: null,
  figures,
  verdict: {
    kind: 'ended',
    sinceMs: 1,
    dirtyMiBps: null,
    linkMiBps: null,
    neededDowntimeMs: null,
    neededThrottlePercent: null,
    endsAtMs: null,
  },
  bandwidthMiBps: 40,
  maxDowntimeMs: 300,
  controls: {
    bandwidth: null,
    downtime: null,
    throttle: null,
    'post-copy': null,
    abort: null,
    resume: null,
  },
  steering: [],
  forecast: { plan: plain, forecast: told },
  result: {
    outcome: 'moved',
    where: 'target',
    cause: null,
    libvirt: null,
    totalMs: 8_050,
    downtimeMs: 40,
    downtimeNetMs: 35,
    setupMs: 10,
    transferredBytes: 310 * mib,
    passes: 9,
    final: figures,
    check: null,
  },
}
const afterStuck = (wasStuck: boolean): MigrationDetail => ({
  ...aborted('ended'),
  verdict: { ...moved.verdict, kind: 'ended', wasStuck },
})
const aborted = (verdict: MigrationDetail['verdict']['kind']): MigrationDetail => ({
  ...moved,
  verdict: { ...moved.verdict, kind: verdict },
  result: { ...moved.result!, outcome: 'aborted' },
})

describe('what the model remembers of a move', () => {
  test('one that was given up while it was stuck would not have ended by itself', () => {
    // When a move has ended its verdict says only that.
    expect(runOf(afterStuck(true))?.outcome).toMatchObject({ converged: false })
    expect(runOf(afterStuck(false))?.outcome).toMatchObject({ converged: null })
  })

  test('its figures, as libvirt counted them', () => {
    expect(runOf(moved)).toMatchObject({
      id: '7',
      source: 'alpha',
      target: 'beta',
      plan: plain,
      forecast: told,
      outcome: {
        ended: 'done',
        totalMs: 8_050,
        pauseMs: 40,
        sentMiB: 310,
        passes: 9,
        firstPassMiB: 190,
        converged: true,
      },
    })
    // 310 MiB in 8.05 s less setup and pause.
    expect(runOf(moved)?.outcome?.sendMiBps).toBeCloseTo(38.75)
  })

  test('without a forecast the plan is what was asked for', () => {
    const run = runOf({ ...moved, forecast: null })
    expect(run?.forecast).toBeNull()
    expect(run?.plan).toMatchObject({ bandwidthMiBps: 40, downtimeMs: 300 })
  })

  test('a forecast of another shape is none', () => {
    expect(runOf({ ...moved, forecast: { forecast: { verdict: 'maybe' } } })).toMatchObject(
      {
        forecast: null,
      },
    )
  })

  test('one that was stuck and given up would not have converged; any other nobody knows', () => {
    expect(runOf(aborted('stuck'))?.outcome?.converged).toBe(false)
    expect(runOf(aborted('converging'))?.outcome?.converged).toBeNull()
  })

  test('one that was steered says nothing about the plan it began with', () => {
    const at = { atMs: 1, by: 'otto', value: null, command: null }
    const steered = { ...moved, steering: [{ ...at, control: 'downtime', error: null }] }
    expect(runOf(steered as MigrationDetail)?.outcome?.converged).toBeNull()
    const refused = { ...moved, steering: [{ ...at, control: 'downtime', error: 'no' }] }
    expect(runOf(refused as MigrationDetail)?.outcome?.converged).toBe(true)
  })

  test('nothing is learned from moves of others and of definitions', () => {
    expect(runOf({ ...moved, options: null, external: true })).toBeNull()
    const offline = { ...defaultMigrationOptions, offline: true, live: false }
    expect(runOf({ ...moved, options: offline })).toBeNull()
    expect(runOf({ ...moved, result: { ...moved.result!, outcome: 'unclear' } })).toBeNull()
  })
})
