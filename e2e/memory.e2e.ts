import type { Page } from '@playwright/test'

import { memoryStatFields } from '../server/contract/memory.ts'
import type { Guest, Host } from './lab/index.ts'
import { expect, test } from './support/test.ts'
import { dommemstat } from './support/virsh.ts'

const memoryUrl = (guest: Guest) => `/hosts/${guest.hostName}/domains/${guest.uuid}/memory`
const statistics = (page: Page) =>
  page
    .locator('section,div')
    .filter({ hasText: 'All statistics (dommemstat)' })
    .getByRole('table')

/** The values of the statistics table, all read at the same moment. */
async function shownStats(page: Page): Promise<Record<string, number>> {
  const rows = await statistics(page)
    .last()
    .evaluate((table) =>
      [...table.querySelectorAll('tbody tr')].map((line) =>
        [...line.children].map(
          (cell) => (cell.querySelector('code') ?? cell).textContent ?? '',
        ),
      ),
    )
  return Object.fromEntries(
    rows.map(([name = '', value = '']) => [
      name.trim(),
      Number(value.replaceAll(/\D/g, '')),
    ]),
  )
}

/** Asks virsh until the guest's sample with this last_update was seen, then gives that sample. */
async function sampleOf(
  host: Host,
  name: string,
  samples: Map<number, Record<string, number>>,
) {
  const sample = await dommemstat(host, name)
  samples.set(sample.last_update ?? 0, sample)
}

test('each statistic equals virsh dommemstat of the same sample', async ({
  as,
  ballast,
  lab,
}) => {
  // Its statistics come every 5 s: virsh and the page meet the same sample.
  const [beta, app2] = [lab.host('beta'), lab.guest('app2')]
  const page = await as('viewer')
  await page.goto(ballast.url + memoryUrl(app2))
  await expect(statistics(page).last()).toContainText('hugetlb_pgfail')
  const samples = new Map<number, Record<string, number>>()
  // The host's RSS and the balloon are of now, the rest is of the guest's last answer.
  const ofTheGuest = Object.keys(memoryStatFields).filter((name) => name !== 'rss')
  await expect
    .poll(
      async () => {
        await sampleOf(beta, 'app2', samples)
        const shown = await shownStats(page)
        const same = samples.get(shown.last_update ?? -1)
        if (!same) return 'virsh has not seen this sample'
        const differing = ofTheGuest.filter((name) => shown[name] !== same[name])
        return differing
          .map((name) => `${name}: ${shown[name]} is ${same[name]}`)
          .join(', ')
      },
      { intervals: [200], timeout: 30_000 },
    )
    .toBe('')
  const { rss = 0 } = await dommemstat(beta, 'app2')
  const shown = await shownStats(page)
  expect(Math.abs((shown.rss ?? 0) - rss) / rss).toBeLessThan(0.05)
})

test('the guest itself counts the same as the page', async ({ as, ballast, lab }) => {
  const app2 = lab.guest('app2')
  await app2.setWorkload({ fillMiB: 20 })
  const page = await as('viewer')
  await page.goto(ballast.url + memoryUrl(app2))
  await expect(statistics(page).last()).toContainText('usable')
  try {
    await expect
      .poll(async () => {
        const [shown, meminfo] = await Promise.all([shownStats(page), app2.meminfo()])
        const off = (field: string, name: string) =>
          Math.abs((shown[field] ?? NaN) - (meminfo[name] ?? NaN))
        return Math.max(
          off('available', 'MemTotal'),
          off('unused', 'MemFree'),
          off('usable', 'MemAvailable'),
        )
      })
      .toBeLessThan(1024)
  } finally {
    await app2.resetWorkload()
  }
})

test('a resize by click reaches the guest, and one click undoes it, also after a reload', async ({
  as,
  ballast,
  lab,
}) => {
  const [alpha, cache1] = [lab.host('alpha'), lab.guest('cache1')]
  await alpha.virsh('setmem', 'cache1', '192M', '--live')
  const totalBefore = (await cache1.meminfo()).MemTotal!
  const page = await as('operator')
  await page.goto(ballast.url + memoryUrl(cache1))
  await page.getByRole('textbox', { name: 'Target' }).fill('224')
  await page.getByRole('button', { name: 'Set to 224 MiB' }).click()
  try {
    await expect(page.getByText('The guest got 32.0 MiB of 32.0 MiB')).toBeVisible()
    await expect
      .poll(async () => (await cache1.meminfo()).MemTotal! - totalBefore)
      .toBe(32 * 1024)
    expect((await dommemstat(alpha, 'cache1')).actual).toBe(224 * 1024)
    // The line that would have done it is long, and a phone is narrow.
    await page.setViewportSize({ width: 390, height: 844 })
    await expect(page.getByText(/virsh .*setmem/).first()).toBeVisible()
    const sticksOut = () =>
      page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
    expect(await sticksOut()).toBeLessThanOrEqual(0)
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.reload()
    await page.getByRole('button', { name: /Undo: back to 192/ }).click()
    // The way back down goes in steps.
    await expect
      .poll(async () => (await cache1.meminfo()).MemTotal, { timeout: 60_000 })
      .toBe(totalBefore)
    await expect
      .poll(async () => (await dommemstat(alpha, 'cache1')).actual)
      .toBe(192 * 1024)
  } finally {
    await alpha.virsh('setmem', 'cache1', '192M', '--live')
  }
  await page.goto(`${ballast.url}/audit`)
  await expect(page.getByText(/setmem .*229376/).first()).toBeVisible()
})

test('a change of the config alone is undone by one click, also after a reload', async ({
  as,
  ballast,
  lab,
}) => {
  const [alpha, cache1] = [lab.host('alpha'), lab.guest('cache1')]
  const configured = async () => {
    const xml = await alpha.virsh('dumpxml', '--inactive', 'cache1')
    return Number(/<currentMemory unit='KiB'>(\d+)</.exec(xml)?.[1])
  }
  const before = await configured()
  const actual = (await dommemstat(alpha, 'cache1'))['actual']
  const page = await as('operator')
  await page.goto(ballast.url + memoryUrl(cache1))
  try {
    const path = `/hosts/alpha/domains/${cache1.uuid}/memory/target`
    const change = { targetKiB: before - 16 * 1024, affects: 'config' }
    const cookie = await ballast.login('operator')
    expect((await ballast.api(cookie, 'PUT', path, change)).status).toBe(200)
    const last = page.getByRole('region', { name: 'Last change of the configuration' })
    await expect(last).toContainText('setmem cache1')
    expect(await configured()).toBe(before - 16 * 1024)
    await page.reload()
    await last.getByRole('button', { name: 'Undo: back to' }).click()
    await expect.poll(configured).toBe(before)
    expect((await dommemstat(alpha, 'cache1'))['actual']).toBe(actual)
  } finally {
    await alpha.virsh('setmem', 'cache1', String(before), '--config')
  }
})

test('setmem from outside shows within two seconds', async ({ as, ballast, lab }) => {
  const [alpha, cache1] = [lab.host('alpha'), lab.guest('cache1')]
  const page = await as('viewer')
  await page.goto(ballast.url + memoryUrl(cache1))
  await expect(statistics(page).last()).toContainText('actual')
  await expect.poll(async () => (await shownStats(page)).actual).toBe(192 * 1024)
  await alpha.virsh('setmem', 'cache1', '208M', '--live')
  try {
    // The guest moves page by page: within two seconds it is seen to move, then to arrive.
    const shown = async () => (await shownStats(page)).actual
    await expect
      .poll(shown, { timeout: 2_000, intervals: [100] })
      .toBeGreaterThan(192 * 1024)
    await expect.poll(shown).toBe(208 * 1024)
    await expect(page.getByText('changed outside Ballast')).toBeVisible()
  } finally {
    await alpha.virsh('setmem', 'cache1', '192M', '--live')
  }
})

test('below the safe floor it asks, and nothing is sent when one says no', async ({
  as,
  ballast,
  lab,
}) => {
  const [alpha, db1] = [lab.host('alpha'), lab.guest('db1')]
  const page = await as('operator')
  await page.goto(ballast.url + memoryUrl(db1))
  await expect(page.getByText(/Safe floor \d/)).toBeVisible()
  await page.getByRole('textbox', { name: 'Target' }).fill('100')
  await page.getByRole('button', { name: 'Set to 100 MiB' }).click()
  const dialog = page.getByRole('dialog', { name: 'Shrink db1 below its safe floor?' })
  await expect(dialog).toContainText('kills programs')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(dialog).toHaveCount(0)
  expect((await dommemstat(alpha, 'db1')).actual).toBe(384 * 1024)
})

test('without a balloon, without its driver, or switched off the page says so', async ({
  as,
  ballast,
  lab,
}) => {
  const page = await as('operator')
  const cases: [Guest, string][] = [
    [lab.guest('legacy1'), 'This domain has no memory balloon'],
    [lab.guest('nodriver1'), 'No balloon driver answers in the guest'],
    [lab.guest('spare1'), 'The domain is not running'],
  ]
  for (const [guest, words] of cases) {
    await page.goto(ballast.url + memoryUrl(guest))
    await expect(page.getByText(words).first()).toBeVisible({ timeout: 45_000 })
    await expect(page.getByRole('button', { name: /^(Apply|Set to)/ })).toHaveAttribute(
      'aria-disabled',
      'true',
    )
  }
})

test('the statistics are switched on where their period is 0', async ({ ballast, lab }) => {
  // Asked of the host itself: the plan gives web1 and app1 no period.
  expect(ballast.url).toContain('127.0.0.1')
  for (const guest of [lab.guest('web1'), lab.guest('app1')]) {
    await expect
      .poll(() => lab.host(guest.hostName).virsh('dumpxml', guest.name))
      .toMatch(/<stats period='[1-9]/)
  }
})

test('pressure is drawn live with all that it is read from, in both languages', async ({
  as,
  ballast,
  lab,
}) => {
  const db1 = lab.guest('db1')
  const page = await as('viewer')
  await page.goto(ballast.url + memoryUrl(db1))
  const card = page.locator('section').filter({
    has: page.getByRole('heading', { name: 'Memory pressure', exact: true }),
  })
  const signals = card.getByRole('listitem')
  await expect(signals).toHaveCount(5)
  const usable = signals.filter({ hasText: 'Usable memory' })
  const path = usable.locator('svg path')
  await expect(path).toHaveAttribute('d', /L/)
  const before = await path.getAttribute('d')
  try {
    // A tenth of its memory less: a guest that idles draws the same line for ever.
    await db1.setWorkload({ fillMiB: 180, cacheMiB: 96 })
    await expect.poll(() => path.getAttribute('d')).not.toBe(before)
    // The share that it shows is the guest's own.
    await expect
      .poll(async () => {
        const { MemAvailable = 0, MemTotal = 1 } = await db1.meminfo()
        const [, shown] = /(\d+(?:\.\d)?)\s?%/.exec(await usable.innerText()) ?? []
        return Math.abs(Number(shown) - (MemAvailable / MemTotal) * 100)
      })
      .toBeLessThan(3)
  } finally {
    await db1.resetWorkload()
  }
  const chart = page.getByRole('figure', { name: 'Memory pressure and CPU of db1' })
  await expect(chart).toBeVisible()
  await expect(page.getByText('under pressure from here')).toBeVisible()
  await page
    .context()
    .addCookies([{ name: 'ballast-locale', value: 'zh', url: ballast.url }])
  await page.reload()
  await expect(page.getByText('不使用交换区还能取用的内存', { exact: false })).toBeVisible()
})

test('the chart moves every second', async ({ as, ballast, lab }) => {
  const page = await as('viewer')
  await page.goto(`${ballast.url}${memoryUrl(lab.guest('db1'))}`)
  const chart = page.locator('.recharts-surface').first()
  await expect(chart).toBeVisible()
  const drawn = () => chart.innerHTML()
  for (let second = 0; second < 3; second++) {
    const before = await drawn()
    await expect.poll(drawn, { timeout: 3_000, intervals: [100] }).not.toBe(before)
  }
})
