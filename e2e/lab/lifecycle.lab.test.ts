import { existsSync, readFileSync } from 'node:fs'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { linkName } from './host-process.ts'
import { getLab } from './index.ts'
import { down, status, up } from './lifecycle.ts'
import { findOwned, signal } from './processes.ts'
import { until } from './run.ts'
import { readState, type LabPlace } from './state.ts'

/** A second lab beside the shared one, with one host: the shared one is not to be taken down here. */
const place: LabPlace = {
  dir: '/run/ballast-lab-test',
  network: 78,
  cacheDir: '/var/cache/ballast-lab',
}

beforeEach(() => down(place))
afterEach(() => down(place))

function expectNoTrace(): void {
  expect(existsSync(place.dir)).toBe(false)
  expect(existsSync(`${place.dir}.lock`)).toBe(false)
  expect(existsSync(`/sys/class/net/${linkName(place.network)}`)).toBe(false)
  expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(place.dir)
  expect(findOwned(place.dir)).toEqual([])
}

test('up is done once, down leaves nothing, and both may be repeated', async () => {
  expect(await up(place, { hosts: 1 })).toBe(true)
  expect((await status(place)).state).toBe('up')
  const host = getLab(place).host('alpha')
  const inside = host.processes()
  expect(inside.map(({ command }) => command)).toContain('libvirtd')

  const before = readState(place.dir)
  expect(await up(place, { hosts: 1 })).toBe(false)
  expect(readState(place.dir)).toEqual(before)

  await down(place)
  expectNoTrace()
  for (const process of inside)
    expect(signal(process, 'SIGCONT'), process.commandLine).toBe(false)
  expect((await status(place)).state).toBe('down')
  await down(place)
}, 120_000)

test('what a killed lab leaves is cleaned by the next up', async () => {
  await up(place, { hosts: 1 })
  const old = readState(place.dir)!
  for (const process of [old.switch, ...old.hosts.map(({ outer }) => outer)])
    signal(process, 'SIGKILL')
  await until('the host to die with its outer process', 5000, () =>
    old.hosts.every(({ init }) => !signal(init, 'SIGCONT')),
  )
  expect((await status(place)).state).toBe('down')
  expect(await up(place, { hosts: 1 })).toBe(true)
  expect((await status(place)).state).toBe('up')
  await getLab(place).host('alpha').ssh('true')
}, 120_000)

test('a host that died alone is started again, and the guests that are missing', async () => {
  await up(place, { hosts: 1 })
  const host = getLab(place).host('alpha')
  await host.kill()
  expect((await status(place)).state).toBe('partial')
  expect(await up(place, { hosts: 1 })).toBe(true)
  expect(host.qemuPid('web1')).toBeGreaterThan(1)
  await host.virsh('destroy', 'cache1')
  await host.virsh('undefine', 'cache1')
  expect(await up(place, { hosts: 1 })).toBe(true)
  expect(host.qemuPid('cache1')).toBeGreaterThan(1)
}, 120_000)

test('two that start the same guests at the same time do not disturb each other', async () => {
  await up(place, { hosts: 1 })
  const host = getLab(place).host('alpha')
  await host.virsh('destroy', 'web1')
  await host.virsh('suspend', 'cache1')
  await Promise.all([host.startGuests(), host.startGuests(), up(place, { hosts: 1 })])
  expect(host.qemuPid('web1')).toBeGreaterThan(1)
  expect((await host.virsh('domstate', 'cache1')).trim()).toBe('running')
}, 180_000)
