import type { Page } from '@playwright/test'

import { BallastServer, testPassword } from './support/ballast-server.ts'
import { expect, test } from './support/test.ts'

test('the first start prints a link that makes the first admin, once', async ({ page }) => {
  const ballast = await BallastServer.start({ accounts: false })
  try {
    const link = /http:\S+\/setup\?token=\S+/.exec(ballast.log)?.[0]
    expect(link, ballast.log).toBeDefined()
    await page.goto(ballast.url)
    await expect(page.getByText('There is no account yet')).toBeVisible()

    await page.goto(`${ballast.url}/setup?token=wrong`)
    await fillSetup(page, 'ada')
    await expect(page.getByText('This setup link is not valid')).toBeVisible()
    await expect(page.getByLabel('User name')).toHaveValue('ada')

    await page.goto(link!)
    await fillSetup(page, 'ada')
    await expect(page.getByText('Add your first host')).toBeVisible()

    await page.context().clearCookies()
    await page.goto(link!)
    await expect(page.getByText('The setup is already done')).toBeVisible()
    await page.goto(`${ballast.url}/audit`)
    await expect(page).toHaveURL(/login\?next=%2Faudit/)
    await page.getByLabel('User name').fill('ada')
    await page.getByLabel('Password', { exact: true }).fill(testPassword)
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(`${ballast.url}/audit`)
  } finally {
    await ballast.stop()
  }
})

async function fillSetup(page: Page, name: string) {
  await page.getByLabel('User name').fill(name)
  await page.getByLabel('Password', { exact: true }).fill(testPassword)
  await page.getByLabel('Password again').fill(testPassword)
  await page.keyboard.press('Enter')
}

test('guessing passwords is slowed down, and the words do not tell which names exist', async ({
  page,
}) => {
  const ballast = await BallastServer.start()
  try {
    const login = (username: string) =>
      fetch(`${ballast.url}/api/v1/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: ballast.url },
        body: JSON.stringify({ username, password: 'wrong password' }),
      })
    const [known, unknown] = [await login('ada'), await login('nobody')]
    expect(known.status).toBe(401)
    expect((await known.json()).detail).toBe((await unknown.json()).detail)
    await page.goto(`${ballast.url}/login`)
    await page.getByLabel('User name').fill('ada')
    await page.getByLabel('Password', { exact: true }).fill('wrong password')
    await page.keyboard.press('Enter')
    await expect(page.getByText('The user name or the password is wrong')).toBeVisible()
    await expect.poll(async () => (await login('ada')).status).toBe(429)
    const limited = await login('ada')
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0)
  } finally {
    await ballast.stop()
  }
})
