import { expect, test } from 'vitest'

import { endless, TestMoves } from './testing/test-moves.ts'

/* What is behind "End of file while reading data", asked of real hosts. */

const lab = new TestMoves()
const { beta, gamma } = lab

/** An isolated network that a test has on both hosts, until it takes it away. */
const network = `<network><name>twin</name><bridge name='virbr-twin'/></network>`
async function withTwin<T>(work: () => Promise<T>): Promise<T> {
  const create = `echo "${network}" > /run/twin.xml && virsh -q net-create /run/twin.xml`
  try {
    for (const host of [beta, gamma]) await host.exec('sh', '-c', create)
    return await work()
  } finally {
    await Promise.allSettled([beta, gamma].map((host) => host.virsh('net-destroy', 'twin')))
  }
}

/** A guest on beta whose network card is on that network. */
async function makeTwinGuest(name: string): Promise<string> {
  await lab.make(name, { running: false, network: true, workload: endless })
  const xml = await beta.virsh('dumpxml', '--inactive', name)
  await beta.define(xml.replace(`<source network='default'/>`, `<source network='twin'/>`))
  await beta.virsh('start', name)
  await lab.guestOn('beta', name).waitReady()
  return name
}

test(
  'a peer that hung up: what the target refuses now is found and said',
  () =>
    withTwin(async () => {
      const name = await makeTwinGuest('mover-hidden')
      const id = await lab.moves.begin(name, 'beta', 'gamma', {
        way: 'peer-to-peer',
        bandwidthMiBps: 4,
      })
      await lab.moves.when(id, 'the middle', ({ figures }) => (figures?.pass ?? 0) >= 1)
      await gamma.virsh('net-destroy', 'twin')
      gamma.killSessions()
      const { job } = await lab.moves.end(id)
      expect(job.state).toBe('failed')
      expect(job.problem?.libvirt?.message).toMatch(
        /End of file|Cannot recv data|socket is closed|Input\/output error/,
      )
      expect(job.problem?.detail).toMatch(/The cause: .*'twin'/)
      expect(lab.moves.detail(id).result).toMatchObject({
        outcome: 'failed',
        where: 'source',
      })
      // The question leaves nothing behind on either side.
      await expect(gamma.virsh('domstate', name)).rejects.toThrow('failed to get domain')
      await lab.writesOn('beta', name)
      await expect(beta.virsh('domjobinfo', name)).resolves.toMatch(/None/)
    }),
  120_000,
)

test('a peer that hung up and refuses nothing: only that is said', async () => {
  const name = await lab.make('mover-hung-up', { workload: endless })
  const id = await lab.moves.begin(name, 'beta', 'gamma', {
    way: 'peer-to-peer',
    bandwidthMiBps: 4,
  })
  await lab.moves.when(id, 'the middle', ({ figures }) => (figures?.pass ?? 0) >= 1)
  gamma.killSessions()
  const { job } = await lab.moves.end(id)
  expect(job.state).toBe('failed')
  expect(job.problem?.detail).toContain('The guest runs on beta, as before')
  expect(job.problem?.detail).not.toContain('The cause')
  await expect(gamma.virsh('domstate', name)).rejects.toThrow('failed to get domain')
  await lab.writesOn('beta', name)
}, 120_000)

test(
  'a target without the network: libvirt’s own words, by both ways',
  () =>
    withTwin(async () => {
      const name = await makeTwinGuest('mover-twin')
      await gamma.virsh('net-destroy', 'twin')
      for (const way of ['direct', 'peer-to-peer'] as const) {
        const { job } = await lab.moves.end(
          await lab.moves.begin(name, 'beta', 'gamma', { way }),
        )
        expect(job.state).toBe('failed')
        expect(job.problem?.detail).toContain("'twin'")
      }
      await lab.writesOn('beta', name)
    }),
  120_000,
)
