import { getLab } from './lab/index.ts'
import {
  archImage,
  openCreatePage,
  removeDomain,
  runningNames,
  testPool,
} from './support/create-page.ts'
import { expect, test } from './support/test.ts'

/** As it stands in issue 4, with the path that the lab has. */
const seedLine = (iso: string, name: string) =>
  `virt-install --name ${name} --memory 256 --vcpus=2,maxvcpus=4 --cpu host --disk size=1,format=qcow2 --network user --virt-type kvm --cdrom ${iso}`

const pool = testPool(getLab(), 'e2e-create')
test.beforeAll(() => pool.make())
test.afterAll(() => pool.remove())

for (const language of ['en', 'zh'] as const) {
  test(`the form makes the line and the XML, a line fills the form (${language})`, async ({
    as,
    ballast,
  }) => {
    test.setTimeout(120_000)
    const page = await as('operator')
    const { say, line, xml } = await openCreatePage(page, ballast.url, language)
    await page.getByLabel(say.name).fill('e2e-form')
    await page.getByLabel(say.memory).fill('300')
    await page.getByRole('button', { name: say.addDisk }).click()
    await page.getByLabel(say.source).selectOption('pxe')
    await expect(line).toHaveValue(
      'virt-install --name e2e-form --memory 300 --disk size=20 --pxe',
    )
    await page
      .getByRole('combobox', { name: /--osinfo|osinfo|操作系统|Operating/ })
      .fill('debian11')
    await expect(xml).toContainText('<name>e2e-form</name>', { timeout: 60_000 })
    // What was asked for stands out from what comes by default: virsh's unit is KiB.
    await expect(xml.getByTitle('--name', { exact: false }).first()).toBeVisible()
    await expect(xml).toContainText('307200')

    await line.fill(
      'virt-install --name other --memory 512 --disk none --import --osinfo debian11',
    )
    await expect(page.getByLabel(say.name)).toHaveValue('other')
    await expect(page.getByLabel(say.memory)).toHaveValue('512')
    await expect(page.getByLabel(say.source)).toHaveValue('import')
    await expect(xml).toContainText('<name>other</name>')
    // Short enough to be shared by its address.
    await expect(page).toHaveURL(/line=virt-install[^&]*other/)
    await page.reload()
    await expect(page.getByLabel(say.name)).toHaveValue('other')

    await line.fill('virt-install --name other --frobnicate 3')
    await expect(
      page.getByText(/unrecognized arguments: --frobnicate/).first(),
    ).toBeVisible()
    // Nothing that was understood before is lost.
    await expect(page.getByLabel(say.memory)).toHaveValue('512')
  })
}

test('an ISO is uploaded, the seed line says that there is no kvm, and with one click it boots', async ({
  as,
  ballast,
  lab,
}) => {
  test.setTimeout(300_000)
  const alpha = lab.host('alpha')
  const name = 'e2e-martins3'
  const page = await as('operator')
  const { line, create } = await openCreatePage(page, ballast.url)
  try {
    await page.getByRole('button', { name: 'Get an image' }).click()
    await page.getByLabel('Into the pool').selectOption(pool.name, { timeout: 60_000 })
    const buffer = archImage()
    await page.getByLabel('File to upload').setInputFiles({
      name: 'arch-linux_install.iso',
      mimeType: 'application/octet-stream',
      buffer,
    })
    const iso = `${pool.path}/arch-linux_install.iso`
    await expect(line).toHaveValue(`virt-install --cdrom ${iso}`, { timeout: 60_000 })
    const size = await alpha.exec('stat', '-c', '%s', iso)
    expect(Number(size)).toBe(buffer.length)

    // It is among the volumes to pick from at once.
    await expect(page.getByRole('combobox', { name: 'From the pools' })).toHaveValue(iso)

    await line.fill(seedLine(iso, name))
    await expect(page.getByText('This host has no KVM', { exact: true })).toBeVisible({
      timeout: 60_000,
    })
    await expect(create).toBeDisabled()
    await page.getByRole('button', { name: /Change to --virt-type qemu/ }).click()
    await expect(line).toHaveValue(/--virt-type qemu/)
    await expect(create).toBeEnabled({ timeout: 60_000 })
    await create.click()
    await expect.poll(() => runningNames(alpha), { timeout: 120_000 }).toContain(name)
    const xml = await alpha.virsh('dumpxml', name)
    expect(xml).toContain(`<domain type='qemu'`)
    expect(xml).toContain(iso)
    expect(await alpha.virsh('domblklist', name)).toContain('.qcow2')
    // It is in the fleet at once, and the job knows it.
    await page.getByRole('link', { name: `Create ${name} on alpha` }).click()
    await expect(page.getByText('Installation').first()).toBeVisible()
    await page.goto(ballast.url)
    await expect(page.getByRole('link', { name, exact: true })).toBeVisible()
  } finally {
    await removeDomain(alpha, name)
  }
})

test('what fails on the host brings the form back with the cause, and the second try works', async ({
  as,
  ballast,
  lab,
}) => {
  test.setTimeout(240_000)
  const alpha = lab.host('alpha')
  const name = 'e2e-retry'
  const page = await as('operator')
  const { line, create } = await openCreatePage(page, ballast.url)
  const disk = `${pool.path}/${name}.qcow2`
  try {
    await line.fill(
      `virt-install --name ${name} --memory 128 --osinfo debian11 --virt-type qemu --disk path=${disk},size=1 --network none --graphics none --pxe`,
    )
    await expect(create).toBeEnabled({ timeout: 60_000 })
    // The disk's file comes into being behind Ballast's back: making the volume fails.
    await page.getByLabel('Document').selectOption('final')
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    const editor = page.getByLabel('Edit the domain XML')
    const text = await editor.inputValue()
    await editor.fill(text.replace(/<emulator>[^<]*</, '<emulator>/nonexistent<'))
    await page.getByRole('button', { name: 'Keep the edit' }).click()
    await page.getByLabel('Document').selectOption('install')
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    const second = await editor.inputValue()
    await editor.fill(second.replace(/<emulator>[^<]*</, '<emulator>/nonexistent<'))
    await page.getByRole('button', { name: 'Keep the edit' }).click()
    await create.click()
    await expect(page.getByText('Failed', { exact: true })).toBeVisible({ timeout: 60_000 })
    await expect(page.getByText(/nonexistent/).first()).toBeVisible()
    // Nothing was left behind, and nothing of the form is lost.
    expect(await alpha.virsh('list', '--all', '--name')).not.toContain(name)
    expect(await alpha.exec('ls', pool.path)).not.toContain(name)
    await expect(page.getByLabel(/^Name/)).toHaveValue(name)
    await page.getByRole('button', { name: 'Drop the edits' }).click()
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect.poll(() => runningNames(alpha), { timeout: 120_000 }).toContain(name)
  } finally {
    await removeDomain(alpha, name)
  }
})

test('another one like this has the same sizes and a name of its own', async ({
  as,
  ballast,
  lab,
}) => {
  test.setTimeout(120_000)
  const page = await as('operator')
  const cookie = await ballast.login('viewer')
  const { rows } = await (await ballast.api(cookie, 'GET', '/domains?search=web1')).json()
  const maximum = /Max memory:\s+(\d+) KiB/.exec(
    await lab.host(rows[0].host).virsh('dominfo', 'web1'),
  )
  await page.goto(`${ballast.url}/hosts/${rows[0].host}/domains/${rows[0].uuid}`)
  // Before the page is alive a click on it is lost.
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await page.getByRole('link', { name: 'Another one like this' }).click()
  const line = page.getByLabel('virt-install line', { exact: true })
  await expect(line).toHaveValue(/--name web2 /, { timeout: 60_000 })
  const mib = Number(maximum?.[1]) / 1024
  await expect(line).toHaveValue(new RegExp(`--memory \\S*\\b${mib}\\b`))
})

test('a viewer sees the page and is told that creating needs an operator', async ({
  as,
  ballast,
}) => {
  const page = await as('viewer')
  const { create } = await openCreatePage(page, ballast.url)
  await expect(create).toBeDisabled()
  await page.goto(ballast.url)
  await expect(page.getByRole('link', { name: 'New domain' })).toHaveCount(0)
})
