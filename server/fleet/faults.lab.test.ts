import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { LabFleet } from './testing/lab-fleet.ts'

let it: LabFleet

beforeAll(async () => {
  it = await new LabFleet(['beta', 'gamma']).start()
})
afterAll(() => it.fleet.close())

const gamma = () => it.host('gamma')

/** The other host was sampled in each second of the fault, but for one on either edge of it. */
function expectNeverNoticed(sinceMs: number): void {
  const seconds = Math.floor((Date.now() - sinceMs) / 1000)
  expect(it.fleet.getHost('beta').state).toBe('online')
  expect(it.sampledTicks('beta', sinceMs).length).toBeGreaterThanOrEqual(seconds - 2)
}

describe('a fault of one host', () => {
  let sinceMs = 0

  afterEach(async () => {
    expectNeverNoticed(sinceMs)
    await gamma().restoreNetwork()
    await gamma().startSshd()
    await gamma().startLibvirtd()
    await gamma().startGuests()
    await it.whenState('gamma', 'online', 40_000)
  }, 120_000)

  test('libvirtd killed and started again', async () => {
    sinceMs = Date.now()
    await gamma().killLibvirtd()
    await it.when('lost', () => it.fleet.getHost('gamma').failure !== null)
    expect(it.row('build1')).toMatchObject({ stale: true, state: 'running' })
    await gamma().startLibvirtd()
    await it.whenState('gamma', 'online', 30_000)
    await it.when('fresh', () => it.row('build1')?.stale === false)
  })

  test('libvirtd stopped: degraded within five seconds, live by itself', async () => {
    sinceMs = Date.now()
    await gamma().stopLibvirtd()
    try {
      expect(await it.whenState('gamma', 'degraded')).toBeLessThan(5_500)
      expect(it.fleet.getHost('gamma').failure?.kind).toBe('not-answering')
      expect(it.row('build1')?.stale).toBe(true)
    } finally {
      await gamma().contLibvirtd()
    }
    expect(await it.whenState('gamma', 'online')).toBeLessThan(3_000)
    expect(it.row('build1')?.stale).toBe(false)
  })

  test('libvirtd stopped for longer than the keepalive', async () => {
    sinceMs = Date.now()
    await gamma().stopLibvirtd()
    try {
      await it.when('given up', () => it.fleet.getHost('gamma').state !== 'online')
      await it.when(
        'connecting anew',
        () => ['connecting', 'offline'].includes(it.fleet.getHost('gamma').state),
        45_000,
      )
    } finally {
      await gamma().contLibvirtd()
    }
    await it.whenState('gamma', 'online', 30_000)
  }, 120_000)

  test('sshd and its sessions killed', async () => {
    sinceMs = Date.now()
    await gamma().killSshd()
    await gamma().killSessions()
    await it.whenState('gamma', 'offline')
    await it.when(
      'nobody listens',
      () => it.fleet.getHost('gamma').failure?.kind === 'connection-refused',
    )
    expect(it.fleet.getHost('gamma').nextTryMs).not.toBeUndefined()
    await gamma().startSshd()
    await it.whenState('gamma', 'online', 30_000)
  })

  test('the link cut without a reset, and back', async () => {
    sinceMs = Date.now()
    await gamma().cutNetwork()
    expect(await it.whenState('gamma', 'degraded')).toBeLessThan(5_500)
    await gamma().restoreNetwork()
    await it.whenState('gamma', 'online', 30_000)
  }, 60_000)

  test('the host rebooted: its domains are off, not gone', async () => {
    sinceMs = Date.now()
    await gamma().reboot()
    await it.when(
      'back, with all off',
      () =>
        it.fleet.getHost('gamma').state === 'online' &&
        it.row('build1')?.state === 'shut-off',
      60_000,
    )
    expect(it.rows().filter((row) => row.host === 'gamma')).toHaveLength(3)
  }, 120_000)

  test('a QEMU killed', async () => {
    sinceMs = Date.now()
    await gamma().crashGuest('build1')
    const took = await it.when('off', () => it.row('build1')?.state === 'shut-off')
    expect(took).toBeLessThan(2_000)
    expect(it.fleet.getHost('gamma').state).toBe('online')
    const { uuid } = it.guest('build1')
    await it.when(
      'the reason',
      () => it.fleet.getDomain('gamma', uuid).stateReason === 'crashed',
    )
  })

  test('closing leaves nothing behind while a host hangs', async () => {
    sinceMs = Date.now()
    const other = await new LabFleet(['gamma']).start()
    await gamma().stopLibvirtd()
    try {
      await other.whenState('gamma', 'degraded')
      const startedMs = performance.now()
      await other.fleet.close()
      expect(performance.now() - startedMs).toBeLessThan(2_000)
    } finally {
      await gamma().contLibvirtd()
    }
  })
})

describe('a host that cannot be used', () => {
  test('says so step by step, by what it is', async () => {
    const { fleet } = it
    const good = await fleet.testHost(it.host('gamma').uri)
    expect(good).toMatchObject({ ok: true, failure: null })
    expect(good.steps.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok'])

    const denied = await fleet.testHost(it.host('gamma').deniedUri)
    expect(denied).toMatchObject({ ok: false, failure: { kind: 'no-permission' } })

    const unknown = await fleet.testHost(
      it.host('gamma').uri.replace(/&?known_hosts=[^&]*/, ''),
    )
    expect(unknown).toMatchObject({ ok: false, failure: { kind: 'unknown-key' } })
    expect(unknown.failure?.hostKeys?.[0]?.fingerprint).toMatch(/^SHA256:/)

    const bad = await fleet.testHost('qemu+ssh://-oProxyCommand=touch/system')
    expect(bad).toMatchObject({ ok: false, failure: { kind: 'bad-uri' } })
    expect(bad.steps[0]).toMatchObject({ step: 'uri', status: 'failed' })
  })

  test('is refused and waits, while the others go on', async () => {
    const { result } = await it.fleet.addHost({
      uri: it.host('gamma').deniedUri,
      name: 'Denied Gamma',
    })
    expect(result.host).toBe('denied-gamma')
    await it.whenState('denied-gamma', 'refused')
    const host = it.fleet.getHost('denied-gamma')
    expect(host).toMatchObject({ nextTryMs: null, failure: { kind: 'no-permission' } })
    await it.fleet.updateHost('denied-gamma', { uri: `${it.host('gamma').uri}&no_tty=1` })
    await it.whenState('denied-gamma', 'online')
    await it.fleet.removeHost('denied-gamma')
    expect(() => it.fleet.getHost('denied-gamma')).toThrow(/no host/)
  })
})
