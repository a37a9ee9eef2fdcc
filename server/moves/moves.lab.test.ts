import { describe, expect, test } from 'vitest'

import type { MigrationOptionsInput } from '../contract/migration.ts'
import { LabMoves } from './testing/lab-moves.ts'
import { endless, jobInfo, TestMoves } from './testing/test-moves.ts'

/* Real moves between two hosts of the lab; every figure is compared with virsh or with the guest. */

const lab = new TestMoves()
const { beta, gamma } = lab
const MiB = 2 ** 20

describe('back and forth', () => {
  test.each(['direct', 'peer-to-peer'] as const)(
    '%s, without disks',
    async (way) => {
      const name = await lab.make('mover-plain', {
        workload: { ...endless, dirtyMiBps: 5, workingSetMiB: 10 },
      })
      // Only what the guest gave before is asked of it after.
      await lab.moves.labFleet.when(
        'its statistics',
        () => lab.moves.labFleet.row(name)?.memory.health === 'ok',
        60_000,
      )
      const there = await lab.moved(await lab.moves.begin(name, 'beta', 'gamma', { way }))
      await lab.writesOn('gamma', name)
      await expect(beta.virsh('domstate', name)).rejects.toThrow('failed to get domain')
      // What libvirt keeps of the job on the target is what we say of it.
      const kept = jobInfo(
        await gamma.virsh('domjobinfo', name, '--completed', '--keep-completed'),
      )
      const { result } = there
      expect(result?.downtimeMs).toBe(kept['Total downtime'])
      expect(result?.setupMs).toBe(kept['Setup time'])
      expect(result?.final?.zeroPages).toBe(kept['Constant pages'])
      expect(result?.final?.normalPages).toBe(kept['Normal pages'])
      expect(result?.passes).toBe(kept['Iteration'])
      expect(result?.final?.pageBytes).toBe(kept['Page size'])
      expect((result?.transferredBytes ?? 0) / (kept['Data processed'] ?? 1)).toBeCloseTo(
        1,
        2,
      )
      expect((result?.final?.totalBytes ?? 0) / (kept['Data total'] ?? 1)).toBeCloseTo(1, 2)
      expect(result?.check).toMatchObject({
        state: 'running',
        vcpuTime: 'moving',
        balloonStats: 'moving',
        agent: 'none',
        answers: true,
      })
      await lab.moved(await lab.moves.begin(name, 'gamma', 'beta', { way }))
      await lab.writesOn('beta', name)
      await expect(gamma.virsh('domstate', name)).rejects.toThrow('failed to get domain')
    },
    120_000,
  )

  test.each(['direct', 'peer-to-peer'] as const)(
    '%s, with a disk that is copied',
    async (way) => {
      const name = await lab.make('mover-disk', { diskMiB: 64 })
      const file = `/var/lib/libvirt/images/${name}.qcow2`
      const options: MigrationOptionsInput = { way, copyStorage: 'full' }
      const id = await lab.moves.begin(name, 'beta', 'gamma', options)
      const { result } = await lab.moved(id)
      expect(result?.final?.diskTotalBytes).toBe(64 * MiB)
      const xml = await gamma.virsh('dumpxml', name)
      expect(xml).toContain(file)
      expect(await gamma.exec('stat', '-c', '%s', file)).not.toBe('')
      // The source's file stays: moving back writes into it again.
      await lab.moved(await lab.moves.begin(name, 'gamma', 'beta', options))
      expect(await lab.guestOn('beta', name).meminfo()).toHaveProperty('MemTotal')
    },
    120_000,
  )

  test('without copying, disks that are not shared are refused by libvirt, in its words', async () => {
    const name = await lab.make('mover-unsafe', { diskMiB: 16 })
    const { job } = await lab.moves.end(await lab.moves.begin(name, 'beta', 'gamma'))
    expect(job.state).toBe('failed')
    expect(job.problem?.libvirt).toMatchObject({ code: 81 })
    expect(job.problem?.detail).toContain('The guest runs on beta')
    expect((await beta.virsh('domstate', name)).trim()).toBe('running')
  }, 60_000)

  test('a guest whose definition the target lost again keeps that of the source', async () => {
    const name = await lab.make('mover-unwritten')
    let finished = false
    const hookedMoves = await new LabMoves(['beta', 'gamma'], {
      before: async (call, uri) => {
        if (call === 'finish') finished = true
        if (call !== 'domain' || !finished || !uri.includes(gamma.address)) return
        // A running domain that is undefined goes on as a transient one.
        finished = false
        await gamma.virsh('undefine', name)
      },
    }).start()
    try {
      const id = await hookedMoves.begin(name, 'beta', 'gamma')
      const { job } = await hookedMoves.end(id)
      expect(job.state).toBe('done')
      const { result } = hookedMoves.detail(id)
      expect(result).toMatchObject({ outcome: 'moved', where: 'target' })
      expect(result?.cause).toContain('Persistent: no')
      expect((await gamma.virsh('domstate', name)).trim()).toBe('running')
      expect((await beta.virsh('domstate', name)).trim()).toBe('shut off')
      expect(await beta.virsh('dominfo', name)).toMatch(/Persistent:\s+yes/)
    } finally {
      await hookedMoves.close()
    }
  }, 120_000)
})

describe('what others begin', () => {
  test('a move by virsh is listed, watched and aborted', async () => {
    const name = await lab.make('mover-foreign', { workload: endless })
    await lab.moves.whenOn('beta', name)
    await beta.virsh('migrate-setspeed', name, '20')
    await beta.virsh('migrate-setmaxdowntime', name, '50')
    const virsh = beta
      .virsh('migrate', '--live', '--p2p', name, `qemu+ssh://root@${gamma.address}/system`)
      .then(
        () => 'moved',
        (error: Error) => error.message,
      )
    const { uuid } = lab.guestOn('beta', name)
    const find = () =>
      lab.moves.jobs
        .list(
          {
            search: '',
            states: [],
            kinds: ['migration'],
            host: 'beta',
            uuid,
            owner: null,
            parent: 'any',
          },
          0,
          10,
        )
        .jobs.at(0)
    await lab.moves.labFleet.when('it to be listed', () => find() !== undefined, 20_000)
    const job = find()
    expect(job).toMatchObject({ owner: { type: 'external' }, state: 'running' })
    const id = job?.id ?? ''
    const detail = await lab.moves.when(
      id,
      'its figures',
      ({ figures }) => (figures?.pass ?? 0) >= 2,
      60_000,
    )
    expect(detail).toMatchObject({ external: true, source: 'beta', target: 'gamma' })
    lab.moves.jobs.cancel(id, 'otto')
    // Peer to peer its client is told that, or only that the peer hung up.
    expect(await virsh).not.toBe('moved')
    expect((await lab.moves.end(id)).job.state).toBe('cancelled')
    await lab.writesOn('beta', name)
  }, 120_000)
})

describe('what cannot begin', () => {
  test('is said before anything is sent', async () => {
    const name = await lab.make('mover-refused')
    const uuid = await lab.moves.whenOn('beta', name)
    expect(() => lab.moves.startMove('beta', uuid, 'beta', {})).toThrow('same host')
    expect(() => lab.moves.startMove('beta', uuid, 'nowhere', {})).toThrow(
      'no host nowhere',
    )
    expect(() =>
      lab.moves.startMove('beta', uuid, 'gamma', {
        way: 'peer-to-peer',
        peerUri: 'qemu+ssh://gamma/system?command=/tmp/x',
      }),
    ).toThrow('command')
    expect(() =>
      lab.moves.startMove('beta', uuid, 'gamma', { destinationXml: '<domain/>' }),
    ).toThrow('admin')
    const offline = await lab.moves.end(
      lab.moves.startMove('beta', uuid, 'gamma', { offline: true }),
    )
    expect(offline.job.problem?.detail).toContain('runs')
  }, 60_000)

  test('a name that is taken on the target', async () => {
    const name = await lab.make('mover-namesake')
    const { uuid } = lab.guestOn('beta', name)
    const id = await lab.moves.begin(name, 'beta', 'gamma', { destinationName: 'build1' })
    expect((await lab.moves.end(id)).job.problem).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('named build1'),
    })
    expect(lab.moves.labFleet.fleet.hostOf('beta').inventory.domains.get(uuid)?.state).toBe(
      'running',
    )
  }, 60_000)
})
