import { getLab } from './lab/index.ts'
import {
  createParts,
  labLine,
  openCreatePage,
  removeDomain,
  runningNames,
  testPool,
} from './support/create-page.ts'
import { expect, signIn, test } from './support/test.ts'

const tiny = testPool(getLab(), 'e2e-tiny', 96)
const roomy = testPool(getLab(), 'e2e-roomy')
test.beforeAll(async () => {
  await tiny.make()
  await roomy.make()
})
test.afterAll(async () => {
  await tiny.remove()
  await roomy.remove()
})

test('from the job of a failed creation another person comes back to the form, mends it and it runs', async ({
  as,
  ballast,
  lab,
  page,
}) => {
  test.setTimeout(120_000)
  const alpha = lab.host('alpha')
  const name = 'e2e-again'
  await as('operator')
  const { line, create, button, editor } = await openCreatePage(page, ballast.url)
  try {
    await line.fill(
      labLine(
        name,
        `--disk pool=${tiny.name},size=0.0625,format=raw,sparse=no --graphics vnc,password=hush`,
      ).replace(' --graphics none', ''),
    )
    await expect(create).toBeEnabled({ timeout: 60_000 })
    await button('edit').click()
    const xml = await editor.inputValue()
    await editor.fill(xml.replace('</name>', '</name>\n  <title>by hand</title>'))
    await button('keep').click()
    await page.getByLabel('Keep what was made if it fails').check()
    // Somebody fills the pool meanwhile, and libvirt does not look again by itself.
    await alpha.exec('fallocate', '-l', '80M', `${tiny.path}/filler`)
    await create.click()
    const job = page.getByRole('link', { name: `Create ${name} on alpha` })
    await expect(page.getByText('Failed', { exact: true })).toBeVisible({ timeout: 60_000 })
    await job.click()
    await expect(page).toHaveURL(/\/jobs\/\d+$/)
    const address = page.url()

    // Later, somebody else, with nothing but the job's address.
    await page.context().clearCookies()
    await signIn(page, ballast, 'admin')
    await page.goto(address)
    await expect(page.getByText('--graphics password')).toBeVisible()
    await page.getByRole('link', { name: 'Back to the form' }).click()
    const back = createParts(page)
    await expect(back.name).toHaveValue(name, { timeout: 60_000 })
    await expect(back.memory).toHaveValue('128')
    await expect(back.line).toHaveValue(/pool=e2e-tiny/)
    await expect(back.line).toHaveValue(/--graphics vnc$|--graphics vnc /)
    await expect(
      page.getByText(/Not kept, because it is secret.*--graphics password/),
    ).toBeVisible()
    await expect(page.getByLabel('Keep what was made if it fails')).toBeChecked()
    await expect(back.xml).toContainText('<title>by hand</title>')
    const size = page.getByLabel(/^Size/)
    await expect(size).toHaveAccessibleDescription(/No space left|not enough free space/)

    await page.getByRole('combobox', { name: /^Pool/ }).selectOption(roomy.name)
    // What was mended is not called wrong any more.
    await expect(size).not.toHaveAccessibleDescription(/No space left|not enough/)
    const again = page.getByRole('button', { name: 'Try again' })
    await expect(again).toBeEnabled({ timeout: 60_000 })
    await again.click()
    await expect.poll(() => runningNames(alpha), { timeout: 60_000 }).toContain(name)
    expect(await roomy.volumes()).toEqual([expect.stringContaining(name)])
    const live = await alpha.virsh('dumpxml', name)
    expect(live).toContain('<title>by hand</title>')
    // The page knows its job over a reload.
    await page.reload()
    await expect(page.getByRole('link', { name: `Open ${name}` })).toBeVisible()
  } finally {
    await removeDomain(alpha, name)
  }
})

test('a name that is taken meanwhile is said beside the name, in Chinese too', async ({
  as,
  ballast,
  lab,
}) => {
  test.setTimeout(90_000)
  const gamma = 'spare1'
  const alpha = lab.host('alpha')
  const name = 'e2e-taken'
  const page = await as('operator')
  const parts = await openCreatePage(page, ballast.url, 'zh')
  try {
    await parts.line.fill(labLine(name, '--disk none'))
    await expect(parts.create).toBeEnabled({ timeout: 60_000 })
    const xml = (await lab.host('gamma').virsh('dumpxml', '--inactive', gamma))
      .replace(/<uuid>.*<\/uuid>/, '')
      .replace(`<name>${gamma}<`, `<name>${name}<`)
    await alpha.define(xml)
    await parts.create.click()
    await expect(parts.name).toHaveAccessibleDescription(
      `alpha 上已有虚拟机 ${name}。同一宿主机上名称不可重复。`,
    )
    await expect(parts.create).toBeDisabled()
    await expect(parts.memory).toHaveValue('128')
    await parts.name.fill(`${name}2`)
    await expect(parts.create).toBeEnabled({ timeout: 30_000 })
    await parts.create.click()
    await expect.poll(() => runningNames(alpha), { timeout: 60_000 }).toContain(`${name}2`)
    // That it is taken by what was just made is no fault of the form.
    await expect(parts.create).toHaveAccessibleDescription(/此虚拟机已创建/)
    await expect(parts.name).not.toHaveAttribute('aria-invalid', 'true')
    await expect(parts.create).toBeDisabled()
  } finally {
    await removeDomain(alpha, name)
    await removeDomain(alpha, `${name}2`)
  }
})
