import type { Page } from '@playwright/test'

import { testPassword } from './support/ballast-server.ts'
import { expect, signIn, test } from './support/test.ts'

/*
 * What somebody does with a page between its HTML and its scripts, on a slow link or machine: nothing
 * of it is lost, and nothing of it goes where it does not belong.
 */

/** The page's scripts come only when the returned function is called. */
async function holdScripts(page: Page): Promise<() => Promise<void>> {
  const held = Promise.withResolvers<void>()
  await page.route('**/_next/static/**/*.js', async (route) => {
    await held.promise
    await route.continue()
  })
  return async () => {
    held.resolve()
    await page.unrouteAll({ behavior: 'wait' })
  }
}

test('fields filled in before the scripts ran keep and mean it', async ({
  ballast,
  browser,
  lab,
}) => {
  const db1 = lab.guest('db1')
  const context = await browser.newContext()
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  await signIn(page, ballast, 'operator')
  const release = await holdScripts(page)
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
  const context = await browser.newContext()
  const page = await context.newPage()
  const release = await holdScripts(page)
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
