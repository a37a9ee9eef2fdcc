import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { NewAuditEntry } from '../contract/audit.ts'
import { ProblemError } from '../contract/problem.ts'
import { Store } from '../store/store.ts'
import { AuditLog } from './audit-log.ts'

const entry: NewAuditEntry = {
  who: 'root',
  address: null,
  action: 'domain.start',
  host: 'alpha',
  domainUuid: null,
  domainName: null,
  command: null,
  outcome: 'ok',
  detail: null,
}

let store: Store
let printed: string[]
let log: AuditLog

beforeEach(() => {
  vi.useFakeTimers()
  store = new Store(':memory:')
  printed = []
  const logger = pino({}, { write: (line: string) => void printed.push(line) })
  log = new AuditLog(store.audit, logger)
})
afterEach(() => {
  log.close()
  store.close()
  vi.useRealTimers()
})

const kept = () => store.audit.list({ limit: 500 }).entries

test('a line is there at once, with its time', () => {
  vi.setSystemTime(1234)
  log.add(entry)
  expect(log.list({ limit: 9 }).entries).toMatchObject([{ ...entry, atMs: 1234 }])
})

test('a full disk loses no line: it is printed, waits, and keeps time and order', () => {
  const failing = vi.spyOn(store.audit, 'add').mockImplementation(() => {
    throw new ProblemError('internal', { detail: 'The disk is full' })
  })
  vi.setSystemTime(1000)
  log.add({ ...entry, who: 'one' })
  vi.setSystemTime(2000)
  log.add({ ...entry, who: 'two' })
  expect(kept()).toEqual([])
  expect(printed.join()).toContain('"who":"one"')
  failing.mockRestore()
  vi.advanceTimersByTime(10_000)
  expect(kept()).toMatchObject([
    { who: 'two', atMs: 2000 },
    { who: 'one', atMs: 1000 },
  ])
})

test('what still waits at the end is tried once more', () => {
  const failing = vi.spyOn(store.audit, 'add').mockImplementation(() => {
    throw new ProblemError('internal', { detail: 'locked' })
  })
  log.add(entry)
  failing.mockRestore()
  log.close()
  expect(kept()).toHaveLength(1)
})

test('memory stays bounded while the disk is full', () => {
  const failing = vi.spyOn(store.audit, 'add').mockImplementation(() => {
    throw new ProblemError('internal', { detail: 'The disk is full' })
  })
  for (let n = 0; n < 1500; n++) log.add({ ...entry, who: `user${n}` })
  failing.mockRestore()
  vi.advanceTimersByTime(10_000)
  const count = store.database.prepare('select count(*) as n from audit').get()?.n
  expect(count).toBe(1000)
  expect(kept()[0]?.who).toBe('user1499')
})

test('a text of a megabyte is cut', () => {
  log.add({ ...entry, detail: 'x'.repeat(1_000_000), domainName: 'n'.repeat(5000) })
  const [line] = kept()
  expect(line?.detail?.length).toBeLessThan(2100)
  expect(line?.domainName?.length).toBeLessThan(2100)
})
