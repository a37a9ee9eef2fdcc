import type { Page } from '@playwright/test'

import { getLab } from './lab/index.ts'
import type { Guest, Host } from './lab/index.ts'
import { expect, test } from './support/test.ts'

const domainUrl = (host: string, guest: Guest) => `/hosts/${host}/domains/${guest.uuid}`

/** Where a guest of the plan runs now, as libvirt on the hosts says it. */
async function whereIs(name: string): Promise<Host> {
  for (const host of getLab().hosts) {
    const running = await host.virsh('list', '--name')
    if (running.split('\n').includes(name)) return host
  }
  throw new Error(`${name} runs nowhere`)
}

/** Brings a guest back to the host where the plan has it. */
async function bringHome(name: string): Promise<void> {
  const home = getLab().guest(name).hostName
  const host = await whereIs(name)
  if (host.name === home) return
  const uri = `qemu+ssh://${getLab().host(home).address}/system`
  const words = ['--live', '--p2p', '--persistent', '--undefinesource']
  await host.virsh('migrate', ...words, name, uri)
}

const homes = ['app1', 'app2', 'legacy1']
test.afterEach(async () => {
  for (const name of homes) await bringHome(name)
  await getLab().guest('app1').resetWorkload()
})

const slider = (page: Page, name: string) => page.getByRole('slider', { name })

test('the dialog shows what is in the way, forecasts, and the job page follows the move to its end', async ({
  as,
  ballast,
  lab,
}) => {
  test.setTimeout(150_000)
  const app2 = lab.guest('app2')
  const page = await as('operator')
  await page.goto(ballast.url + domainUrl('beta', app2))
  const dialog = page.getByRole('dialog')
  await expect(async () => {
    // The page may not have woken up at the first click.
    if (!(await dialog.isVisible())) {
      await page.getByRole('button', { name: 'Migrate…' }).click({ timeout: 5_000 })
    }
    await expect(dialog).toBeVisible({ timeout: 10_000 })
  }).toPass()
  await dialog.getByRole('radio', { name: 'gamma' }).check()
  // Emulated guests may lose memory on the way: said before.
  await expect(dialog.getByText(/TCG can lose memory/)).toBeVisible()
  const forecast = dialog.getByTestId('forecast')
  await expect(forecast).toHaveAttribute('data-verdict', /converges|likely/)
  const total = () => forecast.locator('dd').first().textContent()
  const before = await total()
  await slider(page, 'Bandwidth limit').press('Home')
  await expect.poll(total).not.toBe(before)
  for (let step = 0; step < 4; step++) {
    await slider(page, 'Bandwidth limit').press('ArrowRight')
  }
  await expect(dialog.getByText(/virsh .*migrate app2 .*--bandwidth 30/)).toBeVisible()
  await dialog.getByRole('button', { name: 'Migrate anyway' }).click()

  await page.waitForURL(/\/jobs\/\d+$/)
  const migration = page.getByTestId('migration')
  await expect(migration.getByTestId('outcome')).toHaveAttribute('data-outcome', 'moved', {
    timeout: 90_000,
  })
  await expect(migration.getByText('app2 runs on gamma and answers.')).toBeVisible()
  const table = migration.getByRole('region', { name: 'Forecast and outcome' })
  await expect(table.getByRole('row', { name: /^Total time \d.*\d+ ?%$/ })).toBeVisible()
  await expect(table.getByRole('row', { name: /^Converges/ })).toContainText('yes')
  // The domain keeps it, beside what was expected, and the model says what it learned of the pair.
  await page.goto(`${ballast.url}${domainUrl('gamma', app2)}/migration`)
  const run = page.getByRole('table', { name: 'Earlier moves' }).getByRole('row').nth(1)
  await expect(run).toContainText(/beta → gamma.*Direct.*limit 30(\.0)? MiB\/s.*done/)
  const pair = page.getByRole('table', { name: 'What the model learned' })
  await expect(pair.getByRole('row', { name: /beta → gamma/ })).toContainText(/\d+ of \d+/)
  await page.goto(`${ballast.url}/migrations?from=beta&to=gamma`)
  await expect(page.getByTestId('runs').getByText('app2')).toBeVisible()
  await page.goto(`${ballast.url}/migrations?from=alpha&to=alpha`)
  await expect(page.getByText('No move matches.')).toBeVisible()
  expect((await whereIs('app2')).name).toBe('gamma')
})

test('a link that no move went over is measured by a click, which the forecast takes over', async ({
  as,
  ballast,
  lab,
}) => {
  test.setTimeout(90_000)
  const page = await as('operator')
  await page.goto(`${ballast.url}${domainUrl('alpha', lab.guest('web1'))}?migrate=true`)
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: 'gamma' }).check()
  const source = dialog.getByTestId('link-source')
  await expect(source).toHaveAttribute('data-from', /hosts|assumed/, { timeout: 30_000 })
  await dialog.getByRole('button', { name: 'Measure the link' }).click()
  await expect(source).toHaveAttribute('data-from', 'probed', { timeout: 40_000 })
  await expect(source).toContainText(/Link: [\d.,]+ [MG]iB\/s, as measured .* ago/)
  await expect(dialog.getByText(/Pages of zeroes: about \d+ ?% of/)).toBeVisible()
  await page.goto(`${ballast.url}/audit`)
  await expect(page.getByText(/nc gamma 49215/).first()).toBeVisible()
})

test('a move that cannot converge is called so before and during, and is aborted', async ({
  as,
  ballast,
  lab,
}) => {
  test.setTimeout(180_000)
  const app1 = lab.guest('app1')
  await app1.setWorkload({ dirtyMiBps: 60, workingSetMiB: 90 })
  const page = await as('operator')
  // A look at the dirty rate first, so that there is something to forecast from.
  await page.goto(`${ballast.url}${domainUrl('beta', app1)}/dirty-rate`)
  await expect(page.getByText(/MiB\/s/).first()).toBeVisible({ timeout: 40_000 })
  await page.goto(`${ballast.url}${domainUrl('beta', app1)}?migrate=true`)
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: 'gamma' }).check()
  await dialog.getByRole('button', { name: 'Measure the dirty rate now' }).click()
  await slider(page, 'Bandwidth limit').press('Home')
  for (let step = 0; step < 2; step++) {
    await slider(page, 'Bandwidth limit').press('ArrowRight')
  }
  const forecast = dialog.getByTestId('forecast')
  await expect(forecast).toHaveAttribute('data-verdict', 'never', { timeout: 60_000 })
  await expect(forecast.getByText('What would let it end')).toBeVisible()
  await expect(forecast.getByText(/post-copy: .* in all/)).toBeVisible()
  await dialog.getByRole('button', { name: 'Migrate anyway' }).click()

  await page.waitForURL(/\/jobs\/\d+$/)
  const migration = page.getByTestId('migration')
  await expect(migration.getByTestId('verdict')).toHaveAttribute('data-kind', 'stuck', {
    timeout: 90_000,
  })
  await expect(
    migration.getByText(/Stuck for .* the guest writes .* the link gives/),
  ).toBeVisible()
  await expect(migration.locator('.recharts-surface').first()).toBeVisible()
  // What was not allowed at the start cannot be done now, and says why.
  const postCopy = migration.getByRole('button', { name: 'Switch to post-copy' })
  await expect(postCopy).toHaveAttribute('aria-disabled', 'true')
  await migration.getByRole('button', { name: 'Abort' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Abort' }).click()
  await expect(migration.getByText(/Aborted: app1 runs on beta/)).toBeVisible({
    timeout: 30_000,
  })
  expect((await whereIs('app1')).name).toBe('beta')
  expect((await app1.workload()).restarts).toBe(0)
  await app1.resetWorkload()
})

test('the matrix tells obstacles apart, and one click makes hosts alike; also in Chinese', async ({
  as,
  ballast,
  lab,
}) => {
  test.setTimeout(120_000)
  const [alpha, beta] = [lab.host('alpha'), lab.host('beta')]
  const xml =
    "<network><name>lonely</name><forward mode='nat'/><bridge name='virbr7'/>" +
    "<ip address='192.168.197.1' netmask='255.255.255.0'/></network>"
  const file = '/tmp/lonely.xml'
  await alpha.exec('sh', '-c', `printf '%s' "${xml}" > ${file}`)
  try {
    await alpha.virsh('net-define', file)
    await alpha.virsh('net-start', 'lonely')
    const domain = (await alpha.virsh('dumpxml', '--inactive', 'web1'))
      .replace(/<name>[^<]*<\/name>/, '<name>lonely1</name>')
      .replace(/<uuid>[^<]*<\/uuid>/, '')
      .replace(/<disk [\s\S]*?<\/disk>/g, '')
      .replace(/<mac [^>]*>/, '')
      .replace("network='default'", "network='lonely'")
    await alpha.define(domain)

    const page = await as('operator')
    await page.goto(`${ballast.url}/migrations?search=lonely1`)
    const cell = page.getByRole('button', { name: 'lonely1 to beta: Obstacle' })
    await cell.click()
    await expect(page.getByText('beta has no network lonely')).toBeVisible()
    await page.getByText('What is sent').click()
    await expect(page.getByText("<forward mode='nat'/>")).toBeVisible()
    await page.getByRole('button', { name: 'Define network lonely there' }).click()
    await expect(
      page.getByRole('button', { name: /lonely1 to beta: (OK|Warning)/ }),
    ).toBeVisible({ timeout: 30_000 })
    expect(await beta.virsh('net-list', '--name')).toContain('lonely')
    await page.goto(`${ballast.url}/audit`)
    await expect(page.getByText(/net-define lonely\.xml/).first()).toBeVisible()

    await page
      .context()
      .addCookies([{ name: 'ballast-locale', value: 'zh', url: ballast.url }])
    await page.goto(`${ballast.url}/migrations?search=lonely1`)
    await page.getByRole('button', { name: /lonely1 到 gamma：障碍/ }).click()
    await expect(page.getByText('gamma 没有网络 lonely')).toBeVisible()
  } finally {
    await alpha.virsh('undefine', 'lonely1').catch(() => undefined)
    for (const host of [alpha, beta]) {
      await host.virsh('net-destroy', 'lonely').catch(() => undefined)
      await host.virsh('net-undefine', 'lonely').catch(() => undefined)
    }
  }
})

test('all that one host lacks is made there with one confirmation', async ({
  as,
  ballast,
  lab,
}) => {
  test.setTimeout(90_000)
  const [alpha, gamma] = [lab.host('alpha'), lab.host('gamma')]
  const define = async (kind: 'net' | 'pool', xml: string) => {
    await alpha.exec('sh', '-c', `printf '%s' "${xml}" > /tmp/alike.xml`)
    await alpha.virsh(`${kind}-define`, '/tmp/alike.xml')
  }
  try {
    await define('net', '<network><name>alike-net</name></network>')
    await alpha.virsh('net-start', 'alike-net')
    const folder = '/tmp/alike-pool'
    await define(
      'pool',
      `<pool type='dir'><name>alike-pool</name><target><path>${folder}</path></target></pool>`,
    )
    await alpha.virsh('pool-build', 'alike-pool')
    await alpha.virsh('pool-start', 'alike-pool')
    const page = await as('operator')
    await page.goto(`${ballast.url}/migrations`)
    await page.getByRole('button', { name: 'Make hosts alike…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('As on').selectOption('alpha')
    await dialog.getByLabel('To change').selectOption('gamma')
    const list = dialog.getByTestId('alike')
    await expect(list.getByText('Define network alike-net')).toBeVisible()
    await expect(list.getByText('Define pool alike-pool')).toBeVisible()
    await dialog.getByRole('button', { name: /^Make \d+ changes on gamma$/ }).click()
    await expect(dialog.getByText('gamma lacks nothing that alpha has.')).toBeVisible({
      timeout: 30_000,
    })
    expect(await gamma.virsh('net-list', '--name')).toContain('alike-net')
    expect(await gamma.virsh('pool-list', '--name')).toContain('alike-pool')
  } finally {
    for (const host of [alpha, gamma]) {
      for (const words of [
        ['net-destroy', 'alike-net'],
        ['net-undefine', 'alike-net'],
        ['pool-destroy', 'alike-pool'],
        ['pool-undefine', 'alike-pool'],
      ]) {
        await host.virsh(...words).catch(() => undefined)
      }
    }
  }
})

test('a viewer may look at the forecast and start nothing', async ({
  as,
  ballast,
  lab,
}) => {
  const page = await as('viewer')
  const home = (await whereIs('app2')).name
  await page.goto(`${ballast.url}${domainUrl(home, lab.guest('app2'))}?migrate=true`)
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByTestId('forecast')).toBeVisible({ timeout: 30_000 })
  await expect(dialog.getByRole('button', { name: /^Migrate( anyway)?$/ })).toHaveAttribute(
    'aria-disabled',
    'true',
  )
})

test('a host is evacuated by a plan, as one job, and nothing runs there any more', async ({
  as,
  ballast,
  lab,
}) => {
  test.setTimeout(240_000)
  await lab.guest('app1').setWorkload({ fillMiB: 20 })
  const page = await as('operator')
  await page.goto(`${ballast.url}/hosts/beta`)
  await page.getByRole('button', { name: 'Evacuate…' }).click()
  const dialog = page.getByRole('dialog')
  const plan = dialog.getByRole('table', { name: 'Plan' })
  await expect(plan.getByRole('row')).toHaveCount(1 + homes.length, { timeout: 40_000 })
  await expect(dialog.getByTestId('evacuation-total')).toContainText('3 domains, about')
  await dialog.getByRole('button', { name: 'Start' }).click()
  await page.waitForURL(/\/jobs\/\d+$/)
  const rows = page.getByRole('table', { name: 'Plan' })
  // Two go at once: paused, the third one waits until somebody lets it go on.
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByText('what is under way goes on')).toBeVisible()
  await expect(rows.getByText('moved', { exact: true })).toHaveCount(2, {
    timeout: 120_000,
  })
  await expect(rows.getByText('waits', { exact: true })).toHaveCount(1)
  await page.getByRole('button', { name: 'Go on' }).click()
  for (const name of homes) {
    await expect(rows.getByRole('row', { name: new RegExp(name) })).toContainText('moved', {
      timeout: 120_000,
    })
  }
  expect((await lab.host('beta').virsh('list', '--name')).trim()).toBe('')
  for (const name of homes) expect((await whereIs(name)).name).not.toBe('beta')
})
