import { setTimeout } from 'node:timers/promises'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { createOpenTransport } from '../ssh/open-transport.ts'
import type { HostLink } from './host-link.ts'
import { connectOverLibvirt } from './libvirt-link.ts'
import { LabFleet } from './testing/lab-fleet.ts'
import { silentLogger } from './testing/stores.ts'

let it: LabFleet
let other: HostLink

beforeAll(async () => {
  it = await new LabFleet(['alpha']).start()
  const { uri } = it.host('alpha')
  other = await connectOverLibvirt({
    openTransport: createOpenTransport({ knownHostsFile: '/dev/null' }),
    logger: silentLogger,
  })(uri, AbortSignal.timeout(20_000))
  await it.when('all guests report', () =>
    it.rows().every(({ memory }) => memory.usedKiB !== null && memory.health === 'ok'),
  )
})
afterAll(async () => {
  other.close()
  await it.fleet.close()
})

test('another client that asks for statistics all the time makes no gap', async () => {
  const fromMs = Date.now()
  let sweeps = 0
  let leftOut = 0
  // A guest without CPU time writes no statistics: a gap that is none of ours.
  const silent = new Set<string>()
  while (Date.now() - fromMs < 10_000) {
    sweeps++
    for (const row of await other.sweep()) if (row.stats.rss === null) leftOut++
    for (const { name, memory } of it.rows()) if (memory.health !== 'ok') silent.add(name)
    // What a loop of `virsh domstats` needs at least between two.
    await setTimeout(30)
  }
  // They did get in each other's way.
  expect(sweeps).toBeGreaterThan(10)
  expect(leftOut).toBeGreaterThan(0)
  for (const name of ['web1', 'db1', 'cache1']) {
    const read = it.fleet.seriesOf('alpha', it.guest(name).uuid)!.read(fromMs)
    expect(read.tMs.length).toBeGreaterThanOrEqual(8)
    const columns = silent.has(name) ? ['rssKiB'] : ['rssKiB', 'usedKiB', 'unusedKiB']
    for (const column of columns) expect(read[column]).not.toContain(null)
    if (!silent.has(name)) expect(it.row(name)!.spark).not.toContain(null)
  }
})
