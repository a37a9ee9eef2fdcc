import type { Browser } from '@playwright/test'

import { testPassword } from './support/ballast-server.ts'
import { expect, signIn, test } from './support/test.ts'

/*
 * What somebody does with a page between its HTML and its scripts, on a slow link or machine: nothing
 * of it is lost, and nothing of it goes where it does not belong.
 */

/** A page whose scripts come only when `release` is called, and what they failed with. */
async function openHeld(browser: Browser) {
  const context = await browser.newContext()
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  const held = Promise.withResolvers<void>()
  await page.route('**/_next/static/**/*.js', async (route) => {
    await held.promise
    await route.continue()
  })
  const release = async () => {
    held.resolve()
    await page.unrouteAll({ behavior: 'wait' })
  }
  return { context, page, errors, release }
}

test('fields filled in before the scripts ran keep and mean it', async ({
  ballast,
  browser,
  lab,
}) => {
  const db1 = lab.guest('db1')
  const { context, page, errors, release } = await openHeld(browser)
  await signIn(page, ballast, 'operator')
  await page.goto(`${ballast.url}/hosts/alpha/domains/${db1.uuid}/memory`, {
    waitUntil: 'commit',
  })
  await page.getByLabel('Applies').selectOption('Only from the next start on')
  await page.getByRole('textbox', { name: 'Target' }).fill('320')
  await release()
  await expect(page.getByText(/setmem db1 327680 --config$/)).toBeVisible()
  await expect(page.getByLabel('Applies')).toHaveValue('config')
  await expect(page.getByRole('slider')).toHaveValue(String(320 * 1024))
  expect(errors).toEqual([])
  await context.close()
})

test('a password sent before the scripts ran does not get into the address', async ({
  ballast,
  browser,
}) => {
  const { context, page, release } = await openHeld(browser)
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.goto(`${ballast.url}/login`, { waitUntil: 'commit' })
  await page.getByLabel('User name').fill('ada')
  await page.getByLabel('Password', { exact: true }).fill(testPassword)
  await page.getByLabel('Password', { exact: true }).press('Enter')
  await release()
  // Both are there still: one more press is enough.
  await page.getByRole('button', { name: 'Log in' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Fleet')
  expect(asked.filter((url) => /password|username/.test(url))).toEqual([])
  await context.close()
})

test('ages are taken over as the server drew them, however late the scripts come', async ({
  ballast,
  browser,
}) => {
  const asked = await ballast.api(
    await ballast.login('operator'),
    'POST',
    '/hosts/alpha/numa/numad',
  )
  expect(asked.status).toBe(200)
  const { context, page, errors, release } = await openHeld(browser)
  await signIn(page, ballast, 'operator')
  const age = page.getByText(/ago\)/)
  await expect(async () => {
    // A host that does not answer at once is waited for by the scripts, not by the page.
    await page.goto(`${ballast.url}/hosts/alpha/numa`, { waitUntil: 'commit' })
    await expect(age).toBeVisible({ timeout: 2_000 })
  }).toPass()
  const drawn = await age.textContent()
  const drawnMs = Date.now()
  await expect.poll(() => Date.now() - drawnMs).toBeGreaterThan(1_500)
  await release()
  await expect(age).not.toHaveText(drawn ?? '')
  expect(errors).toEqual([])
  await context.close()
})
