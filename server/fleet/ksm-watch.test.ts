import { expect, test } from 'vitest'

import { KsmWatch } from './ksm-watch.ts'

const reading = (fullScans: number, sharing = 0) =>
  new Map([
    ['shm_full_scans', fullScans],
    ['shm_pages_sharing', sharing],
  ])

test('nothing is said before it was looked at twice', () => {
  expect(new KsmWatch().take(reading(7), 4, 1_000).activity).toBe('unknown')
})

test('scans that are counted up, and that stop', () => {
  const watch = new KsmWatch()
  watch.take(reading(7), 4, 0)
  expect(watch.take(reading(8), 4, 5_000).activity).toBe('scanning')
  expect(watch.take(reading(8), 4, 60_000).activity).toBe('scanning')
  expect(watch.take(reading(8), 4, 200_000)).toMatchObject({
    activity: 'idle',
    watchedSeconds: 200,
  })
})

test('standing still is idle after a while, however often it was read', () => {
  const watch = new KsmWatch()
  for (let at = 0; at < 19_000; at += 1_000) watch.take(reading(0), 4, at)
  expect(watch.take(reading(0), 4, 19_000).activity).toBe('unknown')
  expect(watch.take(reading(0), 4, 20_000).activity).toBe('idle')
})

test('what it saves goes by the size of the page', () => {
  const ksm = new KsmWatch().take(reading(7, 300), 64, 0)
  expect(ksm).toMatchObject({
    activity: 'saving',
    savedKiB: 19_200,
    mergeAcrossNodes: null,
  })
})
