import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, expect, test } from 'vitest'

import { getLab } from '../../e2e/lab/index.ts'
import { evacuationDetail, evacuationOptions } from '../contract/evacuation.ts'
import { jobIsActive } from '../contract/job.ts'
import { MovePlanner } from '../fleet/index.ts'
import { LabMoves } from '../moves/testing/lab-moves.ts'
import { Evacuations } from './evacuations.ts'

const lab = getLab()
const names = ['evac-one', 'evac-two']
const dir = mkdtempSync(join(tmpdir(), 'ballast-evacuation-'))
const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
  for (const host of [lab.host('beta'), lab.host('gamma')]) {
    for (const name of names) await host.removeGuest(name)
  }
  rmSync(dir, { recursive: true, force: true })
})

/** A Ballast over the store of the one before it. */
async function ballast() {
  const moves = new LabMoves(['beta', 'gamma'], { dir })
  const { jobs, labFleet } = moves
  const evacuations = new Evacuations({
    jobs,
    moves: new MovePlanner({
      hosts: () => labFleet.fleet.hosts,
      runs: { recent: () => [], page: () => ({ total: 0, runs: [] }) },
      links: { get: () => null, put: () => undefined },
      measureLink: { measure: () => Promise.reject(new Error('unused')), lines: () => '' },
      probePort: () => Promise.resolve('unknown'),
    }),
    domainsOf: () => [],
    domainOf: (host, uuid) => {
      const { name, memory } = labFleet.fleet.getDomain(host, uuid)
      return { host, uuid, name, memoryKiB: memory.maximumKiB }
    },
    ready: (host) => labFleet.fleet.getHost(host).state === 'online',
    migrate: (...args) => moves.moves.start(...args),
  })
  let closed = false
  const close = async () => {
    if (closed) return
    closed = true
    evacuations.close()
    await moves.close()
  }
  open.push(close)
  return { moves, jobs, evacuations, close }
}

test('an evacuation goes on after a restart: the move that it cut is made again, then the others', async () => {
  const beta = lab.host('beta')
  for (const name of names) {
    await beta.makeGuest({ name, maximumMiB: 128, network: false, statsPeriodS: 1 })
  }
  const first = await ballast()
  await first.moves.start()
  const uuids: string[] = []
  for (const name of names) uuids.push(await first.moves.whenOn('beta', name))
  const { id } = first.evacuations.start({
    host: null,
    moves: uuids.map((uuid) => ({ host: 'beta', uuid, target: 'gamma' })),
    options: evacuationOptions.parse({ parallel: 1, bandwidthMiBps: 3 }),
    by: 'otto',
    role: 'operator',
  }).job
  const detailOf = ({ jobs }: typeof first) =>
    evacuationDetail.parse(jobs.get(id).job.detail)
  const child = () => detailOf(first).rows[0]?.job ?? null
  await first.moves.labFleet.when('the first move', () => child() !== null, 30_000)
  await first.moves.when(
    child()!,
    'the middle of it',
    ({ phase, figures }) =>
      phase === 'perform' && (figures?.processedBytes ?? 0) > 2 * 2 ** 20,
  )
  await first.close()
  expect((await beta.virsh('domstate', names[0]!)).trim()).toBe('running')

  const second = await ballast()
  // As at a real start: the jobs are taken up while no host is connected yet.
  const started = second.moves.start()
  second.jobs.recover()
  await started
  await second.moves.labFleet.when(
    'the end of all',
    () => !jobIsActive(second.jobs.get(id).job.state),
    200_000,
  )
  const { job, log } = second.jobs.get(id)
  expect(job.state, JSON.stringify(log)).toBe('done')
  expect(detailOf(second).rows.map(({ name, state, cuts }) => [name, state, cuts])).toEqual(
    [
      ['evac-one', 'moved', 1],
      ['evac-two', 'moved', 0],
    ],
  )
  // The first child is kept as what was cut.
  expect(job.children).toMatchObject({ total: 3, failed: 1 })
  for (const name of names) {
    expect((await lab.host('gamma').virsh('domstate', name)).trim()).toBe('running')
  }
  expect(await beta.virsh('list', '--name')).not.toContain('evac-')
}, 300_000)
