import { BallastServer } from './support/ballast-server.ts'
import { createParts } from './support/create-page.ts'
import { expect, signIn, test } from './support/test.ts'

test('the lists of a host that was away fill when it is back, and what was typed is kept', async ({
  lab,
  page,
}) => {
  test.setTimeout(180_000)
  const gamma = lab.host('gamma')
  await gamma.killSshd()
  try {
    const ballast = await BallastServer.start({ hosts: { gamma: gamma.uri } })
    try {
      await signIn(page, ballast, 'operator')
      await page.goto(`${ballast.url}/create?host=gamma`)
      const { line, xml, create, say } = createParts(page)
      await page.getByLabel(say.name).fill('away1')
      await page.getByLabel(say.memory).fill('160')
      await page.getByLabel(say.source).selectOption('pxe')
      await page.getByRole('combobox', { name: /Operating system/ }).fill('debian11')
      const typed =
        'virt-install --name away1 --memory 160 --osinfo debian11 --virt-type qemu --pxe'
      await line.fill(typed)
      await expect(page.getByText(/It does not answer now/).first()).toBeVisible()
      await expect(page.getByText('Connection refused').first()).toBeVisible()
      await expect(create).toBeDisabled()
      await expect(xml).toHaveCount(0)

      await gamma.startSshd()
      await expect(xml).toContainText('<name>away1</name>', { timeout: 90_000 })
      await expect(page.getByText('Connection refused')).toHaveCount(0)
      const pools = (await gamma.virsh('pool-list', '--name')).split('\n').filter(Boolean)
      await page.getByRole('button', { name: say.getImage }).click()
      const options = page.getByLabel(say.pool).getByRole('option')
      await expect(options).toHaveCount(pools.length)
      await expect(options.first()).toContainText(pools[0] ?? '')
      await expect(page.getByLabel(say.name)).toHaveValue('away1')
      await expect(line).toHaveValue(typed)
      await expect(create).toBeEnabled({ timeout: 30_000 })
    } finally {
      await ballast.stop()
    }
  } finally {
    await gamma.startSshd()
  }
})
