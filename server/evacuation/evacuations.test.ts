import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { evacuationDetail, evacuationOptions } from '../contract/evacuation.ts'
import type { EvacuationDetail, EvacuationOptions } from '../contract/evacuation.ts'
import { jobIsActive } from '../contract/job.ts'
import type { MigrationDetail, MigrationResult } from '../contract/migration.ts'
import type { PreflightTarget } from '../contract/preflight.ts'
import { ProblemError } from '../contract/problem.ts'
import { JobInterrupted, Jobs } from '../jobs/index.ts'
import type { JobHandle } from '../jobs/index.ts'
import { Store } from '../store/store.ts'
import { Evacuations } from './evacuations.ts'

const mib = 1024
const logger = { warn: vi.fn(), error: vi.fn() }
const names = ['a', 'b', 'c', 'd'] as const
type Name = (typeof names)[number]
const uuidOf = (name: string) =>
  `6f8a7c1e-0000-4000-8000-00000000000${names.indexOf(name as Name) + 1}`
const nameOf = (uuid: string) => names[Number(uuid.at(-1)) - 1]!

let dir = ''
let store: Store | null = null
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ballast-evacuation-'))
})
afterEach(() => {
  store?.close()
  store = null
  rmSync(dir, { recursive: true, force: true })
})

const target = (host: string, freeMiB: number): PreflightTarget => ({
  host,
  hostName: host,
  level: 'ok',
  findings: [],
  copyDisks: [],
  copyBytes: 0,
  freeKiB: freeMiB * mib,
  freeAfterKiB: null,
})

/** How a move ends, decided by the test. */
type End = 'moved' | 'failed' | { cut: MigrationResult['where'] }

/**
 * One life of Ballast over the same file: real jobs, moves that the test ends. It begins with the one
 * before killed: that writes nothing any more.
 */
class Life {
  readonly jobs: Jobs
  readonly evacuations: Evacuations
  /** In the order in which they began. */
  readonly begun: { name: Name; target: string; end: (end: End) => void }[] = []
  freeMiB: Record<string, number> = { beta: 100_000, gamma: 100_000 }
  ready = true
  /** While set, hosts that are asked whether they take a guest do not answer. */
  silent = false
  /** Guests whose hosts were asked. */
  readonly asked: Name[] = []
  /** Each guest takes 1,000 MiB, and QEMU 128 more. */
  readonly memoryKiB = 1_000 * mib

  constructor(recovered: Partial<Record<Name, End>> = {}) {
    store?.close()
    store = new Store(join(dir, 'ballast.db'))
    this.jobs = new Jobs({ store: store.jobs, logger })
    this.evacuations = new Evacuations({
      jobs: this.jobs,
      domainsOf: () => [],
      domainOf: (host, uuid) => ({
        host,
        uuid,
        name: nameOf(uuid),
        memoryKiB: this.memoryKiB,
      }),
      ready: () => this.ready,
      patienceMs: 20,
      moves: {
        preflight: async (host, uuid) => {
          this.asked.push(nameOf(uuid))
          if (this.silent) await new Promise(() => undefined)
          return {
            host,
            uuid,
            name: nameOf(uuid),
            state: 'running',
            targets: Object.entries(this.freeMiB).map(([to, free]) => target(to, free)),
          }
        },
        forecast: () => Promise.reject(new ProblemError('not_found', { detail: 'none' })),
      },
      migrate: (host, uuid, request, parent) => {
        const name = nameOf(uuid)
        const ends = Promise.withResolvers<End>()
        this.begun.push({ name, target: request.target, end: ends.resolve })
        const started = parent.child<'migration'>(
          {
            kind: 'migration',
            title: { domain: name, from: host, to: request.target },
            domains: [
              { host, uuid, name },
              { host: request.target, uuid, name },
            ],
            cancel: 'source',
          },
          async (job) => {
            job.remember({ name })
            return endWith(job, await ends.promise)
          },
        )
        return { job: started.summary() }
      },
    })
    this.jobs.register('migration', {
      onShutdown: 'leave',
      recover: (job, remembered) => {
        const { name } = remembered as { name: Name }
        return Promise.resolve(endWith(job, recovered[name] ?? { cut: 'source' }))
      },
    })
  }

  start(moving: readonly Name[], options: Partial<EvacuationOptions> = {}): string {
    return this.evacuations.start({
      host: 'alpha',
      moves: moving.map((name) => ({ host: 'alpha', uuid: uuidOf(name), target: 'beta' })),
      options: evacuationOptions.parse(options),
      by: 'otto',
      role: 'operator',
    }).job.id
  }

  detail(id: string): EvacuationDetail {
    return evacuationDetail.parse(this.jobs.get(id).job.detail)
  }
  states(id: string): string {
    return this.detail(id)
      .rows.map(({ name, state }) => `${name} ${state}`)
      .join(', ')
  }
  end(name: Name, end: End = 'moved'): void {
    this.begun.findLast((one) => one.name === name)!.end(end)
  }
  async ended(id: string) {
    await vi.waitFor(() => expect(jobIsActive(this.jobs.get(id).job.state)).toBe(false))
    return this.jobs.get(id).job
  }
}

function endWith(job: JobHandle<'migration'>, end: End): null {
  if (end === 'moved') return null
  if (end === 'failed') throw new ProblemError('libvirt', { detail: 'refused' })
  // Only this of the detail is looked at; the rest is as a move writes it.
  job.detail({ ...blank, id: job.id, result: { ...blankResult, where: end.cut } })
  throw new JobInterrupted(`cut, it runs on: ${end.cut}`)
}
const blankResult: MigrationResult = {
  outcome: 'interrupted',
  where: 'source',
  cause: null,
  libvirt: null,
  totalMs: null,
  downtimeMs: null,
  downtimeNetMs: null,
  setupMs: null,
  transferredBytes: null,
  passes: null,
  final: null,
  check: null,
}
const blank: MigrationDetail = {
  id: '1',
  external: false,
  by: 'otto',
  uuid: uuidOf('a'),
  name: 'a',
  source: 'alpha',
  sourceName: 'alpha',
  target: 'beta',
  targetName: 'beta',
  operation: 'migration-out',
  options: null,
  command: null,
  startedMs: 1,
  endedMs: null,
  phase: 'ended',
  progressPercent: 0,
  setback: null,
  figures: null,
  verdict: {
    kind: 'ended',
    sinceMs: 1,
    dirtyMiBps: null,
    linkMiBps: null,
    neededDowntimeMs: null,
    neededThrottlePercent: null,
    endsAtMs: null,
  },
  bandwidthMiBps: null,
  maxDowntimeMs: null,
  controls: {
    bandwidth: null,
    downtime: null,
    throttle: null,
    'post-copy': null,
    abort: null,
    resume: null,
  },
  steering: [],
  forecast: null,
  result: null,
}

const began = (life: Life, moving: string) =>
  vi.waitFor(() => expect(life.begun.map(({ name }) => name).join('')).toBe(moving))

describe('while it runs', () => {
  test('no more at once than asked for; a pause begins nothing new, and is gone on from', async () => {
    const life = new Life()
    const id = life.start(['a', 'b', 'c', 'd'], { parallel: 2 })
    await began(life, 'ab')
    life.evacuations.pause(id, true)
    life.end('a')
    await vi.waitFor(() =>
      expect(life.states(id)).toBe('a moved, b moving, c waiting, d waiting'),
    )
    life.end('b')
    await vi.waitFor(() => expect(life.states(id)).toContain('b moved'))
    expect(life.begun).toHaveLength(2)
    expect(life.detail(id).paused).toBe(true)
    life.evacuations.pause(id, false)
    await began(life, 'abcd')
    life.end('c')
    life.end('d')
    expect((await life.ended(id)).state).toBe('done')
  })

  test('guests on their way count as there: the next goes elsewhere, or waits for room', async () => {
    const life = new Life()
    life.freeMiB = { beta: 1_500, gamma: 1_300 }
    const id = life.start(['a', 'b', 'c'], { parallel: 3 })
    await began(life, 'ab')
    expect(life.begun.map(({ target: to }) => to)).toEqual(['beta', 'gamma'])
    expect(life.states(id)).toBe('a moving, b moving, c moving')
    // The one that came took less than it might.
    life.freeMiB = { beta: 1_400, gamma: 1_300 }
    life.end('a')
    await began(life, 'abc')
    expect(life.begun[2]!.target).toBe('beta')
    life.end('b')
    life.end('c', 'failed')
    const job = await life.ended(id)
    expect(job.state).toBe('failed')
    expect(job.problem?.detail).toBe('1 of 3 did not move: c (refused)')
  })

  test('without room anywhere it fails and says so', async () => {
    const life = new Life()
    life.freeMiB = { beta: 900 }
    const job = await life.ended(life.start(['a']))
    expect(job.problem?.detail).toContain('beta: no room')
    expect(life.begun).toEqual([])
  })
})

describe('after a restart of Ballast', () => {
  test('it goes on with its plan: what moved stays moved, what was cut at its source is tried again', async () => {
    const before = new Life()
    const id = before.start(['a', 'b', 'c', 'd'], { parallel: 2 })
    await began(before, 'ab')
    before.end('a')
    await began(before, 'abc')

    // b went on by itself and arrived; c was cut.
    const life = new Life({ b: 'moved' })
    life.jobs.recover()
    await began(life, 'cd')
    expect(life.states(id)).toBe('a moved, b moved, c moving, d moving')
    expect(life.detail(id).rows.map(({ cuts }) => cuts)).toEqual([0, 0, 1, 0])
    life.end('c')
    life.end('d')
    expect((await life.ended(id)).state).toBe('done')
    const texts = life.jobs.get(id).log.map(({ text }) => text)
    expect(texts).toContainEqual(expect.stringContaining('c: a restart of Ballast cut'))
    expect(life.jobs.get(id).job.children).toMatchObject({ total: 5, failed: 1 })
  })

  test('what is not surely at its source is not tried again, and fails the whole', async () => {
    const before = new Life()
    const id = before.start(['a', 'b'], { parallel: 1 })
    await began(before, 'a')

    const life = new Life({ a: { cut: 'unknown' } })
    life.jobs.recover()
    await began(life, 'b')
    expect(life.states(id)).toBe('a interrupted, b moving')
    life.end('b')
    const job = await life.ended(id)
    expect(job.state).toBe('failed')
    expect(job.problem?.detail).toContain('a (cut, it runs on: unknown)')
  })

  test('a pause holds over it; who is cut again and again is given up', async () => {
    const first = new Life()
    const id = first.start(['a'])
    await began(first, 'a')
    first.evacuations.pause(id, true)
    for (const cuts of [1, 2]) {
      const life = new Life()
      life.jobs.recover()
      await vi.waitFor(() => expect(life.states(id)).toBe('a waiting'))
      expect(life.detail(id)).toMatchObject({ paused: true, rows: [{ cuts }] })
      expect(life.begun).toEqual([])
      // The loop begins once it is up.
      await vi.waitFor(() => {
        life.evacuations.pause(id, false)
        expect(life.begun).toHaveLength(1)
      })
      life.evacuations.pause(id, true)
    }
    const last = new Life()
    last.jobs.recover()
    expect((await last.ended(id)).problem?.detail).toContain('a (cut')
    expect(last.states(id)).toBe('a interrupted')
  })

  test('a cut counts once, also when Ballast ends again before the next try has begun', async () => {
    const first = new Life()
    const id = first.start(['a'])
    await began(first, 'a')
    for (const cuts of [1, 2]) {
      // The first start notes the cut; the others find it under way with no job yet.
      for (let start = 0; start < 3; start++) {
        const life = new Life()
        life.silent = true
        life.jobs.recover()
        await vi.waitFor(() => expect(life.asked).toEqual(['a']))
        expect(life.detail(id).rows).toMatchObject([{ state: 'moving', job: null, cuts }])
      }
      const life = new Life()
      life.jobs.recover()
      await began(life, 'a')
      expect(life.detail(id).rows).toMatchObject([{ state: 'moving', cuts }])
    }
    const last = new Life({ a: 'moved' })
    last.jobs.recover()
    expect((await last.ended(id)).state).toBe('done')
  })

  test('one that was cancelled begins nothing any more', async () => {
    const before = new Life()
    const id = before.start(['a', 'b'], { parallel: 1 })
    await began(before, 'a')
    before.jobs.cancel(id, 'otto')

    const life = new Life({ a: 'moved' })
    life.jobs.recover()
    expect((await life.ended(id)).state).toBe('interrupted')
    expect(life.states(id)).toBe('a moved, b cancelled')
    expect(life.begun).toEqual([])
  })

  test('a stop of Ballast begins nothing in place of what it ends, and notes no failure', async () => {
    const before = new Life()
    const id = before.start(['a', 'b'], { parallel: 1 })
    await began(before, 'a')
    before.evacuations.close()
    before.end('a', { cut: 'source' })
    await before.jobs.close()
    expect(before.begun).toHaveLength(1)
    expect(before.states(id)).toBe('a moving, b waiting')

    const life = new Life()
    life.ready = false
    life.jobs.recover()
    await began(life, 'a')
    life.end('a')
    await began(life, 'ab')
    life.end('b')
    expect((await life.ended(id)).state).toBe('done')
  })
})
