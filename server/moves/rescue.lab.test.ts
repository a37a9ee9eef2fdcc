import { describe, expect, test } from 'vitest'

import type { MigrationOptionsInput } from '../contract/migration.ts'
import { endless, jobInfo, TestMoves } from './testing/test-moves.ts'

/* A guest that does not converge under a cap: what is said of it, and each way out. */

const lab = new TestMoves()
const { beta, gamma } = lab
const MiB = 2 ** 20
const capped: MigrationOptionsInput = { bandwidthMiBps: 30, maxDowntimeMs: 100 }

describe('a guest that does not converge', () => {
  /** Begins such a move and waits until it is said to be stuck. */
  async function stuck(options: MigrationOptionsInput = {}, workload: object = {}) {
    const name = await lab.make('mover-stuck', { workload: { ...endless, ...workload } })
    const id = await lab.moves.begin(name, 'beta', 'gamma', { ...capped, ...options })
    const detail = await lab.moves.when(
      id,
      'a verdict',
      ({ verdict }) => verdict.kind === 'stuck',
      60_000,
    )
    const cap = options.bandwidthMiBps ?? capped.bandwidthMiBps!
    // A machine that has too much to do sends less than it may: virsh knows how much.
    const sent = jobInfo(await beta.virsh('domjobinfo', name))['Memory bandwidth'] ?? 0
    expect(sent).toBeGreaterThan(0)
    const reached = Math.min(cap, sent / MiB)
    expect(detail.verdict.linkMiBps! / reached).toBeGreaterThan(0.67)
    expect(detail.verdict.linkMiBps! / cap).toBeLessThan(1.33)
    expect(detail.verdict.endsAtMs).toBeNull()
    return { name, id, detail }
  }

  test('its figures are those of domjobinfo, and its bar never runs backwards', async () => {
    const { name, id } = await stuck()
    const percents: number[] = []
    for (let attempt = 0; ; attempt++) {
      const virsh = jobInfo(await beta.virsh('domjobinfo', name))
      const { figures, progressPercent } = lab.moves.detail(id)
      percents.push(progressPercent)
      expect(virsh['Data total']! / (figures?.totalBytes ?? 1)).toBeCloseTo(1, 2)
      expect(virsh['Page size']).toBe(figures?.pageBytes)
      const close = (a = 0, b: number | null = 0, within: number) =>
        Math.abs(a - (b ?? 0)) <= within
      const same =
        virsh['Iteration'] === figures?.pass &&
        close(virsh['Memory remaining'], figures?.memoryRemainingBytes ?? null, 24 * MiB) &&
        close(virsh['Memory processed'], figures?.memoryProcessedBytes ?? null, 24 * MiB) &&
        close(virsh['Dirty rate'], figures?.dirtyPagesPerSecond ?? null, 2_000) &&
        close(virsh['Memory bandwidth'], figures?.memoryBytesPerSecond ?? null, 8 * MiB)
      if (same && attempt >= 5) break
      expect(attempt).toBeLessThan(40)
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    expect(percents).toEqual(percents.toSorted((a, b) => a - b))
    expect(lab.moves.detail(id).setback?.grewBytes).toBeGreaterThan(10 * MiB)
    lab.moves.jobs.cancel(id, 'otto')
    const { job } = await lab.moves.end(id)
    expect(job.state).toBe('cancelled')
    expect(lab.moves.detail(id).result).toMatchObject({
      outcome: 'aborted',
      where: 'source',
    })
    await lab.writesOn('beta', name)
    await expect(gamma.virsh('domstate', name)).rejects.toThrow('failed to get domain')
  }, 120_000)

  test('is one row of the fleet, shown as moving', async () => {
    const { name, id } = await stuck()
    const rows = lab.moves.labFleet.rows().filter((row) => row.name === name)
    expect(rows).toMatchObject([
      {
        host: 'beta',
        move: { job: id, source: 'beta', target: 'gamma', phase: 'perform' },
      },
    ])
    lab.moves.jobs.cancel(id, 'otto')
    await lab.moves.end(id)
    expect(lab.moves.labFleet.row(name)).not.toHaveProperty('move.job')
  }, 120_000)

  test('is rescued by more bandwidth', async () => {
    const { name, id } = await stuck()
    await lab.moves.moves.control(
      id,
      { control: 'bandwidth', mibPerSecond: 1000, postCopy: false },
      'otto',
    )
    expect((await lab.moves.detail(id)).bandwidthMiBps).toBe(1000)
    await lab.moved(id)
    await lab.writesOn('gamma', name)
  }, 120_000)

  test('is rescued by a longer downtime', async () => {
    const { name, id, detail } = await stuck()
    const ms = (detail.verdict.neededDowntimeMs ?? 0) + 1_000
    const { command } = await lab.moves.moves.control(
      id,
      { control: 'downtime', ms },
      'otto',
    )
    expect(command).toContain(`migrate-setmaxdowntime ${name} ${ms}`)
    await lab.moved(id)
    await lab.writesOn('gamma', name)
    expect(lab.moves.detail(id).steering).toMatchObject([
      { by: 'otto', control: 'downtime', value: `${ms} ms`, error: null },
    ])
  }, 120_000)

  test('is rescued by post-copy', async () => {
    const { name, id } = await stuck({ postCopy: true, postCopyBandwidthMiBps: 10 })
    await lab.moves.moves.control(id, { control: 'post-copy' }, 'otto')
    const after = await lab.moves.when(
      id,
      'post-copy',
      ({ phase }) => phase === 'post-copy',
    )
    expect(after.controls).toMatchObject({
      abort: 'no-way-back',
      'post-copy': 'no-way-back',
    })
    expect(lab.moves.labFleet.rows().filter((row) => row.name === name)).toMatchObject([
      { host: 'gamma' },
    ])
    expect(() => lab.moves.jobs.cancel(id, 'otto')).toThrow('aborting would lose it')
    // While pages are on their way QEMU gives none back to the host.
    const { uuid } = lab.guestOn('gamma', name)
    const { labFleet } = lab.moves
    const inhibitedBy = () => labFleet.fleet.getMemory('gamma', uuid).inhibitedBy
    await labFleet.when('no balloon now', () => inhibitedBy() === 'postcopy')
    expect(await gamma.virsh('domstate', '--reason', name)).toContain('post-copy')
    const { result } = await lab.moved(id)
    expect(result?.final?.postCopyRequests).toBeGreaterThan(0)
    await labFleet.when('the balloon is free again', () => inhibitedBy() === null)
    await lab.writesOn('gamma', name)
  }, 120_000)

  /** Burns its vCPU and writes at 80 MiB/s as long as it may run: four times what the cap lets through. */
  const braked = { fillMiB: 8, dirtyMiBps: 80, workingSetMiB: 40, busy: true }
  const narrow = { bandwidthMiBps: 20, maxDowntimeMs: 100 }

  test('is rescued by auto-converge: stuck without, moved with the brake', async () => {
    const { name, id } = await stuck(narrow, braked)
    lab.moves.jobs.cancel(id, 'otto')
    expect((await lab.moves.end(id)).job.state).toBe('cancelled')

    const autoConverge = { initialPercent: 50, incrementPercent: 20 }
    const again = await lab.moves.begin(name, 'beta', 'gamma', { ...narrow, autoConverge })
    await lab.moves.when(
      again,
      'the brake',
      ({ figures }) => (figures?.throttlePercent ?? 0) >= 50,
      60_000,
    )
    await lab.moved(again, 150_000)
    // The brake is on the source alone: the guest writes at its own rate again.
    await lab.writesOn('gamma', name)
  }, 300_000)

  test('is braked harder when told to', async () => {
    const autoConverge = { initialPercent: 10, incrementPercent: 1 }
    const { name, id } = await stuck({ ...narrow, autoConverge }, braked)
    await lab.moves.when(
      id,
      'the brake',
      ({ figures }) => (figures?.throttlePercent ?? 0) >= 10,
    )
    await lab.moves.moves.control(
      id,
      { control: 'throttle', incrementPercent: 60, maxPercent: 99 },
      'otto',
    )
    await lab.moves.when(
      id,
      'the harder brake',
      ({ figures }) => (figures?.throttlePercent ?? 0) >= 70,
      90_000,
    )
    await lab.moved(id, 150_000)
    await lab.writesOn('gamma', name)
  }, 300_000)

  test('what was not asked for at the start is refused with the reason', async () => {
    const { id } = await stuck()
    await expect(
      lab.moves.moves.control(id, { control: 'post-copy' }, 'otto'),
    ).rejects.toThrow('asked for when the move was started')
    await lab.moves.moves.control(id, { control: 'abort' }, 'otto')
    expect((await lab.moves.end(id)).job.state).toBe('cancelled')
  }, 120_000)
})
