import { getLab } from './lab/index.ts'
import {
  type CreateLanguage,
  labLine,
  openCreatePage,
  removeDomain,
  runningNames,
  testPool,
} from './support/create-page.ts'
import { expect, test } from './support/test.ts'

const pool = testPool(getLab(), 'e2e-options')
test.beforeAll(() => pool.make())
test.afterAll(() => pool.remove())

test('a line is kept as a preset, comes back after a reload, and is forgotten', async ({
  as,
  ballast,
}) => {
  const page = await as('operator')
  const { line, name } = await openCreatePage(page, ballast.url)
  const kept = 'virt-install --name small --memory 96 --pxe'
  const menu = page.getByRole('button', { name: 'Presets', exact: true })
  await line.fill(kept)
  await menu.click()
  await page.getByRole('menuitem', { name: 'Keep this line' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Small ones')
  await dialog.getByRole('button', { name: 'Keep', exact: true }).click()
  await expect(dialog).toBeHidden()

  await page.goto(`${ballast.url}/create?host=alpha`)
  await expect(line).toHaveValue('')
  await menu.click()
  await page.getByRole('menuitem', { name: 'Small ones', exact: true }).click()
  await expect(line).toHaveValue(kept)
  await expect(name).toHaveValue('small')

  await menu.click()
  await page.getByRole('menuitem', { name: 'Forget Small ones' }).click()
  const cookie = await ballast.login('operator')
  const presets = async () =>
    (await (await ballast.api(cookie, 'GET', '/presets')).json()).presets
  await expect.poll(presets).toEqual([])
})

test('cloud-init: the seed ISO is on the domain and has the text, and the medium goes again', async ({
  as,
  ballast,
  lab,
}) => {
  test.setTimeout(120_000)
  const alpha = lab.host('alpha')
  const name = 'e2e-cloud'
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE2e otto@ballast'
  const page = await as('operator')
  const { line, create } = await openCreatePage(page, ballast.url)
  try {
    await line.fill(labLine(name, `--disk pool=${pool.name},size=0.01`))
    await page.getByRole('switch', { name: /^Prepare the first boot/ }).click()
    await page.getByLabel('SSH key of the cloud user').fill(key)
    await expect(line).toHaveValue(/clouduser-ssh-key=/)
    await expect(create).toBeEnabled({ timeout: 60_000 })
    await create.click()
    const cookie = await ballast.login('viewer')
    const step = async () =>
      (await (await ballast.api(cookie, 'GET', '/jobs?kinds=create')).json()).jobs[0]?.step
    await expect.poll(step, { timeout: 60_000 }).toBe('install')
    const iso = /\S+cloudinit\S*\.iso/.exec(await alpha.virsh('domblklist', name))?.[0]
    expect(iso).toBeTruthy()
    expect(await alpha.exec('grep', '-a', '-c', key, iso!)).toContain('1')
    expect(await alpha.exec('grep', '-a', '-c', '#cloud-config', iso!)).toContain('1')
    // Once the first boot is over only the domain stays.
    await alpha.virsh('destroy', name)
    await expect(page.getByText('Done', { exact: true })).toBeVisible({ timeout: 30_000 })
    expect(await alpha.exec('bash', '-c', `ls ${iso} 2>&1 || true`)).toContain(
      'No such file',
    )
    expect(await alpha.virsh('dumpxml', name)).not.toContain('cloudinit')
  } finally {
    await removeDomain(alpha, name)
  }
})

test('secure boot and a TPM are in the line, and the domain starts with both', async ({
  as,
  ballast,
  lab,
}) => {
  test.setTimeout(120_000)
  const alpha = lab.host('alpha')
  const name = 'e2e-secure'
  const page = await as('operator')
  const { line, create, xml } = await openCreatePage(page, ballast.url)
  try {
    await line.fill(
      `virt-install --name ${name} --memory 256 --osinfo debian11 --virt-type qemu --disk none --network none --graphics none --pxe`,
    )
    await page.getByRole('switch', { name: /^Secure boot/ }).click()
    await page.getByLabel(/^TPM/).selectOption('emulator')
    await expect(line).toHaveValue(
      /--boot uefi,firmware\.feature0\.name=secure-boot,firmware\.feature0\.enabled=yes,firmware\.feature1\.name=enrolled-keys,firmware\.feature1\.enabled=yes/,
    )
    await expect(line).toHaveValue(/--tpm (?:backend\.type=)?emulator/)
    await expect(xml).toContainText('<tpm model="tpm-crb">', { timeout: 30_000 })
    await expect(create).toBeEnabled({ timeout: 30_000 })
    await create.click()
    await expect.poll(() => runningNames(alpha), { timeout: 60_000 }).toContain(name)
    const running = await alpha.virsh('dumpxml', name)
    expect(running).toMatch(/<loader readonly='yes' secure='yes' type='pflash'>/)
    expect(running).toContain("<backend type='emulator'")
  } finally {
    await removeDomain(alpha, name)
  }
})

const problems = {
  en: {
    notWellFormed: /^Line \d+, column \d+: not well-formed XML\./,
    doctype: 'Line 1, column 1: a document type or an entity has no place in a domain.',
    root: 'Line 1, column 1: the root must be <domain>.',
  },
  zh: {
    notWellFormed: /^第 \d+ 行第 \d+ 列：XML 格式不正确。/,
    doctype: '第 1 行第 1 列：虚拟机 XML 中不允许文档类型或实体。',
    root: '第 1 行第 1 列：根元素必须是 <domain>。',
  },
} as const

for (const language of ['en', 'zh'] as const satisfies CreateLanguage[]) {
  test(`an edit of the XML stays while the form changes, and in the editor while it is wrong (${language})`, async ({
    as,
    ballast,
  }) => {
    const page = await as('operator')
    const { line, memory, xml, button, editor } = await openCreatePage(
      page,
      ballast.url,
      language,
    )
    await line.fill(
      'virt-install --name e2e-edit --memory 200 --osinfo debian11 --disk none --pxe',
    )
    await expect(xml).toContainText('204800', { timeout: 30_000 })
    await button('edit').click()
    const text = await editor.inputValue()
    const alert = page.getByRole('alert')
    const wrong = [
      ['notWellFormed', text.replace('</name>', '</nome>')],
      ['doctype', `<!DOCTYPE lolz [<!ENTITY a "aaaa">]>\n${text}`],
      ['root', '<network><name>e2e-edit</name></network>'],
    ] as const
    for (const [code, edit] of wrong) {
      await editor.fill(edit)
      await button('keep').click()
      await expect(alert.filter({ hasText: problems[language][code] })).toBeVisible()
      await expect(editor).toHaveValue(edit)
      await expect(editor).toBeFocused()
    }
    await editor.fill(text.replace('</name>', '</name>\n  <title>by hand</title>'))
    // The form goes on under the open editor; the edit keeps only what it changed.
    await memory.fill('300')
    await button('keep').click()
    await expect(xml).toContainText('<title>by hand</title>')
    await expect(xml).toContainText('307200', { timeout: 30_000 })
    await memory.fill('400')
    await expect(xml).toContainText('409600', { timeout: 30_000 })
    await expect(xml).toContainText('<title>by hand</title>')
    await button('drop').click()
    await expect(xml).not.toContainText('by hand')
    await expect(xml).toContainText('409600')
  })
}

test('a pasted line with what virt-install does not know has its words, and the form keeps every value', async ({
  as,
  ballast,
}) => {
  const page = await as('operator')
  const { line, name, memory } = await openCreatePage(page, ballast.url)
  await line.fill(
    'virt-install --name keep --memory 512 --disk size=7 --pxe --osinfo debian11',
  )
  await expect(memory).toHaveValue('512')
  for (const [pasted, words] of [
    [
      'virt-install --name x --disk size=1,frob=1,nicate=2',
      /Unknown --disk options: \['frob', 'nicate'\]/,
    ],
    ['virt-install --name x --frobnicate 3', /unrecognized arguments: --frobnicate 3/],
    ['virt-install --name "x', /No closing quotation/],
  ] as const) {
    await line.fill(pasted)
    await expect(line).toHaveAccessibleDescription(words)
    await expect(line).toHaveValue(pasted)
    await expect(name).toHaveValue('keep')
    await expect(memory).toHaveValue('512')
    await expect(page.getByLabel(/^Size/)).toHaveValue('7')
  }
})
