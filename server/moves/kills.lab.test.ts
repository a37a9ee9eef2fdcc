import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { getLab, Guest } from '../../e2e/lab/index.ts'
import { jobIsActive } from '../contract/job.ts'
import { migrationDetail } from '../contract/migration.ts'
import type { MigrationDetail, MigrationOptionsInput } from '../contract/migration.ts'
import type { BeforeCall } from './testing/hooked-end.ts'
import { LabMoves } from './testing/lab-moves.ts'

/*
 * Everything that can die while a guest moves, killed for real in each phase. Afterwards the guest runs
 * in exactly one place, nothing half is left, and the job says why.
 */

const lab = getLab()
const beta = lab.host('beta')
const gamma = lab.host('gamma')
const name = 'mover-kill'
/** Slow enough to be hit in the middle. */
const slow: MigrationOptionsInput = { bandwidthMiBps: 12, maxDowntimeMs: 100 }
const guestOn = (host: string) => new Guest(lab.dir, host, name)

beforeEach(async () => {
  await beta.makeGuest({
    name,
    maximumMiB: 128,
    network: false,
    statsPeriodS: 1,
    workload: {
      fillMiB: 8,
      dirtyMiBps: 30,
      workingSetMiB: 24,
      waveMiB: 0,
      wavePeriodS: 60,
      cacheMiB: 0,
      busy: false,
    },
  })
})
/** What a test has begun: each is ended before the guest is removed, so that nobody brings it back. */
const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  const closed = await Promise.allSettled(open.splice(0).map((each) => each.close()))
  const removed = await Promise.allSettled(
    [beta, gamma].map((host) => host.removeGuest(name)),
  )
  const failed = [...closed, ...removed].filter(({ status }) => status === 'rejected')
  expect(failed).toEqual([])
})

async function movesOf(options: { dir?: string; before?: BeforeCall } = {}) {
  const moves = await new LabMoves(['beta', 'gamma'], options).start()
  open.push(moves)
  return moves
}

/** What virsh on each host says: the domain's state with its reason, or that there is none. */
async function places(): Promise<{ beta: string; gamma: string }> {
  const [here, there] = await Promise.all(
    [beta, gamma].map((host) =>
      host.virsh('domstate', name, '--reason').then(
        (text) => text.trim().split(' (')[0] ?? '',
        () => 'none',
      ),
    ),
  )
  return { beta: here ?? '', gamma: there ?? '' }
}

/** The guest is where it is said to be, alone, and answers for itself there. */
async function runsOnlyOn(host: 'beta' | 'gamma', other = 'none') {
  const expected =
    host === 'beta' ? { beta: 'running', gamma: other } : { beta: other, gamma: 'running' }
  expect(await places()).toEqual(expected)
  await guestOn(host).waitReady(20_000)
  await guestWrites(host)
}

/** Waits until the guest has written more, as it says itself. */
async function guestWrites(host: 'beta' | 'gamma'): Promise<void> {
  const written = async () => (await guestOn(host).workload()).dirtiedPages
  const before = await written()
  await vi.waitFor(async () => expect(await written()).toBeGreaterThan(before), {
    timeout: 20_000,
    interval: 100,
  })
}

/** It has sent something and still has much to send. */
const inTheMiddle = ({ phase, figures }: MigrationDetail) =>
  phase === 'perform' && (figures?.processedBytes ?? 0) > 10 * 2 ** 20

async function startedMove(options: MigrationOptionsInput = slow) {
  const moves = await movesOf()
  const id = await moves.begin(name, 'beta', 'gamma', options)
  await moves.when(id, 'the middle', inTheMiddle)
  return { moves, id }
}

describe('in the middle of sending', () => {
  test("the target's libvirtd dies", async () => {
    const { moves, id } = await startedMove()
    await gamma.killLibvirtd()
    await moves.when(id, 'the end of sending', ({ phase }) => phase !== 'perform')
    await gamma.startLibvirtd()
    const { job } = await moves.end(id)
    expect(job.state).toBe('failed')
    expect(moves.detail(id).result).toMatchObject({ outcome: 'failed', where: 'source' })
    expect(job.problem?.detail).toMatch(/gamma.*The guest runs on beta/)
    await runsOnlyOn('beta')
  })

  test("the source's libvirtd dies", async () => {
    const { moves, id } = await startedMove()
    await beta.killLibvirtd()
    await moves.when(id, 'the loss', ({ phase }) => phase === 'recover')
    await beta.startLibvirtd()
    const { job } = await moves.end(id)
    expect(job.state).toBe('failed')
    expect(moves.detail(id).result).toMatchObject({ where: 'source' })
    await runsOnlyOn('beta')
  })

  test('the target host loses power', async () => {
    const { moves, id } = await startedMove()
    try {
      await gamma.kill()
      await moves.when(id, 'the loss', ({ phase }) => phase === 'recover', 60_000)
      expect((await beta.virsh('domstate', name)).trim()).toBe('running')
    } finally {
      await gamma.start()
      await gamma.startGuests()
    }
    const { job } = await moves.end(id)
    expect(moves.detail(id).result).toMatchObject({ outcome: 'failed', where: 'source' })
    expect(job.problem?.detail).toContain('The guest runs on beta')
    await runsOnlyOn('beta')
  }, 240_000)

  test('the source host loses power: nothing half is left on the target', async () => {
    const { moves, id } = await startedMove()
    try {
      await beta.kill()
      await moves.when(id, 'the loss', ({ phase }) => phase === 'recover', 60_000)
    } finally {
      await beta.start()
      await beta.startGuests()
    }
    const { job } = await moves.end(id)
    expect(job.state).toBe('failed')
    expect(moves.detail(id).result?.where).toBe('nowhere')
    expect(job.problem?.detail).toContain('start it on beta')
    expect(await places()).toEqual({ beta: 'shut off', gamma: 'none' })
  }, 240_000)

  test('the link to the target is cut', async () => {
    const { moves, id } = await startedMove()
    try {
      await gamma.cutNetwork()
      const { verdict } = await moves.when(
        id,
        'a dead link',
        (detail) => detail.verdict.kind === 'stalled',
      )
      expect(verdict.sinceMs).toBeGreaterThan(0)
      await moves.when(id, 'the loss', ({ phase }) => phase === 'recover', 90_000)
      expect((await beta.virsh('domstate', name)).trim()).toBe('running')
    } finally {
      await gamma.restoreNetwork()
    }
    await moves.end(id, 120_000)
    expect(moves.detail(id).result).toMatchObject({ outcome: 'failed', where: 'source' })
    await runsOnlyOn('beta')
  }, 300_000)

  test('somebody aborts it by virsh', async () => {
    const { moves, id } = await startedMove()
    await beta.virsh('domjobabort', name)
    const { job } = await moves.end(id)
    expect(job.problem?.libvirt?.code).toBe(78)
    await runsOnlyOn('beta')
  })
})

describe('after the switch to post-copy', () => {
  /** A move whose link broke while the memory followed; both hosts have said so. */
  async function brokenPostCopy(postCopyBandwidthMiBps: number) {
    const options = { ...slow, postCopy: true, postCopyBandwidthMiBps }
    const { moves, id } = await startedMove(options)
    await moves.moves.control(id, { control: 'post-copy' }, 'otto')
    await moves.when(id, 'post-copy', ({ phase }) => phase === 'post-copy')
    const onTarget = moves.labFleet.fleet.hostOf('gamma').inventory.domains
    await moves.labFleet.when(
      'the guest to run on the target',
      () => onTarget.get(guestOn('gamma').uuid)?.stateReason === 'postcopy',
      20_000,
    )
    // A vCPU that wants a page of the kernel while it holds QEMU's lock (TCG delivers interrupts so)
    // would keep QEMU from any command once the link is gone: let the kernel's pages come first.
    await guestOn('gamma').waitReady(20_000)
    await guestWrites('gamma')
    // Both ends of the connection between the two QEMUs are reset.
    const ports = '( sport >= :49152 and sport <= :49215 )'
    await gamma.exec('ss', '-K', '-t', 'state', 'established', ports)
    const broken = await moves.when(
      id,
      'the break',
      ({ controls }) => controls.resume === null,
      60_000,
    )
    expect(broken.controls.abort).toBe('no-way-back')
    expect(broken.result).toBeNull()
    for (const host of [beta, gamma]) {
      expect(await host.virsh('domstate', name, '--reason')).toContain('post-copy failed')
    }
    return { moves, id }
  }

  test('the link between the hosts breaks: both halves are kept until somebody ends them', async () => {
    const { moves, id } = await brokenPostCopy(4)
    const said = moves.job(id).log.map(({ text }) => text)
    expect(said.join()).toContain('Mend the link, then resume')
    // QEMU 7.2 without KVM may not answer any more while it waits for a page.
    for (const host of [beta, gamma]) await host.crashGuest(name)
    await moves.end(id)
    expect(await places()).toEqual({ beta: 'shut off', gamma: 'none' })
  }, 180_000)

  test('the link broke: resumed, the rest of the memory follows', async () => {
    const { moves, id } = await brokenPostCopy(4)
    const { command } = await moves.moves.control(id, { control: 'resume' }, 'otto')
    expect(command).toContain('--postcopy-resume')
    const { job, log } = await moves.end(id, 120_000)
    expect(job.state, JSON.stringify(log)).toBe('done')
    expect(moves.detail(id).result).toMatchObject({ outcome: 'moved', where: 'target' })
    await runsOnlyOn('gamma')
  }, 240_000)
})

describe('just before a step is sent', () => {
  const steps = [
    { call: 'prepare', kill: 'source', runsOn: 'beta' },
    { call: 'prepare', kill: 'target', runsOn: 'beta' },
    { call: 'perform', kill: 'source', runsOn: 'beta' },
    { call: 'perform', kill: 'target', runsOn: 'beta' },
    { call: 'finish', kill: 'source', runsOn: 'gamma' },
    { call: 'finish', kill: 'target', runsOn: 'beta' },
    { call: 'confirm', kill: 'source', runsOn: 'gamma' },
    { call: 'confirm', kill: 'target', runsOn: 'gamma' },
  ] as const
  test.each(steps)(
    '$call: libvirtd of the $kill dies',
    async ({ call, kill, runsOn }) => {
      const host = kill === 'source' ? beta : gamma
      let begun = false
      let killed = false
      const moves = await movesOf({
        before: async (next) => {
          if (next !== call || begun) return
          begun = true
          await host.killLibvirtd()
          killed = true
        },
      })
      const id = await moves.begin(name, 'beta', 'gamma')
      await moves.when(id, 'the kill', () => killed)
      await host.startLibvirtd()
      const { job, log } = await moves.end(id)
      expect(moves.detail(id).result?.where, JSON.stringify([job.problem, log])).toBe(
        runsOn === 'beta' ? 'source' : 'target',
      )
      await runsOnlyOn(runsOn)
    },
    180_000,
  )
})

describe('Ballast itself is killed', () => {
  const dirs: string[] = []
  afterAll(() => {
    for (const dir of dirs) rmSync(dir, { recursive: true, force: true })
  })

  /** A Ballast of its own that moves the guest; killed when `when` comes out of it. */
  async function killedBallast(
    options: MigrationOptionsInput,
    when: { line: string; hold?: string; afterMs?: number },
  ): Promise<{ dir: string; id: string }> {
    const dir = mkdtempSync(join(tmpdir(), 'ballast-kill-'))
    dirs.push(dir)
    const script = join(import.meta.dirname, 'testing/move-child.ts')
    const child = spawn(
      process.execPath,
      [script, dir, 'beta', 'gamma', name, JSON.stringify(options), when.hold ?? ''],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    const close = () => {
      child.kill('SIGKILL')
      return gone
    }
    open.push({ close })
    let id = ''
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith('JOB ')) id = line.slice(4)
      if (line === when.line) break
    }
    // Let some memory go first, and the job be written down.
    await new Promise((resolve) => setTimeout(resolve, when.afterMs ?? 0))
    if (child.exitCode !== null) throw new Error(`the child ended with ${child.exitCode}`)
    await close()
    return { dir, id: id || '1' }
  }

  async function takenUp(dir: string, id: string): Promise<LabMoves> {
    const moves = await movesOf({ dir })
    moves.jobs.recover()
    expect(moves.job(id).job.id).toBe(id)
    return moves
  }

  test('a direct move ends on both sides, and its source goes on', async () => {
    const { dir, id } = await killedBallast(slow, { line: 'PHASE perform', afterMs: 3_000 })
    const moves = await takenUp(dir, id)
    const { job } = await moves.end(id)
    expect(job.state).toBe('interrupted')
    expect(job.problem?.detail).toMatch(/Ballast ended.*The guest runs on beta/)
    expect(moves.detail(id).result).toMatchObject({
      outcome: 'interrupted',
      where: 'source',
    })
    await runsOnlyOn('beta')
  }, 180_000)

  test('a peer-to-peer move goes on, and is picked up with its history', async () => {
    const { dir, id } = await killedBallast(
      { ...slow, maxDowntimeMs: 8_000, bandwidthMiBps: 6, way: 'peer-to-peer' },
      { line: 'PHASE perform', afterMs: 5_000 },
    )
    const moves = await takenUp(dir, id)
    const kept = moves.job(id).series.tMs.length
    expect(kept).toBeGreaterThan(2)
    await moves.when(
      id,
      'its figures again',
      ({ phase, figures }) => phase === 'perform' && figures !== null,
    )
    const { job, series } = await moves.end(id)
    expect(job.state).toBe('done')
    expect(series.tMs.length).toBeGreaterThan(kept)
    expect(moves.detail(id).result).toMatchObject({ outcome: 'moved', where: 'target' })
    expect(moves.detail(id).result?.downtimeMs).toBeGreaterThan(0)
    await runsOnlyOn('gamma')
  }, 180_000)

  test.each([
    { hold: 'prepare', runsOn: 'beta' },
    { hold: 'perform', runsOn: 'beta' },
    // All memory is there, but the target was never told to begin: it forgets it with the connection.
    { hold: 'finish', runsOn: 'beta' },
    { hold: 'confirm', runsOn: 'gamma' },
  ] as const)(
    'before $hold is sent: the guest runs on $runsOn',
    async ({ hold, runsOn }) => {
      const { dir, id } = await killedBallast({}, { line: 'HELD', hold, afterMs: 300 })
      const moves = await takenUp(dir, id)
      const { job } = await moves.end(id)
      expect(jobIsActive(job.state)).toBe(false)
      expect(migrationDetail.parse(job.detail).result?.where).toBe(
        runsOn === 'beta' ? 'source' : 'target',
      )
      await runsOnlyOn(runsOn)
    },
    180_000,
  )
})
