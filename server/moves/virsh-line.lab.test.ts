import { describe, expect, test, vi } from 'vitest'

import { run } from '../../e2e/lab/run.ts'
import { migrationOptions } from '../contract/migration.ts'
import type { MigrationOptionsInput } from '../contract/migration.ts'
import { endless, TestMoves } from './testing/test-moves.ts'

/* Moves beside the virsh line that Ballast shows for them: QEMU is told the same. */

const lab = new TestMoves()
const { beta, gamma } = lab
const MiB = 2 ** 20

/** What QEMU was told for the move that runs now: its capabilities and parameters. */
async function toldToQemu(name: string): Promise<Record<string, unknown>> {
  const told: Record<string, unknown> = {}
  for (const execute of ['query-migrate-capabilities', 'query-migrate-parameters']) {
    const text = await beta.virsh('qemu-monitor-command', name, JSON.stringify({ execute }))
    told[execute] = JSON.parse(text).return
  }
  return told
}

/** Runs the line that Ballast shows, with URIs that virsh can use here. */
async function virshMigrate(name: string, options: MigrationOptionsInput): Promise<string> {
  const { uuid } = lab.guestOn('beta', name)
  const parsed = migrationOptions.parse(options)
  const { command } = lab.moves.moves.preview('beta', uuid, 'gamma', parsed)
  const words = /.* migrate (.*)$/.exec(command)?.[1]?.split(' ') ?? []
  const to = parsed.way === 'direct' ? gamma.virshUri : (words[1] ?? '')
  return await run('virsh', ['-c', beta.virshUri, 'migrate', name, to, ...words.slice(2)], {
    timeoutMs: 60_000,
  })
}

describe('tells QEMU what the virsh line tells it', () => {
  const slow = { bandwidthMiBps: 4 }
  const cases: [string, MigrationOptionsInput][] = [
    ['xbzrle', { compression: ['xbzrle'], compressionXbzrleCacheBytes: 16 * MiB }],
    [
      'threads that compress',
      {
        compression: ['mt'],
        compressionMtLevel: 3,
        compressionMtThreads: 2,
        compressionMtDthreads: 1,
      },
    ],
    ['parallel connections', { parallelConnections: 3 }],
    ['parallel, peer to peer', { way: 'peer-to-peer', parallelConnections: 2 }],
    ['auto-converge', { autoConverge: { initialPercent: 40, incrementPercent: 15 } }],
    ['post-copy', { postCopy: true, postCopyBandwidthMiBps: 9 }],
  ]
  test.each(cases)(
    '%s',
    async (_what, options) => {
      const name = await lab.make('mover-told', { workload: endless })
      const id = await lab.moves.begin(name, 'beta', 'gamma', { ...options, ...slow })
      await lab.moves.when(id, 'the first pages', ({ figures }) => figures !== null)
      const ours = await toldToQemu(name)
      lab.moves.jobs.cancel(id, 'otto')
      expect((await lab.moves.end(id)).job.state).toBe('cancelled')

      const ended = virshMigrate(name, { ...options, ...slow }).catch(
        (error: Error) => error.message,
      )
      await vi.waitFor(
        async () => {
          expect(await beta.virsh('domjobinfo', name)).toContain('Memory remaining')
        },
        { timeout: 20_000, interval: 100 },
      )
      const theirs = await toldToQemu(name)
      await beta.virsh('domjobabort', name)
      expect(await ended).toMatch(/aborted|End of file|Input\/output/)
      expect(ours).toEqual(theirs)

      await lab.guestOn('beta', name).setWorkload({ dirtyMiBps: 2, workingSetMiB: 4 })
      // Ballast watches virsh's job as well, until it has heard of its end.
      const last = await vi.waitFor(() => lab.moves.begin(name, 'beta', 'gamma', options), {
        timeout: 30_000,
        interval: 300,
      })
      await lab.moved(last)
      await lab.writesOn('gamma', name)
    },
    180_000,
  )
})

test('tunnelled, the memory goes through libvirt’s own connection: QEMU opens no port', async () => {
  const name = await lab.make('mover-tunnel', { workload: endless })
  const connections = () =>
    gamma.exec('ss', '-H', '-tn', '( sport >= :49152 and sport <= :49215 )')
  const cap = { bandwidthMiBps: 4 }
  const direct = await lab.moves.begin(name, 'beta', 'gamma', cap)
  await lab.moves.when(direct, 'the first pages', ({ figures }) => figures !== null)
  expect(await connections()).toContain(beta.address)
  lab.moves.jobs.cancel(direct, 'otto')
  await lab.moves.end(direct)

  const tunnel = { way: 'peer-to-peer', tunnelled: true } as const
  const id = await lab.moves.begin(name, 'beta', 'gamma', { ...tunnel, ...cap })
  await lab.moves.when(id, 'the first pages', ({ figures }) => figures !== null)
  expect(await connections()).toBe('')
  await lab.guestOn('beta', name).setWorkload({ dirtyMiBps: 1, workingSetMiB: 2 })
  await lab.moves.moves.control(
    id,
    { control: 'bandwidth', mibPerSecond: 1000, postCopy: false },
    'otto',
  )
  await lab.moved(id)
  await lab.writesOn('gamma', name)
}, 180_000)

test('only what differs from the target’s own copy of a disk is copied (incremental)', async () => {
  const name = await lab.make('mover-inc', { diskMiB: 64 })
  const file = `/var/lib/libvirt/images/${name}.qcow2`
  const options: MigrationOptionsInput = { copyStorage: 'incremental' }
  // libvirt makes no target for it: the image that holds the rest must be there.
  const refused = await lab.moves.end(await lab.moves.begin(name, 'beta', 'gamma', options))
  expect(refused.job.state).toBe('failed')
  const words = await virshMigrate(name, options).catch((error: Error) => error.message)
  expect(refused.job.problem?.libvirt?.message).toMatch(/storage/)
  expect(words).toContain(refused.job.problem?.libvirt?.message)

  await gamma.exec('qemu-img', 'create', '-q', '-f', 'qcow2', file, '64M')
  await gamma.exec('qemu-io', '-c', 'write -P 7 32M 1M', file)
  await gamma.virsh('pool-refresh', 'default')
  const { result } = await lab.moved(await lab.moves.begin(name, 'beta', 'gamma', options))
  expect(result?.final?.diskTotalBytes).toBeLessThan(64 * MiB)
  const kept = await gamma.exec('qemu-io', '-U', '-r', '-c', 'read -P 7 32M 1M', file)
  expect(kept).not.toContain('Pattern verification failed')
}, 120_000)
