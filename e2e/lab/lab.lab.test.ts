import { existsSync } from 'node:fs'

import { afterEach, expect, test } from 'vitest'

import { parseNumbers } from './guest.ts'
import { getLab } from './index.ts'
import { FLEET, uuidFor } from './plan.ts'
import { until } from './run.ts'

const lab = getLab()
const alpha = lab.host('alpha')
const db1 = lab.guest('db1')
const near = (a = 0, b = 0) => Math.abs(a - b) <= 1024
const stats = async (name: string) => parseNumbers(await alpha.virsh('dommemstat', name))

afterEach(async () => {
  await alpha.virsh('setmem', 'db1', '384M', '--live')
  await db1.resetWorkload()
})

test('each host has its own name and identity over ssh', async () => {
  const names = await Promise.all(lab.hosts.map((host) => host.ssh('hostname')))
  expect(names.map((name) => name.trim())).toEqual(FLEET.map(({ name }) => name))
  const capabilities = await Promise.all(
    lab.hosts.map((host) => host.ssh('virsh', 'capabilities')),
  )
  const uuids = capabilities.map((xml) => /<uuid>([^<]+)/.exec(xml)?.[1])
  expect(uuids).toEqual(lab.hosts.map(({ uuid }) => uuid))
  expect(new Set(uuids).size).toBe(lab.hosts.length)
})

test('each host has an active pool and network of its own, and no /dev/kvm', async () => {
  for (const host of lab.hosts) {
    expect(await host.virsh('pool-list', '--name')).toContain('default')
    expect(await host.virsh('net-list', '--name')).toContain('default')
    await expect(host.exec('test', '-e', '/dev/kvm')).rejects.toThrow()
  }
})

test('the guests of the plan run, with their identities', async () => {
  for (const plan of FLEET) {
    const host = lab.host(plan.name)
    const running = (await host.virsh('list', '--name')).split('\n')
    for (const { name, running: wanted } of plan.guests) {
      expect(running.includes(name), name).toBe(wanted)
      expect((await host.virsh('domuuid', name)).trim()).toBe(uuidFor(name))
      if (wanted)
        expect((await host.guest(name).meminfo())['MemTotal']).toBeGreaterThan(64 * 1024)
    }
  }
})

test("libvirt's statistics are the guest's own /proc/meminfo", async () => {
  await db1.setWorkload({ fillMiB: 60 })
  await until('a sample in which both agree', 10_000, async () => {
    const [own, seen] = [await db1.meminfo(), await stats('db1')]
    expect(seen['available']).toBe(own['MemTotal'])
    return near(seen['unused'], own['MemFree']) && near(seen['usable'], own['MemAvailable'])
  })
})

test('the balloon moves the memory that the guest has', async () => {
  await db1.setWorkload({})
  await until(
    'the whole of the memory',
    10_000,
    async () => (await stats('db1'))['actual'] === 384 * 1024,
  )
  const before = await db1.meminfo()
  await alpha.virsh('setmem', 'db1', '256M', '--live')
  await until(
    'the balloon',
    10_000,
    async () => (await stats('db1'))['actual'] === 256 * 1024,
  )
  // On a busy machine the guest's own figures follow a moment later.
  await until('the available memory to go down', 15_000, async () => {
    const after = await db1.meminfo()
    // With autodeflate the total stays; what goes is free memory, or cache that tests before left.
    expect(after['MemTotal']).toBe(before['MemTotal'])
    return before['MemAvailable']! - after['MemAvailable']! > 120 * 1024
  })
  const cache1 = await lab.guest('cache1').meminfo()
  expect(cache1['MemTotal']).toBeLessThan(192 * 1024)
})

test('the workload is set while the guest runs', async () => {
  await db1.setWorkload({})
  const idle = await db1.meminfo()
  await db1.setWorkload({ fillMiB: 100, dirtyMiBps: 20, workingSetMiB: 40, cacheMiB: 64 })
  const busy = await db1.meminfo()
  expect(Math.abs(busy['AnonPages']! - idle['AnonPages']! - 140 * 1024)).toBeLessThan(
    4 * 1024,
  )
  await until(
    'the page cache',
    10_000,
    async () => (await db1.meminfo())['Buffers']! > 60 * 1024,
  )

  const [from, began] = [(await db1.workload()).dirtiedPages, Date.now()]
  await until('a second of writing', 15_000, async () => {
    const written = ((await db1.workload()).dirtiedPages - from) / 256
    return written > 20 && Math.abs(written / ((Date.now() - began) / 1000) - 20) < 6
  })
})

test('a guest on which the workload asks too much comes back by itself', async () => {
  const { restarts } = await db1.workload()
  await db1.setWorkload({ fillMiB: 500 }, { wait: false })
  await until(
    'the OOM killer',
    60_000,
    async () => (await db1.workload()).restarts > restarts,
  )
  expect((await db1.workload()).workload.fillMiB).toBe(0)
}, 90_000)

test('a cut network swallows packets and comes back', async () => {
  const beta = lab.host('beta')
  await beta.cutNetwork()
  try {
    await expect(beta.ssh('-o', 'ConnectTimeout=1', 'true')).rejects.toThrow('timed out')
  } finally {
    await beta.restoreNetwork()
  }
  await until('ssh', 20_000, async () => {
    await beta.ssh('true')
    return true
  })
})

test('libvirtd can be killed, stopped and started under running guests', async () => {
  const beta = lab.host('beta')
  const pid = beta.qemuPid('app2')
  expect(pid).toBeGreaterThan(1)
  await beta.killLibvirtd()
  await expect(beta.virsh('list')).rejects.toThrow()
  await beta.startLibvirtd()
  expect(await beta.virsh('list', '--name')).toContain('app2')
  expect(beta.qemuPid('app2')).toBe(pid)
  beta.stopLibvirtd()
  await expect(beta.exec('timeout', '1', 'virsh', 'list')).rejects.toThrow()
  beta.contLibvirtd()
  expect(await beta.virsh('list', '--name')).toContain('app2')
})

test('sshd and its sessions can be killed apart', async () => {
  const beta = lab.host('beta')
  const session = beta.ssh('sleep', '60')
  const ended = session.then(
    () => 'done',
    () => 'broken',
  )
  await until('the session', 10_000, () =>
    beta.processes().some(({ commandLine }) => commandLine === 'sleep 60'),
  )
  await beta.killSshd()
  await expect(beta.ssh('true')).rejects.toThrow('refused')
  expect(beta.killSessions()).toBeGreaterThan(0)
  expect(await ended).toBe('broken')
  await beta.startSshd()
  await beta.ssh('true')
})

test('a stranger may log in but libvirt denies him', async () => {
  await expect(
    alpha.ssh('-l', 'stranger', 'virsh', '-c', 'qemu:///system', 'list'),
  ).rejects.toThrow('Permission denied')
})

test('a crashed guest is seen and comes back', async () => {
  const beta = lab.host('beta')
  await beta.crashGuest('app2')
  expect(beta.qemuPid('app2')).toBeUndefined()
  await until('libvirt to see it', 5000, async () =>
    (await beta.virsh('domstate', 'app2', '--reason')).includes('crashed'),
  )
  await beta.startGuests()
  expect((await beta.virsh('domstate', 'app2')).trim()).toBe('running')
})

test('a rebooted host has lost its domains and keeps their definitions', async () => {
  const gamma = lab.host('gamma')
  await gamma.reboot()
  expect((await gamma.virsh('list', '--name')).trim()).toBe('')
  expect(await gamma.virsh('list', '--all', '--name')).toContain('build1')
  await gamma.ssh('true')
  await gamma.startGuests()
  expect(existsSync(`/proc/${gamma.qemuPid('build1')}`)).toBe(true)
})
