import { readFileSync } from 'node:fs'

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { freezeStatistics } from '../../e2e/lab/frozen-driver.ts'
import { guestXml } from '../../e2e/lab/guest-xml.ts'
import { guestPlan } from '../../e2e/lab/plan.ts'
import { until } from '../../e2e/lab/run.ts'
import { readDomainXml } from './domain-xml.ts'
import { HugePages } from './testing/huge-pages.ts'
import { LabFleet } from './testing/lab-fleet.ts'

const MiB = 1024
const name = 'tmp-health'
const shrink = {
  targetKiB: 128 * MiB,
  affects: 'live',
  pace: 'at-once',
  by: 'ann',
} as const

let it: LabFleet

beforeAll(async () => {
  it = await new LabFleet(['alpha']).start()
})
afterAll(() => it.fleet.close())
afterEach(() => it.host('alpha').removeGuest(name))

/** What QEMU of the guest takes of the host now, KiB: in RAM, and of huge pages. */
function costOf() {
  const status = readFileSync(`/proc/${it.host('alpha').qemuPid(name)}/status`, 'utf8')
  const of = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1])
  return { rssKiB: of('VmRSS'), hugeKiB: of('HugetlbPages') }
}
const health = () => memory().health
const guest = () => it.host('alpha').guest(name)
const known = () => it.row(name) !== undefined
const memory = () => it.fleet.getMemory('alpha', guest().uuid)

/** Starts a guest of 256 MiB with this memory backing; libvirt's words where it refuses. */
async function startBacked(backing: string): Promise<string | null> {
  const alpha = it.host('alpha')
  // The limit is what QEMU is let to lock without CAP_IPC_LOCK; libvirt wants one, and to lower it
  // needs no right of its own, which a container may not have.
  const limit = backing.includes('<locked/>')
    ? `<memtune><hard_limit unit='KiB'>8192</hard_limit></memtune>`
    : ''
  const xml = guestXml(guestPlan(name, { statsPeriodS: 1, network: false }))
  await alpha.define(
    xml.replace('<vcpu>', `${limit}<memoryBacking>${backing}</memoryBacking><vcpu>`),
  )
  try {
    await alpha.virsh('start', name)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  await guest().waitReady()
  // All that it may touch is touched, so that what comes back can be seen.
  await guest().setWorkload({ fillMiB: 150 })
  await guest().setWorkload({})
  return null
}

describe('what a smaller balloon gives back to the host, and what is said of it', () => {
  test.for([
    ['anonymous memory', "<source type='anonymous'/>", null],
    ['locked memory', '<locked/>', 'locked'],
    ['locked memory of a memfd', "<locked/><source type='memfd'/>", null],
    ['locked memory of a file', "<locked/><source type='file'/>", 'locked'],
    [
      'locked shared memory of a file',
      "<locked/><source type='file'/><access mode='shared'/>",
      null,
    ],
    ['shared memory of a memfd', "<source type='memfd'/><access mode='shared'/>", null],
    ['huge pages', "<hugepages><page size='2' unit='MiB'/></hugepages>", 'hugepages'],
  ] as const)(
    '%s',
    { timeout: 120_000 },
    async ([, backing, inhibitedBy], { annotate }) => {
      const pages = backing.includes('hugepages') ? HugePages.take(136) : null
      try {
        const refused = await startBacked(backing)
        const xml = await it.host('alpha').virsh('dumpxml', name)
        expect(readDomainXml(xml)).toMatchObject({ inhibitedBy, hugePages: pages !== null })
        if (refused !== null) {
          // Neither locked memory nor huge pages can be had everywhere; all else can.
          expect(backing, refused).toMatch(/locked|hugepages/)
          expect(refused).toMatch(
            /cannot limit locked memory|mlock|hugepage|huge page|hugetlbfs|allocate memory/i,
          )
          await annotate(
            `${backing}: not brought about on this machine, only its XML: ${refused}`,
          )
          return
        }
        await it.when(
          'judged',
          () => known() && health() === (inhibitedBy ? 'inhibited' : 'ok'),
          20_000,
        )
        await it.when('known', () => memory().floor !== null)
        expect(memory().inhibitedBy).toBe(inhibitedBy)
        const cost = () => {
          const { rssKiB, hugeKiB } = costOf()
          return rssKiB + hugeKiB
        }
        await it.when(
          'the host cost is told',
          () => Math.abs(memory().derived.hostCostKiB! - cost()) < 4 * MiB,
        )
        const before = cost()
        if (inhibitedBy) {
          const set = it.fleet.setMemoryTarget('alpha', guest().uuid, {
            ...shrink,
            force: false,
          })
          await expect(set).rejects.toMatchObject({ code: 'balloon_inhibited' })
        }
        const total = (await guest().meminfo())['MemTotal']!
        // What it held a moment ago counts for its floor.
        await it.fleet.setMemoryTarget('alpha', guest().uuid, { ...shrink, force: true })
        await it.when(
          'the guest gave it',
          () => memory().resize?.status === 'reached',
          20_000,
        )
        expect(total - (await guest().meminfo())['MemTotal']!).toBe(128 * MiB)
        const given = () => before - cost()
        if (inhibitedBy === null) {
          await until('the host to have it', 10_000, () => given() > 100 * MiB)
        } else {
          // The balloon is full: had anything come back, it would have by now.
          expect(Math.abs(given())).toBeLessThan(4 * MiB)
        }
      } finally {
        await it.host('alpha').removeGuest(name)
        pages?.giveBack()
      }
    },
  )
})

describe('a guest whose driver repeats its last statistics', () => {
  test('is called frozen once it grows, is believed in nothing, and is well when it tells anew', async () => {
    await it.host('alpha').makeGuest({ name, statsPeriodS: 1, network: false })
    await it.when(
      'well',
      () => known() && health() === 'ok' && memory().floor !== null,
      20_000,
    )
    const thaw = await freezeStatistics(it.host('alpha'), name)
    const frozenAt = memory().stats
    await guest().setWorkload({ fillMiB: 150 })
    await it.when('frozen', () => health() === 'frozen', 60_000)
    // It still writes, and what it writes is not so: 150 MiB are gone, and it says nothing of them.
    const { last_update, unused } = memory().stats
    expect(last_update).toBeGreaterThan(frozenAt.last_update!)
    const { MemFree = 0 } = await guest().meminfo()
    expect(unused! - MemFree).toBeGreaterThan(140 * MiB)
    expect(memory()).toMatchObject({ pressure: null, floor: null })
    const set = it.fleet.setMemoryTarget('alpha', guest().uuid, { ...shrink, force: false })
    await expect(set).rejects.toMatchObject({ code: 'stats_stale' })
    await thaw()
    await it.when('well again', () => health() === 'ok', 20_000)
    const now = await guest().meminfo()
    await it.when('told', () => Math.abs(memory().stats.unused! - now['MemFree']!) < MiB)
  }, 180_000)
})
