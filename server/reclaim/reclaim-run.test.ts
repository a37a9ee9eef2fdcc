import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { reclaimDetail } from '../contract/job-kinds/reclaim.ts'
import type { ReclaimDetail, ReclaimedDomain } from '../contract/job-kinds/reclaim.ts'
import { resize as resizeSchema } from '../contract/memory.ts'
import type { Resize } from '../contract/memory.ts'
import { Jobs } from '../jobs/index.ts'
import { Store } from '../store/store.ts'
import type { ReclaimFacts } from './plan.ts'
import { runReclaim, runUndo } from './reclaim-run.ts'
import type { Balloons } from './reclaim-run.ts'

const mib = 1024
const gib = 1024 * mib
const logger = { warn: vi.fn(), error: vi.fn() }
const uuidOf = (at: number) => `6f8a7c1e-0000-4000-8000-${String(at).padStart(12, '0')}`

let dir = ''
let store: Store
let jobs: Jobs
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ballast-reclaim-'))
  store = new Store(join(dir, 'ballast.db'))
  jobs = new Jobs({ store: store.jobs, logger })
})
afterEach(async () => {
  await jobs.close()
  store.close()
  rmSync(dir, { recursive: true, force: true })
})

/** Guests of 8 GiB that give at once, unless told otherwise. */
class FakeBalloons implements Balloons {
  readonly nowKiB = new Map<string, number>()
  readonly part = new Map<string, Partial<ReclaimFacts>>()
  readonly ends = new Map<string, Partial<Resize> | Error>()
  readonly resizes = new Map<string, Resize>()
  readonly asked: string[] = []
  held: Promise<void> | null = null
  #count = 0

  facts(host: string, uuid: string): ReclaimFacts | null {
    const nowKiB = this.nowKiB.get(uuid) ?? 8 * gib
    return {
      host,
      uuid,
      name: uuid,
      state: 'running',
      health: 'ok',
      blocked: 'busy',
      nowKiB,
      usedKiB: gib,
      rssKiB: nowKiB,
      floorKiB: 2 * gib,
      pressure: 0,
      pressed: false,
      minimumKiB: null,
      shares: 1000,
      ...this.part.get(uuid),
    }
  }

  resizeOf(_host: string, uuid: string): Resize | null {
    return this.resizes.get(uuid) ?? null
  }

  beginShrink(
    _host: string,
    uuid: string,
    { targetKiB, by }: { targetKiB: number; by: string },
  ) {
    this.asked.push(uuid)
    const resize = this.#resize(uuid, targetKiB, by)
    return {
      resize,
      carryOut: async ({ onLook }: { onLook?(resize: Resize): void }) => {
        await this.held
        const end = this.ends.get(uuid)
        if (end instanceof Error) throw end
        const ended: Resize = {
          ...resize,
          status: 'reached',
          actualKiB: targetKiB,
          ...end,
        }
        onLook?.(ended)
        this.nowKiB.set(uuid, ended.actualKiB)
        this.resizes.set(uuid, ended)
        return ended
      },
    }
  }

  async grow(_host: string, uuid: string, toKiB: number, by: string): Promise<Resize> {
    const end = this.ends.get(`grow ${uuid}`)
    if (end instanceof Error) throw end
    this.nowKiB.set(uuid, toKiB)
    return { ...this.#resize(uuid, toKiB, by), actualKiB: toKiB, status: 'reached' }
  }

  #resize(uuid: string, targetKiB: number, by: string): Resize {
    const fromKiB = this.nowKiB.get(uuid) ?? 8 * gib
    const resize = resizeSchema.parse({
      id: `r${this.#count++}`,
      fromKiB,
      targetKiB,
      actualKiB: fromKiB,
      startedMs: 1,
      endedMs: null,
      status: 'following',
      by,
      command: 'virsh',
      undoOf: null,
    })
    this.resizes.set(uuid, resize)
    return resize
  }
}

const row = (at: number, part: Partial<ReclaimedDomain> = {}): ReclaimedDomain => ({
  host: 'alpha',
  uuid: uuidOf(at),
  name: `vm${at}`,
  stage: 1,
  fromKiB: 8 * gib,
  targetKiB: 6 * gib,
  actualKiB: 8 * gib,
  state: 'waiting',
  cause: null,
  why: null,
  reason: null,
  resizeId: null,
  ...part,
})
const detailOf = (domains: ReclaimedDomain[]): ReclaimDetail => ({
  wantedKiB: 4 * gib,
  plannedKiB: domains.reduce((sum, { fromKiB, targetKiB }) => sum + fromKiB - targetKiB, 0),
  givenKiB: 0,
  stoppedBy: null,
  domains,
})
const start = (balloons: Balloons, domains: ReclaimedDomain[]) =>
  jobs.start(
    {
      kind: 'reclaim',
      title: { host: 'Alpha', count: domains.length },
      owner: { type: 'user', name: 'ann' },
      domains: domains.map(({ host, uuid, name }) => ({ host, uuid, name })),
      cancel: 'keep',
    },
    async (job) => await runReclaim(job, detailOf(domains), balloons, 'ann'),
  )
const undo = (balloons: Balloons, detail: ReclaimDetail) =>
  jobs.start(
    {
      kind: 'reclaim-undo',
      title: { job: '1', count: detail.domains.length },
      owner: { type: 'user', name: 'ann' },
      cancel: 'keep',
    },
    async (job) => await runUndo(job, detail, balloons, 'ann'),
  )
const detailNow = (id: string) => reclaimDetail.parse(jobs.get(id).job.detail)
const states = (id: string) => detailNow(id).domains.map(({ state }) => state)

describe('carrying a plan out', () => {
  test('each gives what was planned, stage after stage', async () => {
    const balloons = new FakeBalloons()
    const started = start(balloons, [row(1), row(2), row(3, { stage: 2 })])
    expect(await started.ended).toMatchObject({
      state: 'done',
      result: { givenKiB: 6 * gib, stoppedBy: null },
    })
    expect(states(started.id)).toEqual(['gave', 'gave', 'gave'])
    expect(balloons.asked).toEqual([uuidOf(1), uuidOf(2), uuidOf(3)])
  })

  test('pressure stops the later stages of that host, not those of another', async () => {
    const balloons = new FakeBalloons()
    const actualKiB = 7 * gib
    balloons.ends.set(uuidOf(1), { status: 'turned-back', cause: 'pressure', actualKiB })
    const started = start(balloons, [
      row(1),
      row(2, { stage: 2 }),
      row(3, { host: 'beta' }),
      row(4, { host: 'beta', stage: 2 }),
    ])
    expect(await started.ended).toMatchObject({
      result: { givenKiB: 5 * gib, stoppedBy: 'vm1' },
    })
    const { domains } = detailNow(started.id)
    expect(domains.map(({ state, why, cause }) => [state, why, cause])).toEqual([
      ['stopped', null, 'pressure'],
      ['skipped', 'plan-stopped', null],
      ['gave', null, null],
      ['gave', null, null],
    ])
    expect(balloons.asked).not.toContain(uuidOf(2))
  })

  test('what is not so any more is left alone, and nobody goes below the floor of now', async () => {
    const balloons = new FakeBalloons()
    balloons.part.set(uuidOf(1), { pressed: true })
    balloons.part.set(uuidOf(2), { floorKiB: 7 * gib })
    balloons.part.set(uuidOf(3), { floorKiB: 8 * gib })
    const started = start(balloons, [row(1), row(2), row(3)])
    await started.ended
    const { domains } = detailNow(started.id)
    expect(domains.map(({ state, why, actualKiB }) => [state, why, actualKiB])).toEqual([
      ['skipped', 'pressure', 8 * gib],
      ['gave', null, 7 * gib],
      ['skipped', 'at-floor', 8 * gib],
    ])
  })

  test('one that the host refuses does not stop the others', async () => {
    const balloons = new FakeBalloons()
    balloons.ends.set(uuidOf(1), new Error('no such device'))
    const started = start(balloons, [row(1), row(2)])
    expect(await started.ended).toMatchObject({ state: 'done' })
    expect(detailNow(started.id).domains[0]).toMatchObject({
      state: 'failed',
      reason: 'no such device',
    })
  })

  test('what has begun is known after a crash, and can be undone', async () => {
    const balloons = new FakeBalloons()
    const { promise, resolve } = Promise.withResolvers<void>()
    balloons.held = promise
    const started = start(balloons, [row(1)])
    await vi.waitFor(() => expect(balloons.asked).toHaveLength(1))
    const kept = store.jobs.body(started.id)?.remembered
    expect(reclaimDetail.parse(kept).domains[0]?.resizeId).toBe('r0')
    resolve()
    await started.ended
  })
})

describe('undo', () => {
  test('gives everybody what it had, but for those changed since', async () => {
    const balloons = new FakeBalloons()
    const started = start(balloons, [row(1), row(2), row(3)])
    await started.ended
    const other = balloons.resizes.get(uuidOf(2))!
    balloons.resizes.set(uuidOf(2), { ...other, id: 'x', by: 'outside' })
    balloons.nowKiB.set(uuidOf(3), 8 * gib)
    const undone = undo(balloons, detailNow(started.id))
    expect(await undone.ended).toMatchObject({ state: 'done', result: { restored: 1 } })
    expect(detailNow(undone.id).domains.map(({ state, why }) => [state, why])).toEqual([
      ['back', null],
      ['skipped', 'changed-since'],
      ['back', null],
    ])
    expect(balloons.nowKiB.get(uuidOf(1))).toBe(8 * gib)
    expect(balloons.nowKiB.get(uuidOf(2))).toBe(6 * gib)
  })

  test('says who did not get its memory back; the others did', async () => {
    const balloons = new FakeBalloons()
    const started = start(balloons, [row(1), row(2)])
    await started.ended
    balloons.ends.set(`grow ${uuidOf(1)}`, new Error('host is gone'))
    const undone = undo(balloons, detailNow(started.id))
    expect(await undone.ended).toMatchObject({ state: 'failed' })
    expect(jobs.get(undone.id).job.problem?.detail).toContain('vm1: host is gone')
    expect(states(undone.id)).toEqual(['failed', 'back'])
  })
})
