import type { Page } from '@playwright/test'

import type { Host } from './lab/index.ts'
import { expect, test } from './support/test.ts'

/** The figures of `virsh node-memory-tune`. */
async function tune(host: Host): Promise<Record<string, number>> {
  const text = await host.virsh('node-memory-tune')
  return Object.fromEntries(
    [...text.matchAll(/(shm_\w+)\s+(\d+)/g)].map(([, name = '', value]) => [
      name,
      Number(value),
    ]),
  )
}

/** What a size on the page is in KiB. */
function kibOf(text: string): number {
  const [, value = '', unit = ''] = /([\d.,]+)\s*(KiB|MiB|GiB|TiB)/.exec(text) ?? []
  const power = ['KiB', 'MiB', 'GiB', 'TiB'].indexOf(unit)
  return Number(value.replaceAll(',', '')) * 1024 ** power
}

const card = (page: Page, title: string) =>
  page.getByRole('region', { name: title }).first()
const ksmCard = (page: Page) =>
  page.locator('section').filter({ has: page.getByRole('heading', { name: /KSM/ }) })

test('what the guests may take is what virsh says, in words and by rank', async ({
  as,
  ballast,
  lab,
}) => {
  const page = await as('viewer')
  await page.goto(`${ballast.url}/hosts/alpha`)
  await page.getByRole('link', { name: 'Memory', exact: true }).click()
  await expect(page).toHaveURL(/hosts\/alpha\/memory$/)
  await expect(page.getByText(/^If every guest took its maximum: .+/)).toBeVisible()

  const alpha = lab.host('alpha')
  const names = (await alpha.virsh('list', '--name')).trim().split('\n')
  const maxima = new Map<string, number>()
  for (const name of names) {
    const info = await alpha.virsh('dominfo', name)
    maxima.set(name, Number(/Max memory:\s+(\d+)/.exec(info)?.[1]))
  }
  const sum = [...maxima.values()].reduce((all, kib) => all + kib, 0)
  const row = card(page, 'What the guests may take')
    .getByRole('row')
    .filter({ hasText: 'took its maximum' })
  const shown = kibOf(await row.getByRole('cell').nth(1).innerText())
  expect(Math.abs(shown - sum) / sum).toBeLessThan(0.01)
  const total = Number(/total\s*:\s*(\d+)/.exec(await alpha.virsh('nodememstats'))?.[1])
  const ram = card(page, 'What there is')
    .getByRole('row')
    .filter({ hasText: /^RAM\s/ })
  expect(
    Math.abs(kibOf(await ram.first().getByRole('cell').nth(1).innerText()) - total) / total,
  ).toBeLessThan(0.01)
  await expect(
    card(page, 'What there is').getByRole('row').filter({ hasText: 'Swap' }),
  ).toContainText('libvirt does not tell')

  await page.getByLabel('Rank by').selectOption('Maximum')
  const ranked = page.getByRole('list', { name: 'Biggest consumers' })
  const byMaximum = [...maxima].toSorted(
    ([a, left], [b, right]) => right - left || (a < b ? -1 : 1),
  )
  await expect(ranked.getByRole('link')).toHaveText(byMaximum.map(([name]) => name))
  await expect(page).toHaveURL(/by=maximum/)
})

test('KSM: an admin changes it with an audit line, a viewer only looks', async ({
  as,
  ballast,
  lab,
}) => {
  const gamma = lab.host('gamma')
  const before = await tune(gamma)
  const wanted = before.shm_pages_to_scan! + 23
  try {
    let page = await as('viewer')
    await page.goto(`${ballast.url}/hosts/gamma/memory`)
    await expect(ksmCard(page)).toContainText('libvirt does not tell whether KSM')
    await expect(
      ksmCard(page).getByRole('button', { name: 'Change settings' }),
    ).toHaveAttribute('aria-disabled', 'true')
    page = await as('admin')
    await page.goto(`${ballast.url}/hosts/gamma/memory`)
    await ksmCard(page).getByRole('button', { name: 'Change settings' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Pages in one go').fill('0')
    await expect(dialog.getByText('A whole number from 1 to')).toBeVisible()
    await dialog.getByLabel('Pages in one go').fill(String(wanted))
    await dialog.getByRole('button', { name: 'Set' }).click()
    await expect(dialog).toHaveCount(0)
    expect((await tune(gamma)).shm_pages_to_scan).toBe(wanted)
    await expect(ksmCard(page)).toContainText(`Pages in one go${wanted}`)
    const audit = await ballast.api(await ballast.login('admin'), 'GET', '/audit')
    const { entries } = await audit.json()
    const line = entries.find(({ action }: { action: string }) => action === 'host.ksm')
    expect(line).toMatchObject({
      who: 'ada',
      host: 'gamma',
      outcome: 'ok',
      command: expect.stringContaining(`node-memory-tune --shm-pages-to-scan ${wanted}`),
    })
  } finally {
    await gamma.virsh(
      'node-memory-tune',
      '--shm-pages-to-scan',
      String(before.shm_pages_to_scan),
    )
  }
})

test('NUMA of a host: cells, domains, advice, and whether numad is there', async ({
  as,
  ballast,
  lab,
}) => {
  const page = await as('operator')
  await page.goto(`${ballast.url}/hosts/alpha/numa`)
  const alpha = lab.host('alpha')
  const stats = await alpha.virsh('nodememstats', '--cell', '0')
  const total = Number(/total\s*:\s*(\d+)/.exec(stats)?.[1])
  const cell = page.getByRole('list', { name: 'Cells of this host' }).getByRole('listitem')
  await expect(cell).toHaveCount(1)
  const shown = kibOf(await cell.getByText('Memory').locator('+ dd').innerText())
  // A virtual machine whose own memory is plugged in and out is read anew once a minute.
  expect(Math.abs(shown - total) / total).toBeLessThan(0.05)
  const names = (await alpha.virsh('list', '--all', '--name')).trim().split('\n')
  const domains = page.getByRole('region', { name: 'Where the domains are' })
  for (const name of names) {
    await expect(domains.getByRole('link', { name, exact: true })).toBeVisible()
  }
  await expect(
    page.getByText('libvirt does not tell: it knows where it may lie'),
  ).toBeVisible()

  await page.getByLabel('vCPUs', { exact: true }).fill('1')
  await page.getByRole('textbox', { name: 'Memory' }).fill('64 MiB')
  await page.getByRole('button', { name: 'Advise' }).click()
  await expect(page.getByText('It fits: this host has one cell')).toBeVisible()
  await page.getByRole('textbox', { name: 'Memory' }).fill('4000 GiB')
  await page.getByRole('button', { name: 'Advise' }).click()
  await expect(page.getByText('It does not fit')).toBeVisible()

  await page.getByRole('button', { name: 'Ask libvirt' }).click()
  const there = (await alpha.exec('sh', '-c', 'command -v numad || true')).trim() !== ''
  await expect(
    page.getByText(there ? 'numad is on this host' : 'numad is not on this host'),
  ).toBeVisible()
})

test("a host of two cells (libvirt's test driver): cells and advice as freecell has them", async ({
  as,
  ballast,
  lab,
}) => {
  const gamma = lab.host('gamma')
  const uri = gamma.uri.replace(/^qemu(.*)\/system/, 'test$1/default')
  const admin = await ballast.login('admin')
  const added = await ballast.api(admin, 'POST', '/hosts', { uri, name: 'two-cells' })
  const { host } = (await added.json()) as { host: string }
  try {
    const page = await as('viewer')
    await page.goto(`${ballast.url}/hosts/${host}/numa`)
    const free = await gamma.exec('virsh', '-c', 'test:///default', 'freecell', '--all')
    const told = [...free.matchAll(/^ +\d+: +(\d+) KiB$/gm)].map(([, kib]) => Number(kib))
    expect(told).toHaveLength(2)
    const cells = page
      .getByRole('list', { name: 'Cells of this host' })
      .getByRole('listitem')
    await expect(cells).toHaveCount(2, { timeout: 20_000 })
    for (const [at, kib] of told.entries()) {
      const shown = cells.nth(at).getByText('Free', { exact: true }).locator('+ dd')
      expect(kibOf(await shown.innerText())).toBe(kib)
    }
    const [least = 0, most = 0] = told
    const advise = async (kib: number) => {
      await page.getByRole('textbox', { name: 'Memory' }).fill(`${kib / 1024} MiB`)
      await page.getByRole('button', { name: 'Advise' }).click()
    }
    await page.getByLabel('vCPUs', { exact: true }).fill('2')
    await advise(least)
    await expect(page.getByText('It fits in cell 1')).toBeVisible()
    await advise(most)
    await expect(page.getByText(/^It splits over cells/)).toBeVisible()
    await advise(least + most)
    await expect(page.getByText('It does not fit')).toBeVisible()
  } finally {
    await ballast.api(admin, 'DELETE', `/hosts/${host}`)
  }
})

test('NUMA of a domain: its vCPUs as vcpuinfo has them', async ({ as, ballast, lab }) => {
  const page = await as('viewer')
  const guest = lab.guest('db1')
  await page.goto(`${ballast.url}/hosts/alpha/domains/${guest.uuid}`)
  const tab = page.getByRole('link', { name: 'NUMA', exact: true })
  await page.goto(new URL((await tab.getAttribute('href'))!, ballast.url).href)
  const table = page.getByRole('region', { name: 'vCPUs' })
  const info = await lab.host('alpha').virsh('vcpuinfo', 'db1')
  const vcpus = [...info.matchAll(/^VCPU:\s+(\d+)/gm)].length
  await expect(table.getByRole('row')).toHaveCount(vcpus + 1)
  await expect(page.getByText(/numatune db1/)).toBeVisible()
})

test('both pages in Chinese', async ({ as, ballast }) => {
  const page = await as('viewer')
  await page
    .context()
    .addCookies([{ name: 'ballast-locale', value: 'zh', url: ballast.url }])
  await page.goto(`${ballast.url}/hosts/alpha/memory`)
  await expect(page.getByText(/^如果所有虚拟机都用到上限：/)).toBeVisible()
  await expect(page.getByRole('heading', { name: '占用最多的虚拟机' })).toBeVisible()
  await page.goto(`${ballast.url}/hosts/alpha/numa`)
  await expect(page.getByRole('heading', { name: '宿主机的 NUMA 节点' })).toBeVisible()
  await page.getByRole('button', { name: '给出建议' }).click()
  await expect(page.getByText(/放得下|放不下/).first()).toBeVisible()
})

test('the pages come with their figures, and a host that hangs holds up none', async ({
  as,
  ballast,
  lab,
}) => {
  const [db1, gamma] = [lab.guest('db1'), lab.host('gamma')]
  const page = await as('viewer')
  // As the server sends it: nothing came over the live channel yet.
  const sent = async (path: string) => {
    const answer = await page.request.get(`${ballast.url}/hosts/${path}`)
    expect(answer.status()).toBe(200)
    return await answer.text()
  }
  const memory = await sent('alpha/memory?by=maximum')
  expect(memory).toMatch(/>If every guest took its maximum: [^<]+</)
  const consumers = memory.slice(memory.indexOf('aria-label="Biggest consumers"'))
  expect(/<bdi>(\w+)<\/bdi>/.exec(consumers)?.[1]).toBe('db1')
  expect(await sent('alpha/numa')).toContain('aria-label="Cells of this host"')
  const numa = await sent(`alpha/domains/${db1.uuid}/numa`)
  expect(numa).toContain('aria-label="vCPUs"')
  const domain = await sent(`alpha/domains/${db1.uuid}/memory`)
  expect(domain).toMatch(/hugetlb_pgfail<\/code>/)

  gamma.stopLibvirtd()
  try {
    for (const part of ['memory', 'numa']) {
      const startedMs = Date.now()
      expect(await sent(`gamma/${part}`)).toContain('gamma')
      // A look at the host is given up after 0.4 s; it would take until the host answers again.
      expect(Date.now() - startedMs).toBeLessThan(5_000)
    }
  } finally {
    gamma.contLibvirtd()
  }
})
