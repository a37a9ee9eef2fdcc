import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import type { Annotation } from '../contract/history.ts'
import { silentLogger } from '../fleet/testing/stores.ts'
import { LabMoves } from '../moves/testing/lab-moves.ts'
import { Policies } from '../reclaim/policies.ts'
import { SqliteHistory } from '../store/history/sqlite-history.ts'
import { Store } from '../store/store.ts'
import { History } from './history.ts'
import { HistoryRecorder } from './recorder.ts'

const MiB = 1024
let dir: string
let store: SqliteHistory
let moves: LabMoves

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ballast-marks-'))
  store = new SqliteHistory({ file: join(dir, 'history.db') })
  const recorder = new HistoryRecorder(store)
  moves = await new LabMoves(['beta', 'gamma'], { recorder }).start()
}, 60_000)
afterAll(async () => {
  await moves.close()
  store.close()
  rmSync(dir, { recursive: true, force: true })
})

/** What the file has of a domain, read as by a server that was started after this one was killed. */
async function kept(host: string, uuid: string): Promise<Annotation[]> {
  const after = new SqliteHistory({ file: join(dir, 'history.db') })
  try {
    const history = new History(after, { seriesOf: () => null, hosts: [] })
    const to = Date.now() + 60_000
    return await history.annotations({ host, domain: uuid, from: 0, to })
  } finally {
    after.close()
  }
}

/** Marks are written behind what they tell of: waits until the file has these and no others. */
async function keeps(host: string, uuid: string, marks: object[]): Promise<void> {
  const look = async () => expect(await kept(host, uuid)).toMatchObject(marks)
  await vi.waitFor(look, { timeout: 20_000, interval: 100 })
}

test('a move and one that fails leave their marks on both hosts', async () => {
  const name = 'marked'
  const beta = moves.host('beta')
  await beta.makeGuest({ name, maximumMiB: 160, network: false, diskMiB: 16 })
  try {
    const uuid = await moves.whenOn('beta', name)
    const start = { kind: 'start' }
    // The recorder looks once a second: before a look that saw it run, a move would explain it.
    await keeps('beta', uuid, [start])
    // Its disk is not shared: libvirt refuses the first one.
    const refused = await moves.end(await moves.begin(name, 'beta', 'gamma'))
    expect(refused.job.state).toBe('failed')
    const id = await moves.begin(name, 'beta', 'gamma', { copyStorage: 'full' })
    const { job } = await moves.end(id)
    expect(job.state, JSON.stringify(job.problem)).toBe('done')
    const move = { name, by: 'otto', fromHost: 'beta', toHost: 'gamma' }
    const marks = [
      { ...move, kind: 'migration-begin', outcome: null },
      { ...move, kind: 'migration-end', outcome: 'failed' },
      { ...move, kind: 'migration-begin', outcome: null, atMs: job.startedMs },
      { ...move, kind: 'migration-end', outcome: 'done', atMs: job.endedMs },
    ]
    // That it came up there and went here is no start and no stop.
    await keeps('beta', uuid, [start, ...marks])
    await keeps('gamma', uuid, marks)
    expect(await moves.host('gamma').virsh('domstate', name)).toContain('running')
  } finally {
    for (const host of ['beta', 'gamma']) await moves.host(host).removeGuest(name)
  }
}, 180_000)

test('what a policy takes and gives back is told apart from what people do', async () => {
  const { fleet } = moves.labFleet
  const gamma = moves.host('gamma')
  const { uuid } = moves.guest('gamma', 'build1')
  await moves.guest('gamma', 'build1').setWorkload({ fillMiB: 16 }, { wait: false })
  await gamma.virsh('setmem', 'build1', '256M', '--live')
  const balloonKiB = () => fleet.getMemory('gamma', uuid).stats.actual
  await moves.labFleet.when('its full size', () => balloonKiB() === 256 * MiB, 60_000)
  const accounts = new Store(join(dir, 'policies.db'))
  // Who was sized by hand a moment ago is left alone for half an hour.
  const hour = 3_600_000
  const policies = new Policies({
    fleet,
    table: accounts.memoryPolicies,
    isBusy: () => false,
    audit: { add: () => undefined },
    logger: silentLogger,
    clock: { wallMs: () => Date.now() + hour, monotonicMs: () => performance.now() },
  })
  try {
    const totalKiB = policies.get('gamma').totalKiB ?? 0
    // More than there is: the host is short in any case.
    policies.setHost('gamma', { mode: 'on', keepFreeKiB: totalKiB * 2 })
    const view = () => policies.get('gamma').domains.find((one) => one.uuid === uuid)
    await moves.labFleet.when('it can give', () => view()?.why === null, 90_000)
    policies.look()
    await moves.labFleet.when('taken', () => (view()?.takenKiB ?? 0) > 0, 120_000)
    policies.setHost('gamma', { mode: 'off', keepFreeKiB: 0 })
    await policies.close()
    await policies.giveBack('gamma')
    await moves.labFleet.when('given back', () => balloonKiB() === 256 * MiB, 60_000)
    const marks = await vi.waitFor(
      async () => {
        const found = (await kept('gamma', uuid)).filter(({ by }) => by === 'policy')
        expect(found).toMatchObject([
          { kind: 'policy-take', name: 'build1', fromKiB: 256 * MiB },
          { kind: 'policy-give', name: 'build1', targetKiB: 256 * MiB },
        ])
        return found
      },
      { timeout: 20_000, interval: 100 },
    )
    expect(marks[0]?.targetKiB).toBeLessThan(256 * MiB)
  } finally {
    await policies.close()
    accounts.close()
    await gamma.virsh('setmem', 'build1', '256M', '--live')
    await moves.guest('gamma', 'build1').resetWorkload()
  }
}, 400_000)
