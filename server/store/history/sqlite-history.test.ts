import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { bucketFigures } from './history-store.ts'
import { SqliteHistory } from './sqlite-history.ts'

const hour = 3_600_000
const startMs = 432_000_000 * 4_000
let folder: string
let file: string
let nowMs: number
let said: string[]
let history: SqliteHistory

const open = (mostBytes?: number) =>
  new SqliteHistory({ file, mostBytes, nowMs: () => nowMs, say: (text) => said.push(text) })

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ballast-history-'))
  file = join(folder, 'history.db')
  said = []
  nowMs = startMs
  history = open()
})
afterEach(() => {
  history.close()
  rmSync(folder, { recursive: true })
})

function figuresOf(mean: number, least = mean, most = mean): Float64Array {
  const figures = new Float64Array(bucketFigures).fill(Number.NaN)
  figures.set([least, mean, most])
  return figures
}

/** Ten seconds at a time, from where the clock stands. */
function record(buckets: number, figures: (bucket: number) => Float64Array | null): void {
  for (let bucket = 0; bucket < buckets; bucket++) {
    const now = figures(bucket)
    const rows = now
      ? ['', 'u1', 'u2'].map((uuid) => ({ uuid, figures: now }))
      : [{ uuid: '', figures: figuresOf(1) }]
    history.write([{ host: 'alpha', startMs: nowMs, rows }], [])
    nowMs += 10_000
  }
}

const read = (fromMs: number, toMs: number, stepMs: number, uuid = 'u1') =>
  history.read({ host: 'alpha', uuid, fromMs, toMs, stepMs })
const figure = (buckets: { figures: Float64Array }[], at: number) =>
  buckets.map(({ figures }) => figures[at])

test('what was written is read at once, and after the file was opened anew', async () => {
  record(5, (bucket) => figuresOf(100 + bucket, 50, 900))
  const before = await read(startMs, nowMs, 10_000)
  expect(figure(before, 1)).toEqual([100, 101, 102, 103, 104])
  history.close()
  history = open()
  expect(await read(startMs, nowMs, 10_000)).toEqual(before)
})

test('packing changes nothing of what is read, and a gap stays one', async () => {
  record(400, (bucket) => (bucket >= 100 && bucket < 130 ? null : figuresOf(bucket)))
  const before = await read(startMs, nowMs, 10_000)
  expect(before).toHaveLength(370)
  nowMs += 120_000
  await history.maintain()
  const db = new DatabaseSync(file, { readOnly: true })
  const left = db.prepare('select count(*) as n from journal').get()?.n
  db.close()
  expect(left).toBe(400 - 360)
  expect(await read(startMs, nowMs, 10_000)).toEqual(before)
})

test('a spike of one bucket is there in every tier', async () => {
  record(1_080, (bucket) =>
    figuresOf(100, bucket === 77 ? 3 : 100, bucket === 500 ? 9e6 : 100),
  )
  nowMs += 120_000
  await history.maintain()
  for (const stepMs of [10_000, 60_000, 600_000]) {
    const buckets = await read(startMs, nowMs, stepMs)
    expect(buckets[0]!.spanMs).toBe(stepMs)
    expect(Math.max(...figure(buckets, 2).map(Number))).toBe(9e6)
    expect(Math.min(...figure(buckets, 0).map(Number))).toBe(3)
    expect(figure(buckets, 1)).toEqual(buckets.map(() => 100))
  }
})

test('each tier is deleted when its time is over, the coarser ones stay', async () => {
  record(360, () => figuresOf(7))
  nowMs += 120_000
  await history.maintain()
  nowMs = startMs + 30 * hour
  await history.maintain()
  // The finest tier is gone, so a fine step is answered by the minutes.
  expect((await read(startMs, nowMs, 10_000))[0]!.spanMs).toBe(60_000)
  nowMs = startMs + 40 * 24 * hour
  await history.maintain()
  expect((await read(startMs, nowMs, 10_000))[0]!.spanMs).toBe(600_000)
  nowMs = startMs + 400 * 24 * hour
  await history.maintain()
  expect(await read(startMs, nowMs, 10_000)).toEqual([])
  const db = new DatabaseSync(file, { readOnly: true })
  expect(db.prepare('select count(*) as n from chunk').get()?.n).toBe(0)
  db.close()
})

test('a file that is too large loses what is oldest, before its time', async () => {
  history.close()
  history = open(50_000)
  record(1_500, () => figuresOf(Math.floor(Math.random() * 1e9)))
  for (let minute = 0; minute < 40; minute++) {
    nowMs += 60_000
    await history.maintain()
  }
  const fine = await read(startMs, nowMs, 10_000)
  expect(fine.length).toBeLessThan(1_500)
  expect(fine.at(-1)!.startMs).toBe(startMs + 1_499 * 10_000)
})

describe('when the file cannot be written', () => {
  test('what comes in meanwhile waits, is read, and is written later', async () => {
    const other = new DatabaseSync(file)
    other.exec('begin immediate')
    record(3, (bucket) => figuresOf(bucket))
    expect(history.failure).toContain('locked')
    expect(said).toHaveLength(1)
    expect(figure(await read(startMs, nowMs, 10_000), 1)).toEqual([0, 1, 2])
    other.exec('rollback')
    other.close()
    record(1, () => figuresOf(3))
    expect(history.failure).toBeNull()
    history.close()
    history = open()
    expect(figure(await read(startMs, nowMs, 10_000), 1)).toEqual([0, 1, 2, 3])
  })

  test('a full disk costs samples at most, and never throws', async () => {
    const limited = new DatabaseSync(file)
    limited.close()
    // SQLITE_FULL, as a full disk gives it.
    const full = new SqliteHistory({ file, nowMs: () => nowMs })
    history.close()
    history = full
    record(2, () => figuresOf(1))
    fillUp(full)
    record(3_500, () => figuresOf(2))
    expect(full.failure).toContain('full')
    const waiting = await read(startMs, nowMs, 10_000)
    expect(waiting.length).toBeLessThanOrEqual(3_002 + 400)
    await expect(full.maintain()).resolves.toBeUndefined()
  })
})

test('a damaged file is moved aside and the history begins anew', async () => {
  record(3, () => figuresOf(1))
  history.close()
  rmSync(`${file}-wal`, { force: true })
  writeFileSync(file, 'this is no database, and never was one '.repeat(200))
  history = open()
  expect(await read(startMs, nowMs, 10_000)).toEqual([])
  expect(said.join()).toContain('begins anew')
  expect(readdirSync(folder).some((name) => name.includes('damaged'))).toBe(true)
})

const event = (atMs: number, uuid: string) => ({
  atMs,
  host: 'alpha',
  uuid,
  kind: 'start',
  detail: '{}',
})

test('events are read by host, by domain and by time', () => {
  history.write([], [event(10, 'u1'), event(20, 'u2'), event(30, 'u1')])
  const at = (uuid: string | null, fromMs: number, toMs: number) =>
    history.events({ host: 'alpha', uuid, fromMs, toMs }).map(({ atMs }) => atMs)
  expect(at(null, 0, 100)).toEqual([10, 20, 30])
  expect(at('u1', 0, 100)).toEqual([10, 30])
  expect(at(null, 15, 30)).toEqual([20])
  expect(history.events({ host: 'beta', uuid: null, fromMs: 0, toMs: 99 })).toEqual([])
})

/** Lets the file grow no further, by the connection of the history itself. */
function fillUp(of: SqliteHistory): void {
  of.limitPages(1)
}
