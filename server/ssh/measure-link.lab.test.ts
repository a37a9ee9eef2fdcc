import { afterEach, beforeAll, describe, expect, test } from 'vitest'

import { getLab } from '../../e2e/lab/index.ts'
import { createMeasureLink } from './measure-link.ts'
import { createProbePort } from './probe-port.ts'

/* Between real hosts, over the way that a migration takes, held against a shaper of the kernel. */

const lab = getLab()
const [beta, gamma] = [lab.host('beta'), lab.host('gamma')]
const measure = createMeasureLink({ knownHostsFile: '/dev/null' })
const ends = { sourceUri: beta.uri, targetUri: gamma.uri, hostname: 'gamma' }

let device = ''
beforeAll(async () => {
  const route = await beta.exec('ip', 'route', 'get', gamma.address)
  device = / dev (\S+)/.exec(route)?.[1] ?? ''
})
afterEach(async () => {
  await beta.exec('tc', 'qdisc', 'del', 'dev', device, 'root').catch(() => undefined)
})

describe('the speed of a link', () => {
  test.each([4, 16])(
    'of which the kernel lets through %i MiB/s is measured as that',
    async (mibps) => {
      const rate = `${mibps * 8 * 1024}kibit`
      const shape = ['root', 'tbf', 'rate', rate, 'burst', '64kb', 'latency', '50ms']
      await beta.exec('tc', 'qdisc', 'add', 'dev', device, ...shape)
      const speed = await measure(ends)
      if (!('mibps' in speed)) throw new Error(JSON.stringify(speed))
      // Ethernet, IP and TCP take their share of what passes.
      expect(speed.mibps / mibps).toBeGreaterThan(0.75)
      expect(speed.mibps / mibps).toBeLessThan(1.15)
    },
    40_000,
  )

  test('without a shaper is far above that, and nothing is left running or listening', async () => {
    const speed = await measure(ends)
    if (!('mibps' in speed)) throw new Error(JSON.stringify(speed))
    expect(speed.mibps).toBeGreaterThan(40)
    expect(speed.bytes).toBeGreaterThan(2 ** 20)
    await expect
      .poll(() => gamma.exec('ss', '-Hltn', 'sport = :49215'), { timeout: 16_000 })
      .toBe('')
    const probe = createProbePort({ knownHostsFile: '/dev/null' })
    expect(await probe(beta.uri, 'gamma', 49_215)).toBe('open')
  }, 40_000)

  test.each([
    { end: 'source', host: beta },
    { end: 'target', host: gamma },
  ] as const)(
    'cannot be measured where the $end has no netcat, which is said',
    async ({ end, host }) => {
      const netcat = (await host.exec('readlink', '-f', '/usr/bin/nc')).trim()
      await host.exec('mount', '--bind', '/dev/null', netcat)
      try {
        expect(await measure(ends)).toMatchObject({ failed: 'no-netcat', end })
      } finally {
        await host.exec('umount', netcat)
      }
    },
    40_000,
  )

  test('of a host that cannot be found by its name says so', async () => {
    const speed = await measure({ ...ends, hostname: 'nowhere.invalid' })
    expect(speed).toMatchObject({ failed: 'no-way', end: 'source' })
  }, 40_000)
})
