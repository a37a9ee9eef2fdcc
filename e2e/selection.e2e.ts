import { domainRow, expect, test } from './support/test.ts'

test('rows are selected by mouse and keyboard, and stay so when filtered away', async ({
  as,
  ballast,
}) => {
  const page = await as('operator')
  await page.goto(`${ballast.url}/?sort=name`)
  const bar = page.getByRole('region', { name: 'Selected domains' })
  const box = (name: string) => page.getByRole('checkbox', { name: `Select ${name}` })
  await box('app1').click()
  await expect(bar).toContainText('1 domain selected')
  await box('build1').click({ modifiers: ['Shift'] })
  // In the order of names: app1, app2, build1.
  await expect(bar).toContainText('3 domains selected')
  await expect(box('app2')).toBeChecked()

  await domainRow(page, 'app2').focus()
  await page.keyboard.press('Space')
  await expect(bar).toContainText('2 domains selected')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Shift+Space')
  await expect(bar).toContainText('1 domain selected')

  await page.getByRole('searchbox').fill('web1')
  await expect(domainRow(page, 'app1')).toHaveCount(0)
  await expect(bar).toContainText('1 domain selected')
  await page.getByRole('searchbox').fill('')
  await expect(box('app1')).toBeChecked()

  await bar.getByRole('button', { name: 'Clear selection' }).click()
  await page.getByRole('checkbox', { name: 'Select all domains that match' }).click()
  await expect(bar).toContainText('9 domains selected')
  await bar.getByRole('button', { name: 'Clear selection' }).click()
  await expect(bar).toHaveCount(0)
})

test('a viewer is told why a selection leads to nothing', async ({ as, ballast }) => {
  const page = await as('viewer')
  await page.goto(ballast.url)
  await page.getByRole('checkbox', { name: 'Select app1' }).click()
  await page.getByRole('button', { name: 'Actions', exact: true }).click()
  await expect(page.getByRole('menuitem', { name: /Shut down/ })).toContainText(
    'Needs the role Operator',
  )
})

test('several domains are started and stopped at once, after one question', async ({
  as,
  ballast,
  lab,
}) => {
  const gamma = lab.host('gamma')
  const page = await as('operator')
  await page.goto(ballast.url)
  await page.getByRole('checkbox', { name: 'Select spare1' }).click()
  await page.getByRole('checkbox', { name: 'Select build1' }).click()
  await page.getByRole('button', { name: 'Actions', exact: true }).click()
  try {
    await page.getByRole('menuitem', { name: 'Start (1)' }).click()
    const question = page.getByRole('dialog', { name: 'Start: 1 domain?' })
    await expect(question).toContainText('spare1')
    await expect(question).toContainText('1 selected domain is left out')
    await question.getByRole('button', { name: 'Start' }).click()
    await expect(domainRow(page, 'spare1')).toContainText('Running')
    expect((await gamma.virsh('domstate', 'spare1')).trim()).toBe('running')
  } finally {
    await gamma.virsh('destroy', 'spare1').catch(() => undefined)
  }
})
