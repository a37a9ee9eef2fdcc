import type { Page } from '@playwright/test'

import type { Guest, Host } from './lab/index.ts'
import { BallastServer } from './support/ballast-server.ts'
import { expect, signIn, test } from './support/test.ts'
import { dommemstat } from './support/virsh.ts'

const MiB = 1024
const memoryUrl = (guest: Guest) => `/hosts/${guest.hostName}/domains/${guest.uuid}/memory`
const actualOf = async (host: Host, name: string) => (await dommemstat(host, name)).actual!

/** What web1 does otherwise (e2e/lab/plan.ts). */
const webLoad = { fillMiB: 50, waveMiB: 60, wavePeriodS: 60, cacheMiB: 24 }

/** Shrinks in steps take a while, and the lab's guests are slow on a machine under load. */
test.describe.configure({ timeout: 240_000 })

async function setTarget(page: Page, mib: number) {
  await page.getByRole('textbox', { name: 'Target' }).fill(String(mib))
  await page.getByRole('button', { name: `Set to ${mib} MiB` }).click()
}

test('a shrink under pressure turns back by itself, and the page says what the guest gave', async ({
  as,
  ballast,
  lab,
}) => {
  const [alpha, web1] = [lab.host('alpha'), lab.guest('web1')]
  const page = await as('operator')
  try {
    // It holds 90 MiB, and its kernel keeps 38 for itself: 144 MiB leave it next to nothing.
    await web1.setWorkload({ fillMiB: 90 }, { wait: false })
    await alpha.virsh('setmem', 'web1', '256M', '--live')
    await expect
      .poll(async () => (await web1.workload()).filledMiB, { timeout: 150_000 })
      .toBe(90)
    await page.goto(ballast.url + memoryUrl(web1))
    await expect(page.getByText(/Safe floor \d/)).toBeVisible({ timeout: 60_000 })
    await setTarget(page, 144)
    await page.getByRole('button', { name: 'Set to 144 MiB anyway' }).click()
    const change = page.getByRole('region', { name: 'Last change' })
    await expect(change).toContainText(/The guest gave [\d.]+ MiB of 112 MiB/)
    await expect(change.getByRole('button', { name: 'Stop here' })).toBeVisible()
    await expect(change).toContainText('turned back', { timeout: 150_000 })
    // On a slow machine its kernel may find no more pages before its statistics tell of it.
    await expect(change).toContainText(/came under pressure at|could give no more at/)
    const actualKiB = await actualOf(alpha, 'web1')
    expect(actualKiB).toBeGreaterThan(144 * MiB)
    const { MemAvailable = 0, MemTotal = 1 } = await web1.meminfo()
    expect(MemAvailable / MemTotal).toBeGreaterThan(0.04)
    expect((await web1.workload()).filledMiB).toBe(90)
    // The same in Chinese.
    await page
      .context()
      .addCookies([{ name: 'ballast-locale', value: 'zh', url: ballast.url }])
    await page.reload()
    await expect(page.getByText(/客户机已归还/).first()).toBeVisible()
    await expect(page.getByText('内存压力', { exact: true }).first()).toBeVisible()
  } finally {
    await alpha.virsh('setmem', 'web1', '256M', '--live')
    await web1.setWorkload(webLoad, { wait: false })
  }
})

test('undo is one click after a restart of the server, also after kill -9', async ({
  lab,
  page,
}) => {
  const [alpha, cache1] = [lab.host('alpha'), lab.guest('cache1')]
  await alpha.virsh('setmem', 'cache1', '192M', '--live')
  const first = await BallastServer.start({ hosts: { alpha: alpha.uri } })
  const cookie = await first.login('operator')
  const path = `/hosts/alpha/domains/${cache1.uuid}/memory`
  try {
    await expect
      .poll(async () => (await first.api(cookie, 'GET', path)).json(), { timeout: 60_000 })
      .toMatchObject({ health: 'ok', stats: { actual: 192 * MiB } })
    const target = { targetKiB: 240 * MiB }
    const answer = await first.api(cookie, 'PUT', `${path}/target`, target)
    expect(answer.status).toBe(200)
    await expect.poll(() => actualOf(alpha, 'cache1')).toBe(240 * MiB)
    await first.stop({ keep: true, signal: 'SIGKILL' })
    const again = await BallastServer.start({ dataDir: first.dataDir })
    try {
      await signIn(page, again, 'operator')
      await page.goto(again.url + memoryUrl(cache1))
      await page
        .getByRole('button', { name: /Undo: back to 192/ })
        .click({ timeout: 60_000 })
      await expect
        .poll(() => actualOf(alpha, 'cache1'), { timeout: 90_000 })
        .toBe(192 * MiB)
    } finally {
      await again.stop()
    }
  } finally {
    await alpha.virsh('setmem', 'cache1', '192M', '--live')
  }
})

test('more than the maximum: says what is needed, and raises it for the next start', async ({
  as,
  ballast,
  lab,
}) => {
  const [alpha, db1] = [lab.host('alpha'), lab.guest('db1')]
  const page = await as('operator')
  await page.goto(ballast.url + memoryUrl(db1))
  await expect(page.getByText(/Safe floor \d/)).toBeVisible()
  await page.getByRole('textbox', { name: 'Target' }).fill('512')
  const advice = page.getByRole('region', { name: 'More than the maximum' })
  await expect(advice).toContainText('setmaxmem db1 524288 --config')
  await expect(advice).toContainText("<maxMemory slots='8'")
  try {
    await advice.getByRole('button', { name: /Allow 512 MiB from the next start/ }).click()
    const dialog = page.getByRole('dialog', { name: 'Let db1 have 512 MiB' })
    await dialog.getByRole('button', { name: /Allow 512 MiB/ }).click()
    await expect(dialog).toHaveCount(0)
    const config = await alpha.virsh('dumpxml', 'db1', '--inactive')
    expect(config).toContain(`<memory unit='KiB'>${512 * MiB}</memory>`)
    expect(config).toContain(`<currentMemory unit='KiB'>${512 * MiB}</currentMemory>`)
    expect(await actualOf(alpha, 'db1')).toBe(384 * MiB)
    await expect(advice).toContainText('The configuration already allows 512 MiB')
  } finally {
    await alpha.virsh('setmem', 'db1', '384M', '--config')
    await alpha.virsh('setmaxmem', 'db1', '384M', '--config')
  }
  await page.goto(`${ballast.url}/audit`)
  await expect(page.getByText(/setmaxmem .*524288/).first()).toBeVisible()
})

test('only the next start: the configuration changes, the guest does not', async ({
  as,
  ballast,
  lab,
}) => {
  const [alpha, db1] = [lab.host('alpha'), lab.guest('db1')]
  const page = await as('operator')
  await page.goto(ballast.url + memoryUrl(db1))
  await page.getByLabel('Applies').selectOption('Only from the next start on')
  await expect(page.getByText('The configuration says 384 MiB.')).toBeVisible()
  try {
    await page.getByRole('textbox', { name: 'Target' }).fill('320')
    await expect(page.getByText(/setmem db1 327680 --config$/)).toBeVisible()
    await page.getByRole('button', { name: 'Set to 320 MiB' }).click()
    await expect(page.getByText('The configuration says 320 MiB.')).toBeVisible()
    const config = await alpha.virsh('dumpxml', 'db1', '--inactive')
    expect(config).toContain(`<currentMemory unit='KiB'>${320 * MiB}</currentMemory>`)
    expect(await actualOf(alpha, 'db1')).toBe(384 * MiB)
  } finally {
    await alpha.virsh('setmem', 'db1', '384M', '--config')
  }
})
