import { expect, test } from './support/test.ts'
import { dommemstat } from './support/virsh.ts'

const MiB = 1024
const names = ['app1', 'app2'] as const

test('a plan is shown, confirmed, carried out live, and undone after a reload', async ({
  as,
  ballast,
  lab,
}) => {
  test.slow()
  const beta = lab.host('beta')
  const actual = async (name: string) => (await dommemstat(beta, name))['actual'] ?? 0
  for (const name of names) {
    await lab.guest(name).setWorkload({ fillMiB: 16 }, { wait: false })
  }
  const page = await as('operator')
  await page.goto(`${ballast.url}/hosts/beta`)
  await page.getByRole('button', { name: 'Free memory…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Free memory on beta' })
  await dialog.getByRole('textbox', { name: 'How much is needed' }).fill('60m')
  const plan = dialog.getByRole('region', { name: 'Plan' })
  const row = (name: string) => plan.getByRole('row').filter({ hasText: name })
  await expect(async () => {
    // The floor falls to the present use within a minute after a heavier load.
    await dialog.getByRole('button', { name: /plan/i }).click()
    await expect(row('app1')).toContainText('−', { timeout: 2_000 })
  }).toPass({ timeout: 120_000 })
  await expect(row('legacy1')).toContainText('no balloon device')
  await expect(dialog.getByRole('status')).toContainText('60.0 MiB')
  // Nothing has happened yet.
  expect(await actual('app1')).toBe(256 * MiB)

  await dialog.getByRole('button', { name: /^Free 60/ }).click()
  await expect(page).toHaveURL(/\/jobs\/\d+$/, { timeout: 60_000 })
  const domains = page.getByRole('region', { name: 'Domains' })
  await expect(domains.getByRole('row').filter({ hasText: 'app1' })).toContainText('Gave', {
    timeout: 90_000,
  })
  await expect(page.getByText('60.0 MiB of 60.0 MiB freed')).toBeVisible({
    timeout: 90_000,
  })
  const now = (await actual('app1')) + (await actual('app2'))
  expect(now).toBe((256 + 192 - 60) * MiB)

  await page.reload()
  await page.getByRole('button', { name: 'Undo all' }).click()
  await expect(page.getByRole('heading', { name: /Give back what job/ })).toBeVisible()
  await expect(domains.getByText('Has it again')).not.toHaveCount(0, { timeout: 60_000 })
  await expect(page.getByText('Done', { exact: true }).first()).toBeVisible({
    timeout: 60_000,
  })
  expect(await actual('app1')).toBe(256 * MiB)
  expect(await actual('app2')).toBe(192 * MiB)
  for (const name of names) {
    // How long a guest takes for it on a busy machine is not the question here.
    await lab
      .guest(name)
      .resetWorkload()
      .catch(() => undefined)
  }
})

test('the same for a selection, in Chinese, says why some give nothing', async ({
  as,
  ballast,
}) => {
  test.slow()
  const page = await as('operator')
  await page
    .context()
    .addCookies([{ name: 'ballast-locale', value: 'zh', url: ballast.url }])
  await page.goto(ballast.url)
  await page.getByRole('checkbox', { name: '选择 nodriver1' }).click()
  await page.getByRole('checkbox', { name: '选择 spare1' }).click()
  await page.getByRole('button', { name: '释放内存…' }).click()
  const dialog = page.getByRole('dialog', { name: '从 2 台虚拟机释放内存' })
  const nodriver = dialog.getByRole('row').filter({ hasText: 'nodriver1' })
  // A guest that was just begun to be watched may still be booting: that takes half a minute.
  await expect(async () => {
    await dialog.getByRole('button', { name: /查看方案|重新计算/ }).click()
    await expect(nodriver).toContainText('客户机没有气球驱动', { timeout: 2_000 })
  }).toPass({ timeout: 60_000 })
  await expect(dialog).toContainText('没有虚拟机能在不发生交换的情况下交出内存')
  await expect(dialog.getByRole('row').filter({ hasText: 'spare1' })).toContainText(
    '未运行',
  )
  await expect(dialog).toContainText('仍缺')
})

test('a policy is tried as a dry run, switched on, and gives everything back', async ({
  as,
  ballast,
  lab,
}) => {
  test.slow()
  const gamma = lab.host('gamma')
  const actual = async () => (await dommemstat(gamma, 'build1'))['actual'] ?? 0
  await lab.guest('build1').setWorkload({ fillMiB: 16 })
  const page = await as('admin')
  await page.goto(`${ballast.url}/hosts/gamma`)
  await page.getByRole('link', { name: 'Memory policy' }).click()
  await expect(page.getByText('Nothing: the policy is off.')).toBeVisible()
  const steps = page.getByRole('region', { name: 'What it did' })
  const step = steps.getByRole('row').filter({ hasText: 'build1' }).first()
  try {
    // More than the host has: it is short in any case.
    await page.getByRole('textbox', { name: 'Keep free' }).fill('999')
    await page.getByRole('combobox', { name: 'Mode' }).selectOption('dry-run')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(step).toContainText('only shown', { timeout: 90_000 })
    await expect(step).toContainText('the host was short')
    expect(await actual()).toBe(256 * MiB)

    await page.getByRole('combobox', { name: 'Mode' }).selectOption('on')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(step).toContainText('done', { timeout: 90_000 })
    await expect.poll(actual, { timeout: 60_000 }).toBeLessThan(256 * MiB)

    await page.getByRole('combobox', { name: 'Mode' }).selectOption('off')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Give everything back' }).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: 'Give everything back' })
      .click()
    await expect.poll(actual, { timeout: 60_000 }).toBe(256 * MiB)
  } finally {
    await gamma.virsh('setmem', 'build1', '256M', '--live')
    await lab.guest('build1').resetWorkload()
  }
})

test('a viewer sees the policy and changes nothing', async ({ as, ballast }) => {
  const page = await as('viewer')
  await page.goto(`${ballast.url}/hosts/gamma/memory-policy`)
  await expect(page.getByRole('region', { name: 'Domains' })).toContainText('build1')
  await expect(page.getByRole('button', { name: 'Save' })).toHaveAttribute(
    'aria-disabled',
    'true',
  )
})
