import { samplesResponse } from '../server/contract/history.ts'
import { getLab } from './lab/index.ts'
import type { Guest } from './lab/index.ts'
import { expect, test } from './support/test.ts'

const pageUrl = (guest: Guest) =>
  `/hosts/${guest.hostName}/domains/${guest.uuid}/dirty-rate`

test.afterAll(async () => {
  await getLab().guest('app1').resetWorkload()
})

test('the rate of a guest appears, moves with its load, and is measured without a pause', async ({
  as,
  ballast,
  lab,
}) => {
  test.setTimeout(120_000)
  const app1 = lab.guest('app1')
  await app1.setWorkload({ dirtyMiBps: 60, workingSetMiB: 120 })
  const page = await as('viewer')
  await page.goto(ballast.url + pageUrl(app1))
  await expect(page.getByRole('link', { name: 'Dirty rate' })).toHaveAttribute(
    'aria-current',
    'page',
  )
  const rate = page
    .locator('dl > div')
    .filter({ hasText: 'Dirty rate' })
    .locator('dd')
    .first()
  const shown = async () => Number.parseFloat((await rate.textContent()) ?? '')
  await expect.poll(shown, { timeout: 40_000 }).toBeGreaterThan(35)
  await expect(page.getByText(/between .* MiB\/s and .* MiB\/s/)).toBeVisible()
  await expect(page.getByText(/\d+ s window …/)).toBeVisible({ timeout: 10_000 })
  await expect(page.locator('.recharts-surface').first()).toBeVisible()
  await app1.setWorkload({ dirtyMiBps: 4, workingSetMiB: 24 })
  await expect.poll(shown, { timeout: 60_000 }).toBeLessThan(20)
})

test('the rate is kept: an hour of it is drawn from what the history has', async ({
  as,
  ballast,
  lab,
}) => {
  test.setTimeout(120_000)
  const app1 = lab.guest('app1')
  const fromMs = Date.now() - 600_000
  const page = await as('viewer')
  await page.goto(ballast.url + pageUrl(app1))
  const cookie = await ballast.login('viewer')
  const kept = async () => {
    const query = `host=beta&domain=${app1.uuid}&metrics=dirtyRateKiBps&from=${fromMs}&to=${Date.now()}`
    const answer = await ballast.api(cookie, 'GET', `/samples?${query}`)
    const { metrics } = samplesResponse.parse(await answer.json())
    return metrics['dirtyRateKiBps']?.max.filter((value) => value !== null).length ?? 0
  }
  await expect.poll(kept, { timeout: 90_000 }).toBeGreaterThan(1)
  await page.getByRole('combobox', { name: 'Time span' }).selectOption('3600')
  await expect(page.getByText(/^Mean per /)).toBeVisible()
  const curve = page.locator('[data-chart] path.recharts-line-curve')
  await expect(curve).toHaveAttribute('d', /^M/)
})

test('modes are offered with reasons; dirty-bitmap cannot be chosen without KVM', async ({
  as,
  ballast,
  lab,
}) => {
  const app1 = lab.guest('app1')
  const page = await as('operator')
  await page.goto(ballast.url + pageUrl(app1))
  await expect(page.getByRole('radio', { name: /dirty-bitmap/ })).toBeDisabled()
  await expect(page.getByText(/this mode crashes QEMU/)).toBeVisible()
  const ring = { mode: 'dirty-ring', seconds: [1] }
  const path = `/hosts/beta/domains/${app1.uuid}/dirty-rate`
  const operator = await ballast.login('operator')
  expect((await ballast.api(operator, 'POST', path, ring)).status).toBe(502)
  await expect(page.getByText(/libvirt says:.*requires dirty-ring feature/)).toBeVisible({
    timeout: 30_000,
  })
  await expect(page.getByRole('radio', { name: /dirty-ring/ })).toBeDisabled()
  const bitmap = { mode: 'dirty-bitmap', seconds: [1] }
  expect((await ballast.api(operator, 'POST', path, bitmap)).status).toBe(422)
  await page.goto(`${ballast.url}/audit`)
  await expect(page.getByText(/domdirtyrate-calc app1 .*dirty-ring/).first()).toBeVisible()
})

test('windows that are asked for become the working-set curve', async ({
  as,
  ballast,
  lab,
}) => {
  test.setTimeout(90_000)
  const app1 = lab.guest('app1')
  const page = await as('operator')
  await page.goto(`${ballast.url}${pageUrl(app1)}?continuous=false`)
  await expect(
    page.getByRole('switch', { name: 'Measure while I watch' }),
  ).not.toBeChecked()
  for (const seconds of ['1', '2', '5']) {
    await page.getByLabel('Window', { exact: true }).selectOption(seconds)
    await page.getByRole('button', { name: 'Measure', exact: true }).click()
  }
  for (const seconds of ['1', '2', '5']) {
    await expect(page.getByRole('cell', { name: `${seconds} s`, exact: true })).toBeVisible(
      { timeout: 40_000 },
    )
  }
  await expect(
    page.getByRole('img', { name: /Different memory that app1 writes/ }),
  ).toBeVisible()
  await expect(page.getByText(/Still growing|Flat: the guest/)).toBeVisible()
})

test('a viewer may look but not ask for windows', async ({ as, ballast, lab }) => {
  const page = await as('viewer')
  await page.goto(ballast.url + pageUrl(lab.guest('app1')))
  await expect(page.getByRole('button', { name: 'Measure', exact: true })).toHaveAttribute(
    'aria-disabled',
    'true',
  )
  const answer = await ballast.api(
    await ballast.login('viewer'),
    'POST',
    `/hosts/beta/domains/${lab.guest('app1').uuid}/dirty-rate`,
    { seconds: [1] },
  )
  expect(answer.status).toBe(403)
})

test('the fleet table has the heat of every running domain, and sorts by it', async ({
  as,
  ballast,
}) => {
  const page = await as('viewer')
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.goto(ballast.url)
  const heat = page.getByRole('link', { name: /MiB\/s$/ })
  await expect.poll(() => heat.count(), { timeout: 40_000 }).toBeGreaterThanOrEqual(7)
  await page.getByRole('columnheader', { name: 'Dirty rate' }).getByRole('button').click()
  await expect(page).toHaveURL(/sort=dirty/)
  const values = async () =>
    (await heat.allTextContents()).map((text) =>
      text.startsWith('<') ? 0 : Number.parseFloat(text.replaceAll(',', '')),
    )
  await expect
    .poll(async () => {
      const now = await values()
      return now.every((value, at) => at === 0 || value <= now[at - 1]!)
    })
    .toBe(true)
  await heat.first().click()
  await expect(page).toHaveURL(/\/dirty-rate/)
})

test('in Chinese, on a phone', async ({ as, ballast, lab }) => {
  const page = await as('viewer')
  await page
    .context()
    .addCookies([{ name: 'ballast-locale', value: 'zh', url: ballast.url }])
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(ballast.url + pageUrl(lab.guest('app1')))
  await expect(page.getByText('工作集曲线')).toBeVisible()
  await expect(page.getByText('查看期间持续测量')).toBeVisible()
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect(overflow).toBe(0)
})
