import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { LabFleet } from './testing/lab-fleet.ts'

let it: LabFleet

beforeAll(async () => {
  it = await new LabFleet(['beta', 'gamma']).start()
})
afterAll(() => it.fleet.close())

const spareUuid = '5b3b1c7e-0d3e-4d62-9a53-1d5a3b0e7f11'
const spareXml = `<domain type='qemu'><name>tmp-fleet</name><uuid>${spareUuid}</uuid>
  <memory unit='MiB'>64</memory><os><type arch='x86_64'>hvm</type></os></domain>`

describe('what is changed by virsh shows in under two seconds', () => {
  afterEach(async () => {
    for (const name of ['tmp-fleet', 'tmp-fleet-2']) {
      // Gone already where the test went through.
      await it
        .host('beta')
        .virsh('undefine', name)
        .catch(() => '')
    }
  })

  test('define, rename, undefine', async () => {
    const beta = it.host('beta')
    await beta.define(spareXml)
    expect(await it.when('defined', () => it.row('tmp-fleet') !== undefined)).toBeLessThan(
      2_000,
    )
    expect(it.row('tmp-fleet')!.state).toBe('shut-off')

    const gone: string[] = []
    const topic = { name: 'domain', host: 'beta', uuid: spareUuid } as const
    it.fleet.open(topic, {
      delta: () => undefined,
      gone: (reason) => void gone.push(reason),
    })
    await beta.virsh('domrename', 'tmp-fleet', 'tmp-fleet-2')
    expect(
      await it.when('renamed', () => it.row('tmp-fleet-2') !== undefined),
    ).toBeLessThan(2_000)
    expect(it.row('tmp-fleet')).toBeUndefined()
    expect(gone).toEqual([])

    await beta.virsh('undefine', 'tmp-fleet-2')
    expect(
      await it.when('undefined', () => it.row('tmp-fleet-2') === undefined),
    ).toBeLessThan(2_000)
    expect(gone).toHaveLength(1)
  })

  test('setmem, shown as somebody else’s change', async () => {
    const guest = it.guest('app2')
    await it.when('settled', () => it.memory(guest).derived.usedKiB !== null)
    await it.when('watched for a while', () => it.memory(guest).floor !== null)
    const before = it.memory(guest).stats.actual!
    const seenSinceMs = performance.now()
    await it.when('the boot is over', () => performance.now() - seenSinceMs > 5_500, 8_000)
    await it.host('beta').virsh('setmem', 'app2', '160M', '--live')
    try {
      const took = await it.when(
        'the balloon moved',
        () => Math.abs(it.memory(guest).stats.actual! - 160 * 1024) <= 1024,
      )
      expect(took).toBeLessThan(2_000)
      const { resize } = it.memory(guest)
      expect(resize).toMatchObject({ by: 'outside', fromKiB: before })
      expect(resize!.command).toContain('setmem app2')
    } finally {
      await it.host('beta').virsh('setmem', 'app2', `${before}K`, '--live')
      await it.when('put back', () => it.memory(guest).stats.actual === before)
    }
  })

  test('networks and pools', async () => {
    const gamma = it.host('gamma')
    const active = () =>
      it.fleet.getHost('gamma').pools.find(({ name }) => name === 'default')!.active
    await gamma.virsh('pool-destroy', 'default')
    try {
      expect(await it.when('pool off', () => !active())).toBeLessThan(2_000)
    } finally {
      await gamma.virsh('pool-start', 'default')
    }
    expect(await it.when('pool on', active)).toBeLessThan(2_000)
  })
})

describe('lifecycle by Ballast', () => {
  test('start, suspend, resume, destroy of a guest', async () => {
    const { uuid } = it.guest('spare1')
    const { command } = await it.fleet.actOnDomain('gamma', uuid, 'start')
    expect(command).toMatch(/^virsh -c 'qemu\+ssh:.*' start spare1$/)
    await it.when('running', () => it.row('spare1')!.state === 'running')
    await expect(it.fleet.actOnDomain('gamma', uuid, 'start')).rejects.toMatchObject({
      code: 'not_allowed_in_state',
    })
    await it.fleet.actOnDomain('gamma', uuid, 'suspend')
    await it.when('paused', () => it.row('spare1')!.state === 'paused')
    await it.fleet.actOnDomain('gamma', uuid, 'resume')
    await it.when('resumed', () => it.row('spare1')!.state === 'running')
    await it.fleet.actOnDomain('gamma', uuid, 'destroy')
    await it.when('off', () => it.row('spare1')!.state === 'shut-off')
    expect(it.row('spare1')!.memory.rssKiB).toBeNull()
  })
})

describe('a resize by Ballast', () => {
  test('is seen in the guest, survives a restart of Ballast, and is undone', async () => {
    const guest = it.guest('app2')
    await it.when(
      'a floor and a balloon at rest',
      () =>
        it.memory(guest).floor !== null && it.memory(guest).resize?.status !== 'following',
    )
    const before = it.memory(guest).stats.actual!
    const target = before - 32 * 1024
    const fullTotal = (await guest.meminfo())['MemTotal']!
    const { result } = await it.fleet.setMemoryTarget('beta', guest.uuid, {
      targetKiB: target,
      affects: 'live',
      pace: 'at-once',
      force: false,
      by: 'ann',
    })
    expect(result).toMatchObject({ fromKiB: before, targetKiB: target, by: 'ann' })
    await it.when('reached', () => it.memory(guest).resize?.status === 'reached')
    const shrunk = (await guest.meminfo())['MemTotal']!
    expect(Math.abs(fullTotal - 32 * 1024 - shrunk)).toBeLessThanOrEqual(1024)

    const later = await new LabFleet(['beta'], it.resizeStore).start()
    try {
      expect(later.memory(guest).undoTargetKiB).toBe(before)
      await later.fleet.undoMemoryTarget('beta', guest.uuid, 'bob')
      await later.when('undone', () => later.memory(guest).resize?.status === 'reached')
      expect(later.memory(guest).resize).toMatchObject({ by: 'bob', undoOf: result!.id })
    } finally {
      await later.fleet.close()
    }
    expect((await guest.meminfo())['MemTotal']!).toBe(fullTotal)
  })

  test('of the config alone is undone after a restart, whether the domain runs or not', async () => {
    const stores = [it.resizeStore, undefined, it.configChangeStore] as const
    for (const name of ['app1', 'spare1']) {
      const { uuid, hostName: host } = it.guest(name)
      const known = () => it.memory(it.guest(name)).configCurrentKiB !== null
      await it.when('the config is read', known)
      // What libvirt keeps for the next start, as virsh has it.
      const configured = async () => {
        const xml = await it.host(host).virsh('dumpxml', '--inactive', name)
        return Number(/<currentMemory unit='KiB'>(\d+)</.exec(xml)?.[1])
      }
      const [before, actual] = [await configured(), it.memory(it.guest(name)).stats.actual]
      const targetKiB = before - 16 * 1024
      const request = { affects: 'config', pace: 'steps', force: false } as const
      await it.fleet.setMemoryTarget(host, uuid, { ...request, targetKiB, by: 'ann' })
      expect(await configured()).toBe(targetKiB)
      const later = await new LabFleet([host], ...stores).start()
      try {
        const change = () => later.memory(it.guest(name)).configChange
        await later.when('the change is known', () => change() !== null)
        expect(change()).toMatchObject({ fromKiB: before, toKiB: targetKiB, by: 'ann' })
        const { command } = await later.fleet.undoMemoryTarget(host, uuid, 'bob', 'config')
        expect(command).toMatch(new RegExp(`setmem ${name} ${before} --config$`))
        expect(await configured()).toBe(before)
        await later.when('undo can be undone', () => change()?.toKiB === before)
        // Somebody else has the last word: there is nothing of ours to undo then. libvirt has no event
        // for it, so it is seen when somebody looks at the domain's memory.
        await it.host(host).virsh('setmem', name, String(targetKiB), '--config')
        const topic = { name: 'memory', host, uuid, windowSeconds: 60 } as const
        later.fleet.open(topic, { delta: () => undefined, gone: () => undefined })
        await later.when('it is not ours any more', () => change() === null)
        await expect(
          later.fleet.undoMemoryTarget(host, uuid, 'bob', 'config'),
        ).rejects.toMatchObject({ code: 'conflict' })
      } finally {
        await later.fleet.close()
        await it.host(host).virsh('setmem', name, String(before), '--config')
      }
      expect(it.memory(it.guest(name)).stats.actual).toBe(actual)
    }
  })

  test('is refused by name, and nothing is sent', async () => {
    const ask = (name: string, targetKiB: number, force = false) => {
      const guest = it.guest(name)
      const live = { affects: 'live', pace: 'at-once' } as const
      const request = { targetKiB, force, ...live, by: 'ann' }
      return it.fleet.setMemoryTarget(guest.hostName, guest.uuid, request)
    }
    const before = it.memory(it.guest('app2')).stats.actual
    await expect(ask('app2', 1024)).rejects.toMatchObject({ code: 'below_floor' })
    await expect(ask('app2', 8 * 1024 ** 2)).rejects.toMatchObject({
      code: 'above_maximum',
    })
    await expect(ask('app2', -5, true)).rejects.toMatchObject({ code: 'invalid' })
    await expect(ask('legacy1', 65_536, true)).rejects.toMatchObject({ code: 'no_balloon' })
    await expect(ask('spare1', 65_536, true)).rejects.toMatchObject({ code: 'not_running' })
    expect(it.memory(it.guest('app2')).stats.actual).toBe(before)
  })
})
