import type { Locator, Page } from '@playwright/test'

import { createParts, removeDomain, runningNames } from './support/create-page.ts'
import { expect, test } from './support/test.ts'

/** Goes on with Tab until this has the focus. */
async function tabTo(page: Page, target: Locator) {
  for (let pressed = 0; pressed < 120; pressed++) {
    if (await target.evaluate((node) => node === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  await expect(target).toBeFocused()
}

test('with the keyboard alone an empty form becomes a running domain', async ({
  as,
  ballast,
  lab,
}) => {
  test.setTimeout(180_000)
  const alpha = lab.host('alpha')
  const name = 'e2e-keys'
  const page = await as('operator')
  await page.goto(`${ballast.url}/create`)
  const { line, create } = createParts(page)
  const { keyboard } = page
  try {
    const host = page.getByLabel('Host', { exact: true })
    await expect(host.getByRole('option', { name: 'alpha' })).toBeAttached()
    await tabTo(page, host)
    await keyboard.type('alpha')
    await expect(host).toHaveValue('alpha')
    await tabTo(page, page.getByLabel(/^Name/))
    await keyboard.type(name)
    const os = page.getByRole('combobox', { name: /Operating system/ })
    await tabTo(page, os)
    await keyboard.type('debian 1')
    const options = page.getByRole('listbox').getByRole('option')
    await expect(options.first()).toContainText('Debian')
    await expect(options.nth(1)).toBeVisible()
    await keyboard.press('ArrowDown')
    await expect(options.nth(1)).toHaveAttribute('aria-selected', 'true')
    await keyboard.press('ArrowUp')
    await keyboard.press('Enter')
    await expect(os).toHaveValue(/^debian1\d$/)
    await tabTo(page, page.getByLabel(/--virt-type/))
    await keyboard.type('qemu')
    await tabTo(page, page.getByLabel('Install from'))
    await keyboard.type('the n')
    await expect(page.getByLabel('Install from')).toHaveValue('pxe')
    await tabTo(page, page.getByLabel(/^Memory /))
    await keyboard.type('128')
    await expect(line).toHaveValue(
      /^virt-install --name e2e-keys --osinfo debian1\d --memory 128 --virt-type qemu --pxe$/,
    )
    await expect(create).toBeEnabled({ timeout: 60_000 })
    await tabTo(page, create)
    await keyboard.press('Enter')
    await expect.poll(() => runningNames(alpha), { timeout: 120_000 }).toContain(name)
    expect(await alpha.virsh('domblklist', name)).toContain(`${name}.qcow2`)
  } finally {
    await removeDomain(alpha, name)
  }
})

test('a list that is still that of the letters before chooses nothing', async ({
  as,
  ballast,
}) => {
  const page = await as('operator')
  await page.goto(`${ballast.url}/create`)
  const os = page.getByRole('combobox', { name: /Operating system/ })
  const list = page.getByRole('listbox')
  await os.fill('alt')
  await expect(list.getByRole('option').first()).toContainText(/alt/i)
  const held = Promise.withResolvers<void>()
  await page.route(/search=debian11/, async (route) => {
    await held.promise
    await route.continue()
  })
  await os.fill('debian11')
  await expect(list).toHaveAttribute('aria-busy', 'true')
  for (const key of ['ArrowDown', 'Enter']) await page.keyboard.press(key)
  await expect(os).toHaveValue('debian11')
  held.resolve()
  await expect(list.getByRole('option').first()).toContainText('debian11')
  await page.keyboard.press('Enter')
  await expect(list).toHaveCount(0)
  await expect(os).toHaveValue('debian11')
})
