import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { ForecastRun, ForecastRunsQuery } from '../contract/forecast.ts'
import { ProblemError } from '../contract/problem.ts'
import { runWith } from '../migration/testing/facts.ts'
import { DatabaseFileError } from './database.ts'
import { migrations } from './migrations.ts'
import { Store } from './store.ts'

let dir = ''
let file = ''
const open: { close(): void }[] = []

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ballast-store-'))
  file = join(dir, 'ballast.db')
})
afterEach(() => {
  for (const one of open.splice(0)) one.close()
  rmSync(dir, { recursive: true, force: true })
})

function openStore(): Store {
  const store = new Store(file)
  open.push(store)
  return store
}

const alpha = {
  host: 'alpha',
  name: 'Alpha',
  uri: 'qemu+ssh://root@alpha/system',
  statsPeriodSeconds: 2,
  createdMs: 1,
}
const line = {
  who: 'admin',
  address: '10.0.0.1',
  action: 'domain.start',
  host: 'alpha',
  domainUuid: null,
  domainName: 'web1',
  command: 'virsh start web1',
  outcome: 'ok' as const,
  detail: null,
}

describe('the database file', () => {
  test('is made with the newest schema, for its owner only', () => {
    const store = openStore()
    const row = store.database.prepare('pragma user_version').get()
    expect(row?.user_version).toBe(migrations.length)
    expect(statSync(file).mode & 0o077).toBe(0)
  })

  test('comes up from every earlier schema without losing anything', () => {
    for (let version = 1; version < migrations.length; version++) {
      const old = new DatabaseSync(join(dir, `v${version}.db`))
      for (const step of migrations.slice(0, version)) old.exec(step)
      old.exec(`pragma user_version = ${version};
        insert into setup_token (hash, created_ms) values ('kept', 1)`)
      old.close()
      const store = new Store(join(dir, `v${version}.db`))
      open.push(store)
      expect(store.hosts.list()).toEqual([])
      expect(store.setupToken.take('kept')).toBe(true)
    }
  })

  test('of a newer Ballast is left alone', () => {
    openStore().database.exec('pragma user_version = 99')
    expect(() => new Store(file)).toThrow(/newer Ballast/)
  })

  test('that is no database is named, with what to do', () => {
    writeFileSync(file, 'this is not a database, but long enough to look like one')
    expect(() => new Store(file)).toThrow(DatabaseFileError)
    expect(() => new Store(file)).toThrow(/ballast\.db is damaged.*Put back a copy/s)
  })

  test('with a damaged page is noticed at start', () => {
    const store = openStore()
    for (let n = 0; n < 2000; n++) store.audit.add({ ...line, atMs: n })
    store.database.exec('pragma wal_checkpoint(truncate)')
    const copy = join(dir, 'copy.db')
    copyFileSync(file, copy)
    spoil(copy, statSync(copy).size / 2, statSync(copy).size / 2 + 20_000)
    expect(() => new Store(copy)).toThrow(/damaged/)
  })

  test('is open for server and CLI at the same time', () => {
    const server = openStore()
    const cli = openStore()
    const before = server.hosts.outsideVersion()
    server.hosts.put({ ...alpha, host: 'own' })
    expect(server.hosts.outsideVersion()).toBe(before)
    cli.hosts.put(alpha)
    expect(server.hosts.outsideVersion()).not.toBe(before)
    expect(server.hosts.list().map(({ host }) => host)).toEqual(['alpha', 'own'])
  })
})

describe('faults while it runs are problems with words, not crashes', () => {
  test('a full disk', () => {
    const store = openStore()
    // SQLite reports SQLITE_FULL for its own page limit as it does for the disk's end.
    store.database.exec('pragma max_page_count = 1')
    const fill = () => {
      for (;;) store.audit.add({ ...line, atMs: 1, detail: 'x'.repeat(1000) })
    }
    expect(fill).toThrow(ProblemError)
    expect(fill).toThrow(/disk .* full/)
    store.database.exec('pragma max_page_count = 100000')
    store.hosts.put(alpha)
    expect(store.hosts.list()).toEqual([alpha])
  })

  test('a start needs no write, so a full disk does not prevent it', () => {
    openStore().hosts.put(alpha)
    const full = new DatabaseSync(file)
    open.push(full)
    full.exec('begin immediate')
    // Whoever needs to write would have to wait here; opening an up-to-date file does not.
    expect(openStore().hosts.list()).toEqual([alpha])
    full.exec('rollback')
  })

  test('a lock of another process', () => {
    const store = openStore()
    store.database.exec('pragma busy_timeout = 10')
    const other = new DatabaseSync(file)
    open.push(other)
    other.exec('begin immediate')
    expect(() => store.hosts.put(alpha)).toThrow(/locked by another process/)
    // Readers go on: that is what WAL is for.
    expect(store.hosts.list()).toEqual([])
    other.exec('rollback')
    store.hosts.put(alpha)
  })
})

describe('hosts', () => {
  test('are put, replaced and removed', () => {
    const { hosts } = openStore()
    hosts.put(alpha)
    hosts.put({ ...alpha, name: 'New', createdMs: 999 })
    expect(hosts.list()).toEqual([{ ...alpha, name: 'New' }])
    hosts.remove('alpha')
    hosts.remove('alpha')
    expect(hosts.list()).toEqual([])
  })
})

describe('resizes', () => {
  const resize = {
    id: 'r1',
    fromKiB: 1024,
    targetKiB: 512,
    actualKiB: 800,
    startedMs: 1,
    endedMs: null,
    status: 'following' as const,
    by: 'admin',
    command: 'virsh setmem web1 512',
    undoOf: null,
    pace: 'at-once' as const,
    phase: null,
    lowestKiB: null,
    cause: null,
    reasons: [],
    job: null,
    configFromKiB: null,
  }
  test('one that was kept before shrinks had steps is read as it was', () => {
    const { resizes } = openStore()
    const { id, fromKiB, targetKiB, actualKiB, startedMs, endedMs } = resize
    const { status, by, command, undoOf } = resize
    const kept = { id, fromKiB, targetKiB, actualKiB, startedMs, endedMs, status, by }
    resizes.put('alpha', 'u1', { ...kept, command, undoOf } as typeof resize)
    expect(resizes.get('alpha', 'u1')).toEqual(resize)
  })
  test('only the newest of a domain is kept', () => {
    const { resizes } = openStore()
    resizes.put('alpha', 'u1', resize)
    resizes.put('alpha', 'u1', { ...resize, id: 'r2' })
    resizes.put('beta', 'u1', resize)
    expect(resizes.get('alpha', 'u1')?.id).toBe('r2')
    resizes.removeHost('alpha')
    expect(resizes.get('alpha', 'u1')).toBeNull()
    expect(resizes.get('beta', 'u1')).toEqual(resize)
    resizes.remove('beta', 'u1')
    expect(resizes.get('beta', 'u1')).toBeNull()
  })
})

describe('the audit log', () => {
  test('comes back newest first, in pages', () => {
    const { audit } = openStore()
    for (let n = 1; n <= 5; n++) audit.add({ ...line, atMs: n })
    const first = audit.list({ limit: 2 })
    expect(first).toMatchObject({ more: true, entries: [{ atMs: 5 }, { atMs: 4 }] })
    const rest = audit.list({ limit: 10, before: first.entries[1]?.id })
    expect(rest).toMatchObject({ more: false, entries: [{}, {}, { atMs: 1 }] })
  })

  test('is filtered and searched, % and _ being letters like others', () => {
    const { audit } = openStore()
    audit.add({ ...line, atMs: 1, detail: '100% of it' })
    audit.add({ ...line, atMs: 2, host: 'beta', who: 'bob', detail: '100 of it' })
    expect(audit.list({ limit: 9, search: '100%' }).entries).toHaveLength(1)
    expect(audit.list({ limit: 9, search: 'WEB1' }).entries).toHaveLength(2)
    expect(audit.list({ limit: 9, host: 'beta' }).entries).toHaveLength(1)
    expect(audit.list({ limit: 9, who: 'bob', action: 'host.add' }).entries).toEqual([])
  })

  test('cannot be changed, not even by code that tries', () => {
    const store = openStore()
    store.audit.add({ ...line, atMs: 1 })
    expect(() => store.database.exec(`update audit set who = 'x'`)).toThrow(/append-only/)
    expect(() => store.database.exec('delete from audit')).toThrow(/append-only/)
  })
})

/** Overwrites a part of a file with rubbish. */
function spoil(path: string, from: number, to: number): void {
  const fd = openSync(path, 'r+')
  writeSync(fd, Buffer.alloc(to - from, 0xee), 0, to - from, from)
  closeSync(fd)
}

describe('what moves taught', () => {
  const run = (id: number, change: Partial<ForecastRun> = {}) =>
    runWith({}, { id: String(id), startedMs: id, ...change })

  test('all runs are kept: of a domain, of a pair of hosts, in pages, newest first', () => {
    const { forecastRuns } = openStore()
    const uuid = '6f8a7c1e-0000-4000-8000-000000000002'
    for (const id of [1, 2, 3]) forecastRuns.put(run(id))
    forecastRuns.put(run(4, { uuid, source: 'beta', target: 'alpha' }))
    const page = (query: Partial<ForecastRunsQuery>) => {
      const { total, runs } = forecastRuns.page({ offset: 0, limit: 2, ...query })
      return [total, ...runs.map(({ id }) => id)]
    }
    expect(page({})).toEqual([4, '4', '3'])
    expect(page({ offset: 2 })).toEqual([4, '2', '1'])
    expect(page({ uuid })).toEqual([1, '4'])
    expect(page({ source: 'alpha', target: 'beta' })).toEqual([3, '3', '2'])
    expect(page({ target: 'gamma' })).toEqual([0])
    forecastRuns.put(run(3, { name: 'renamed' }))
    expect(forecastRuns.page({ offset: 1, limit: 1 }).runs[0]?.name).toBe('renamed')
  })

  test('of a link the newest measurement is kept, each way for itself', () => {
    const { linkProbes } = openStore()
    const probe = {
      source: 'alpha',
      target: 'beta',
      atMs: 1,
      mibps: 90,
      bytes: 9,
      seconds: 1,
    }
    expect(linkProbes.get('alpha', 'beta')).toBeNull()
    linkProbes.put(probe)
    linkProbes.put({ ...probe, atMs: 2, mibps: 110 })
    expect(linkProbes.get('alpha', 'beta')).toMatchObject({ atMs: 2, mibps: 110 })
    expect(linkProbes.get('beta', 'alpha')).toBeNull()
  })

  test('what was measured from a host and to it goes with the host', () => {
    const { linkProbes } = openStore()
    const probe = { atMs: 1, mibps: 90, bytes: 9, seconds: 1 }
    linkProbes.put({ ...probe, source: 'alpha', target: 'beta' })
    linkProbes.put({ ...probe, source: 'beta', target: 'alpha' })
    linkProbes.put({ ...probe, source: 'beta', target: 'gamma' })
    linkProbes.removeHost('alpha')
    expect(linkProbes.get('alpha', 'beta')).toBeNull()
    expect(linkProbes.get('beta', 'alpha')).toBeNull()
    expect(linkProbes.get('beta', 'gamma')).toMatchObject({ mibps: 90 })
  })
})
