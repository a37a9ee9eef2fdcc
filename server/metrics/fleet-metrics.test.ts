import { expect, test } from 'vitest'

import { hostDetail } from '../../app/api/_lib/testing/samples.ts'
import { noStats } from '../fleet/live-domain.ts'
import { labelText } from './exposition.ts'
import { FleetMetrics } from './fleet-metrics.ts'
import type { HostFigures } from './fleet-metrics.ts'

const derived = {
  usedKiB: 300,
  cacheKiB: null,
  kernelReserveKiB: null,
  heldCacheKiB: null,
  overheadKiB: null,
  hostCostKiB: null,
  swapInKiBps: null,
  swapOutKiBps: null,
  majorFaultsPerS: null,
}
const domain = (name: string, active: boolean) => ({
  uuid: 'u1',
  name,
  active,
  stats: { ...noStats, rss: 2048, swap_in: 4 },
  derived,
  balloonKiB: 1024,
  maximumKiB: 4096,
  vcpuWaitPercent: 5,
  pressureScore: 40,
  cpuPercent: 12.5,
  vcpus: 2,
  statsAgeSeconds: 1.5,
})

const render = (...hosts: HostFigures[]) =>
  new FleetMetrics({
    version: '1.2.3',
    fleet: { figures: () => hosts },
    historyBytes: () => 77,
  }).render()

const host = (
  state: 'online' | 'offline',
  domains = [domain('db1', true)],
): HostFigures => ({
  summary: { ...hostDetail, state },
  domains: () => domains,
})

test('has bytes and seconds, and no line for what is not known', async () => {
  const text = await render(host('online'))
  const labels = '{host="alpha",domain="db1",uuid="u1"}'
  expect(text).toContain('ballast_host_up{host="alpha"} 1\n')
  expect(text).toContain(`ballast_domain_memory_used_bytes${labels} ${300 * 1024}\n`)
  expect(text).toContain(`ballast_domain_swap_in_bytes_total${labels} 4096\n`)
  expect(text).toContain(`ballast_domain_cpu_usage_ratio${labels} 0.125\n`)
  expect(text).toContain(`ballast_domain_memory_pressure_ratio${labels} 0.4\n`)
  expect(text).toContain(`ballast_domain_vcpu_wait_ratio${labels} 0.05\n`)
  expect(text).not.toContain('ballast_domain_memory_cache_bytes{')
  expect(text).toContain('ballast_build_info{version="1.2.3"} 1\n')
  expect(text).toContain('ballast_history_bytes 77\n')
})

test('each family has help and type once, before its samples, and all lines are well formed', async () => {
  const beta = host('online')
  const text = await render(host('online'), {
    ...beta,
    summary: { ...beta.summary, host: 'beta' },
  })
  const heads = [...text.matchAll(/^# TYPE (\S+) (gauge|counter)$/gm)].map(
    ([, name]) => name,
  )
  expect(new Set(heads).size).toBe(heads.length)
  let family = ''
  for (const line of text.trimEnd().split('\n')) {
    const head = /^# (?:HELP|TYPE) (\S+) \S/.exec(line)
    if (head) family = head[1]!
    else expect(line).toMatch(new RegExp(`^${family}(\\{[^}]*\\})? -?[0-9.e+-]+$`))
  }
})

test('of a host that does not answer there is only that, of a domain that is off likewise', async () => {
  const offline = await render(host('offline'))
  expect(offline).toContain('ballast_host_up{host="alpha"} 0\n')
  expect(offline).not.toMatch(/^ballast_domain_\w+\{/m)
  const off = await render(host('online', [domain('db1', false)]))
  expect(off).toMatch(/^ballast_domain_up\{.*\} 0$/m)
  expect(off).not.toMatch(/^ballast_domain_memory_rss_bytes\{/m)
})

test('a name cannot break out of its label', () => {
  expect(labelText({ domain: 'a"} 1\nb\\' })).toBe('{domain="a\\"} 1\\nb\\\\"}')
})
