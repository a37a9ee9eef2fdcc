import { domainRow, expect, test } from './support/test.ts'
import { dommemstat } from './support/virsh.ts'

test('the fleet is one live table of all domains of all hosts', async ({
  as,
  ballast,
  lab,
}) => {
  const page = await as('viewer')
  await page.goto(ballast.url)
  await expect(page.getByRole('heading', { name: 'Fleet' })).toBeVisible()
  for (const host of lab.hosts) {
    const names = (await host.virsh('list', '--all', '--name')).trim().split(/\s+/)
    for (const name of names) {
      await expect(domainRow(page, name)).toContainText(host.name)
      const state = (await host.virsh('domstate', name)).trim()
      await expect(domainRow(page, name)).toContainText(
        state === 'running' ? 'Running' : 'Shut off',
      )
    }
  }
  await expect(page.getByText('3 of 3 hosts online')).toBeVisible()
})

test('used memory in the row is available minus usable of virsh', async ({
  as,
  ballast,
  lab,
}) => {
  // A still guest: its figures move by less than what the row shows.
  await lab.guest('app2').setWorkload({ fillMiB: 24 })
  const page = await as('viewer')
  await page.goto(ballast.url)
  try {
    await expect
      .poll(async () => {
        const { available = 0, usable = 0 } = await dommemstat(lab.host('beta'), 'app2')
        const text = (await domainRow(page, 'app2').textContent()) ?? ''
        const shown = Number(/([\d.]+) MiB used/.exec(text)?.[1])
        return Math.abs(shown - (available - usable) / 1024)
      })
      .toBeLessThan(1)
  } finally {
    await lab.guest('app2').resetWorkload()
  }
})

test('search, filter and order are in the address and survive a reload', async ({
  as,
  ballast,
}) => {
  const page = await as('viewer')
  await page.goto(ballast.url)
  await expect(domainRow(page, 'web1')).toBeVisible()
  await page.keyboard.press('/')
  await page.keyboard.type('app')
  await expect(domainRow(page, 'web1')).toHaveCount(0)
  await expect(domainRow(page, 'app1')).toBeVisible()
  await expect(page).toHaveURL(/app/)
  await page.getByRole('button', { name: /^Maximum/ }).click()
  await expect(page.getByText('2 of 9 domains')).toBeVisible()
  await page.reload()
  await expect(page.getByRole('searchbox')).toHaveValue('app')
  await expect(page.getByText('2 of 9 domains')).toBeVisible()
  await page.getByRole('searchbox').fill('there is no such domain')
  await expect(page.getByText('No domain matches')).toBeVisible()
})

test('what virsh changes outside shows within two seconds, without a reload', async ({
  as,
  ballast,
  lab,
}) => {
  const gamma = lab.host('gamma')
  const page = await as('viewer')
  await page.goto(ballast.url)
  await expect(domainRow(page, 'spare1')).toContainText('Shut off')
  const soon = { timeout: 2_000 }
  await gamma.virsh('start', 'spare1')
  try {
    await expect(domainRow(page, 'spare1')).toContainText('Running', soon)
    await gamma.virsh('suspend', 'spare1')
    await expect(domainRow(page, 'spare1')).toContainText('Paused', soon)
    await gamma.virsh('resume', 'spare1')
    await expect(domainRow(page, 'spare1')).toContainText('Running', soon)
  } finally {
    await gamma.virsh('destroy', 'spare1')
  }
  await expect(domainRow(page, 'spare1')).toContainText('Shut off', soon)
  await gamma.virsh('domrename', 'spare1', 'renamed1')
  try {
    await expect(domainRow(page, 'renamed1')).toBeVisible(soon)
    await gamma.virsh('undefine', 'renamed1')
    await expect(domainRow(page, 'renamed1')).toHaveCount(0, soon)
  } finally {
    await gamma.virsh('undefine', 'renamed1').catch(() => undefined)
    await gamma.redefine('spare1')
  }
  await expect(domainRow(page, 'spare1')).toBeVisible(soon)
})

test('an operator starts and forces off a domain; what is not possible says why', async ({
  as,
  ballast,
  lab,
}) => {
  const page = await as('operator')
  await page.goto(ballast.url)
  const actions = () => domainRow(page, 'spare1').getByRole('button', { name: /Actions/ })
  await actions().click()
  const forceOff = page.getByRole('menuitem', { name: /Force off/ })
  await expect(forceOff).toHaveAttribute('aria-disabled', 'true')
  await expect(forceOff).toContainText('It is not running')
  await page.getByRole('menuitem', { name: /Start/ }).click()
  try {
    await expect(domainRow(page, 'spare1')).toContainText('Running')
    expect((await lab.host('gamma').virsh('domstate', 'spare1')).trim()).toBe('running')
  } finally {
    await actions().click()
    await page.getByRole('menuitem', { name: /Force off/ }).click()
    const dialog = page.getByRole('dialog', { name: 'Force off spare1?' })
    await expect(dialog).toContainText('unsaved data is lost')
    await dialog.getByRole('button', { name: 'Force off' }).click()
    await expect(domainRow(page, 'spare1')).toContainText('Shut off')
  }
  expect((await lab.host('gamma').virsh('domstate', 'spare1')).trim()).toBe('shut off')
  await page.goto(`${ballast.url}/audit`)
  await expect(page.getByText(/virsh .*destroy spare1/).first()).toBeVisible()
})

test('a viewer sees each action, disabled with the reason', async ({ as, ballast }) => {
  const page = await as('viewer')
  await page.goto(ballast.url)
  await domainRow(page, 'web1')
    .getByRole('button', { name: /Actions/ })
    .click()
  const items = page.getByRole('menuitem')
  await expect(items).toHaveText([
    /^Start.*operator/,
    /^Shut down.*operator/,
    /^Reboot.*operator/,
    /^Reset.*operator/,
    /^Force off.*operator/,
    /^Suspend.*operator/,
    /^Resume.*operator/,
    // Leads to the forecast, which a viewer may read.
    /^Migrate/,
  ])
  for (const item of (await items.all()).slice(0, -1))
    await expect(item).toHaveAttribute('aria-disabled', 'true')
  await expect(items.last()).not.toHaveAttribute('aria-disabled')
})

test('a name from a guest is text, whatever is in it', async ({ as, ballast }) => {
  const page = await as('viewer')
  const dialogs: string[] = []
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  await page.goto(ballast.url)
  await expect(domainRow(page, 'build1')).toContainText('<')
  expect(await page.locator('script[src*="evil"], img[src="x"]').count()).toBe(0)
  expect(dialogs).toEqual([])
})
