import { expect, test } from 'vitest'

import { LabMoves } from './testing/lab-moves.ts'
import { TestMoves } from './testing/test-moves.ts'

/* Definitions that move without a guest. */

const lab = new TestMoves()
const { beta, gamma } = lab

test.each([
  ['direct', true],
  ['direct', false],
  ['peer-to-peer', true],
  ['peer-to-peer', false],
] as const)(
  '%s, a definition moves offline and is written down; removed from the source: %s',
  async (way, undefineSource) => {
    const name = await lab.make('mover-off', { running: false })
    const file = `/etc/libvirt/qemu/${name}.xml`
    const uuid = lab.guestOn('beta', name).uuid
    await lab.moves.labFleet.when('the definition', () =>
      lab.moves.labFleet.fleet.hostOf('beta').inventory.domains.has(uuid),
    )
    const options = { way, offline: true, undefineSource }
    const id = lab.moves.startMove('beta', uuid, 'gamma', options)
    await lab.moved(id)
    // No step was refused, and nothing had to be put right.
    expect(lab.moves.jobs.get(id).log.filter(({ level }) => level !== 'info')).toEqual([])
    expect(await gamma.virsh('dominfo', name)).toMatch(/Persistent:\s+yes/)
    expect(await gamma.exec('cat', file)).toContain(`<uuid>${uuid}</uuid>`)
    if (undefineSource) {
      await expect(beta.virsh('dominfo', name)).rejects.toThrow('failed to get domain')
      await expect(beta.exec('cat', file)).rejects.toThrow('No such file')
    } else {
      expect(await beta.virsh('dominfo', name)).toMatch(/Persistent:\s+yes/)
      expect(await beta.exec('cat', file)).toContain(`<uuid>${uuid}</uuid>`)
    }

    await gamma.killLibvirtd()
    const { fleet } = lab.moves.labFleet
    await lab.moves.labFleet.when('loss', () => fleet.getHost('gamma').state !== 'online')
    await gamma.startLibvirtd()
    expect(await gamma.virsh('dominfo', name)).toMatch(/Persistent:\s+yes/)
    expect((await gamma.virsh('domuuid', name)).trim()).toBe(uuid)
    await lab.moves.labFleet.whenState('gamma', 'online', 60_000)
  },
  120_000,
)

test('what a broken offline move left on the target is removed, and the next one arrives', async () => {
  const name = await lab.make('mover-remnant', { running: false })
  const { uuid } = lab.guestOn('beta', name)
  const seen: string[] = []
  const moves = await new LabMoves(['beta', 'gamma'], {
    before: async (call) => {
      if (call !== 'finish' || seen.length > 0) return
      seen.push(await gamma.virsh('dominfo', name))
      gamma.killSessions()
    },
  }).start()
  try {
    await moves.labFleet.when('the definition', () =>
      moves.labFleet.fleet.hostOf('beta').inventory.domains.has(uuid),
    )
    const id = moves.startMove('beta', uuid, 'gamma', { offline: true })
    const { job, log } = await moves.end(id)
    expect(seen.join(), JSON.stringify([job.problem, log])).toMatch(/Persistent:\s+no/)
    expect(job.state).toBe('failed')
    expect(job.problem?.detail).toContain('is defined on beta, as before')
    expect(moves.detail(id).result).toMatchObject({ outcome: 'failed', where: 'source' })
    await expect(gamma.virsh('dominfo', name)).rejects.toThrow('failed to get domain')
    expect(await beta.virsh('dominfo', name)).toMatch(/Persistent:\s+yes/)

    await moves.labFleet.whenState('gamma', 'online', 60_000)
    const again = await moves.end(moves.startMove('beta', uuid, 'gamma', { offline: true }))
    expect(again.job.state, JSON.stringify(again.log)).toBe('done')
    expect(await gamma.virsh('dominfo', name)).toMatch(/Persistent:\s+yes/)
  } finally {
    await moves.close()
  }
}, 120_000)
