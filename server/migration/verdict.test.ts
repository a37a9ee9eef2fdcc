import { describe, expect, test } from 'vitest'

import type { MigrationFigures } from '../contract/migration.ts'
import { figuresOf } from './figures.ts'
import { noProgress, progressAfter } from './progress.ts'
import { VerdictWatch } from './verdict.ts'

const MiB = 2 ** 20

function at(
  seconds: number,
  pass: number,
  remainingMiB: number,
  { link = 30, dirty = 0, processedMiB = seconds * 30, diskLeftMiB = 0 } = {},
): MigrationFigures {
  return figuresOf(
    {
      memory_iteration: pass,
      data_total: 256 * MiB,
      data_remaining: (remainingMiB + diskLeftMiB) * MiB,
      data_processed: processedMiB * MiB,
      memory_total: 256 * MiB,
      memory_remaining: remainingMiB * MiB,
      memory_processed: processedMiB * MiB,
      memory_bps: link * MiB,
      memory_dirty_rate: (dirty * MiB) / 4096,
      memory_page_size: 4096,
      disk_total: diskLeftMiB * MiB,
      disk_remaining: diskLeftMiB * MiB,
      disk_bps: link * MiB,
    },
    seconds * 1000,
  )
}

/** Feeds a run and gives the verdict after each of its figures. */
function run(figures: MigrationFigures[], maxDowntimeMs = 300) {
  const watch = new VerdictWatch(0)
  return figures.map((each) => watch.judge('perform', each, each.atMs, maxDowntimeMs))
}

describe('the verdict', () => {
  test('a guest that writes little converges, and its end can be said', () => {
    const verdicts = run([
      at(1, 1, 200),
      at(5, 1, 80),
      at(8, 2, 40, { dirty: 10 }),
      at(9, 3, 14, { dirty: 10 }),
    ])
    expect(verdicts.map(({ kind }) => kind)).toEqual([
      'first-pass',
      'first-pass',
      'converging',
      'converging',
    ])
    expect(verdicts[1]?.endsAtMs).toBeCloseTo(5000 + (80 / 30) * 1000, 0)
    // 14 MiB are left, 9 may be left at the end, and 20 MiB are gained each second.
    expect(verdicts[3]?.endsAtMs).toBeCloseTo(9000 + (5 / 20) * 1000, 0)
    expect(verdicts[3]).toMatchObject({ dirtyMiBps: 10, linkMiBps: 30 })
  })

  test('a saw-tooth that does not shrink is stuck since its last step ahead', () => {
    // The guest writes 100 of its 128 MiB during each pass of 4 s.
    const figures = [at(1, 1, 250), at(8, 1, 30)]
    for (let pass = 2; pass < 9; pass++) {
      const begin = 9 + (pass - 2) * 4
      for (const [after, left] of [
        [0, 100],
        [2, 50],
        [3.9, 3],
      ] as const) {
        figures.push(at(begin + after, pass, left, { dirty: 29 }))
      }
    }
    const verdicts = run(figures)
    const last = verdicts.at(-1)
    expect(last?.kind).toBe('stuck')
    expect(last?.sinceMs).toBeLessThan(20_000)
    expect(last?.endsAtMs).toBeNull()
    // 100 MiB at 30 MiB/s: with a limit of 3.3 s the next pass would be the last.
    expect(last?.neededDowntimeMs).toBe(3334)
    // As fast as the link: how much it really writes is not known.
    expect(last?.neededThrottlePercent).toBeNull()
    expect(verdicts.filter(({ kind }) => kind === 'converging').length).toBeGreaterThan(0)
  })

  test('stuck turns into converging when the passes shrink again', () => {
    const figures: MigrationFigures[] = [at(1, 1, 250)]
    const starts = [100, 100, 100, 100, 100, 60, 30]
    starts.forEach((left, i) => {
      figures.push(at(9 + i * 4, i + 2, left, { dirty: left > 60 ? 29 : 12 }))
      figures.push(at(12 + i * 4, i + 2, 2, { dirty: left > 60 ? 29 : 12 }))
    })
    const kinds = run(figures).map(({ kind }) => kind)
    expect(kinds).toContain('stuck')
    expect(kinds.at(-1)).toBe('converging')
  })

  test('bytes that do not move are a dead link, whatever the rate says', () => {
    const watch = new VerdictWatch(0)
    watch.judge('perform', at(1, 1, 200), 1000, null)
    const still = at(1, 1, 200)
    expect(watch.judge('perform', { ...still, atMs: 3000 }, 3000, null).kind).toBe(
      'first-pass',
    )
    const later = watch.judge('perform', { ...still, atMs: 9000 }, 9000, null)
    expect(later).toMatchObject({ kind: 'stalled', sinceMs: 1000 })
  })

  test('disks come first and have an end of their own', () => {
    const [first] = run([at(1, 0, 256, { diskLeftMiB: 300 })])
    expect(first?.kind).toBe('copying-disks')
    expect(first?.endsAtMs).toBeCloseTo(1000 + 10_000, 0)
  })

  test('phases speak for themselves', () => {
    const watch = new VerdictWatch(0)
    expect(watch.judge('begin', null, 1, null).kind).toBe('starting')
    const figures = at(1, 2, 90)
    expect(watch.judge('post-copy', figures, 1000, null)).toMatchObject({
      kind: 'post-copy',
      endsAtMs: 4000,
    })
    expect(watch.judge('check', figures, 1100, null).kind).toBe('switching')
    expect(watch.judge('ended', figures, 1200, null).kind).toBe('ended')
  })
})

describe('the progress', () => {
  test('never runs backwards, and says why it stands still', () => {
    let progress = noProgress
    const percents: number[] = []
    const figures = [
      at(1, 1, 200),
      at(6, 1, 30),
      at(8, 2, 100),
      at(10, 2, 20),
      at(11, 3, 60),
    ]
    for (const each of figures) {
      progress = progressAfter(progress, each)
      percents.push(progress.percent)
    }
    expect(percents).toEqual(percents.toSorted((a, b) => a - b))
    expect(percents.at(-1)).toBeLessThan(100)
    expect(progress.setback).toEqual({ atMs: 11_000, pass: 3, grewBytes: 40 * MiB })
  })

  test('forgets the setback when it is further than before', () => {
    let progress = progressAfter(noProgress, at(1, 1, 100))
    progress = progressAfter(progress, at(2, 1, 140))
    expect(progress.setback?.grewBytes).toBe(40 * MiB)
    progress = progressAfter(progress, at(3, 1, 20))
    expect(progress.setback).toBeNull()
  })
})

describe('the figures', () => {
  test('are unknown where libvirt says nothing, or nonsense', () => {
    const figures = figuresOf({ memory_total: 2 ** 63, data_total: '12' }, 5)
    expect(figures).toMatchObject({ atMs: 5, memoryTotalBytes: null, totalBytes: null })
  })

  test('a dirty rate is measured at the end of the first pass, not before', () => {
    const fields = { memory_dirty_rate: 256, memory_page_size: 4096 }
    expect(figuresOf({ ...fields, memory_iteration: 1 }, 0).dirtyBytesPerSecond).toBeNull()
    expect(figuresOf({ ...fields, memory_iteration: 2 }, 0).dirtyBytesPerSecond).toBe(MiB)
  })
})
