import type { Page } from '@playwright/test'

import type { Guest } from './lab/index.ts'
import { LiveClient } from './support/live-client.ts'
import { expect, signIn, test } from './support/test.ts'

const monitorUrl = (guest: Guest, mode = 'qmp') =>
  `/hosts/${guest.hostName}/domains/${guest.uuid}/monitor?mode=${mode}`
const editor = (page: Page) => page.getByRole('textbox', { name: 'QMP command (JSON)' })
const send = (page: Page) => page.getByRole('button', { name: 'Send', exact: true })
const answer = (page: Page) =>
  page.locator('section').filter({ has: page.getByRole('heading', { name: 'Answer' }) })

/** Opens the tab, and waits until the page is alive: before that it takes back what is typed. */
async function openMonitor(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await expect(page.getByText('listening', { exact: true })).toBeVisible({
    timeout: 30_000,
  })
}

test('an operator completes a command from the schema of the running QEMU and reads the tree', async ({
  as,
  ballast,
  lab,
}) => {
  const db1 = lab.guest('db1')
  const page = await as('operator')
  await openMonitor(page, ballast.url + monitorUrl(db1))
  await editor(page).fill('')
  // It taints the domain, so it is read only when somebody begins to write.
  await expect(page.getByText(/\d+ commands of QEMU 7\./)).toBeVisible()
  await editor(page).pressSequentially('query-memory-s')
  await expect(
    page.getByRole('option', { name: 'query-memory-size-summary' }),
  ).toBeVisible()
  await page.keyboard.press('Tab')
  await expect(editor(page)).toHaveValue('{"execute": "query-memory-size-summary"}')
  await page.keyboard.press('Control+Enter')
  await expect(answer(page)).toContainText('base-memory')
  await expect(answer(page)).toContainText(String(384 * 1024 * 1024))
  await expect(answer(page)).toContainText(
    `qemu-monitor-command db1 --pretty '{"execute":"query-memory-size-summary"}'`,
  )
  await answer(page)
    .getByRole('button', { name: /^Close Answer of QEMU/ })
    .click()
  await expect(answer(page)).not.toContainText('base-memory')

  // A command with arguments: their names come too.
  await editor(page).fill('')
  await editor(page).pressSequentially('qom-get')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('option', { name: 'property string' })).toBeVisible()

  // What was sent is still there after a reload.
  await page.reload()
  const history = page
    .locator('section')
    .filter({ has: page.getByRole('heading', { name: 'History' }) })
  await expect(history.getByText('query-memory-size-summary')).toBeVisible()
})

test('guest-stats and info balloon are one click away, and are what virsh says', async ({
  as,
  ballast,
  lab,
}) => {
  const db1 = lab.guest('db1')
  const page = await as('operator')
  await openMonitor(page, ballast.url + monitorUrl(db1))
  await page.getByRole('button', { name: 'Use guest-stats' }).click()
  await send(page).click()
  await expect(answer(page)).toContainText('stat-total-memory')
  const total = (await db1.meminfo()).MemTotal! * 1024
  await expect(answer(page)).toContainText(`stat-total-memory: ${total}`)
  await page.getByRole('button', { name: 'Use info balloon' }).click()
  await send(page).click()
  await expect(answer(page)).toContainText('balloon: actual=384')
})

test('what is wrong is said before it is sent, and QEMU’s refusal as it is', async ({
  as,
  ballast,
  lab,
}) => {
  const page = await as('operator')
  await openMonitor(page, ballast.url + monitorUrl(lab.guest('db1')))
  await editor(page).fill('{"execute": ')
  await expect(page.getByText(/This is not JSON/).first()).toBeVisible()
  await expect(send(page)).toHaveAttribute('aria-disabled', 'true')
  await editor(page).fill('{"execute": "query-nothing"}')
  await send(page).click()
  await expect(answer(page)).toContainText('QEMU refused: CommandNotFound')
  await expect(answer(page)).toContainText('The command query-nothing has not been found')
  await editor(page).fill('{"execute": "quit"}')
  await expect(page.getByText('may change the domain', { exact: true })).toBeVisible()
  await expect(send(page)).toHaveAttribute('aria-disabled', 'true')
})

test('an admin stops and continues a guest after naming it, and the events come live', async ({
  as,
  ballast,
  lab,
}) => {
  const cache1 = lab.guest('cache1')
  const page = await as('admin')
  await page.goto(ballast.url + monitorUrl(cache1))
  await expect(page.getByText('listening', { exact: true })).toBeVisible()
  const events = page.getByRole('list', { name: 'QMP events of cache1' })
  try {
    await editor(page).fill('{"execute": "stop"}')
    await send(page).click()
    const dialog = page.getByRole('dialog', { name: 'Send stop to cache1?' })
    const confirm = dialog.getByRole('button', { name: 'Send to cache1' })
    await expect(confirm).toHaveAttribute('aria-disabled', 'true')
    await dialog.getByRole('textbox').fill('cache1')
    await confirm.click()
    await expect(dialog).toHaveCount(0)
    await expect(events).toContainText('STOP')
    await expect
      .poll(() => lab.host('alpha').virsh('domstate', 'cache1'))
      .toContain('paused')
  } finally {
    await lab.host('alpha').virsh('resume', 'cache1')
  }
  await expect(events).toContainText('RESUME')
  await page.goto(`${ballast.url}/audit`)
  await expect(
    page.getByText(/qemu-monitor-command cache1 --pretty '{"execute":"stop"}'/).first(),
  ).toBeVisible()
  // What the page asked for by itself, for its completion, is there too.
  await expect(
    page.getByText(/qemu-monitor-command cache1 '{"execute":"query-version"}'/).first(),
  ).toBeVisible()
})

test('the API demands role and name, and masks secrets in the audit log', async ({
  ballast,
  lab,
}) => {
  const db1 = lab.guest('db1')
  const path = `/api/v1/hosts/alpha/domains/${db1.uuid}`
  const post = async (role: 'viewer' | 'operator' | 'admin', to: string, body: object) => {
    const response = await fetch(`${ballast.url}${path}/${to}`, {
      method: 'POST',
      headers: {
        cookie: await ballast.login(role),
        'content-type': 'application/json',
        origin: ballast.url,
      },
      body: JSON.stringify(body),
    })
    const value = (await response.json()) as { code?: string; answer?: string }
    return { status: response.status, ...value }
  }
  const status = { command: '{"execute":"query-status"}' }
  expect(await post('viewer', 'qmp', status)).toMatchObject({ status: 403 })
  expect((await post('operator', 'qmp', status)).answer).toContain('"running"')
  for (const execute of ['quit', 'system_powerdown', 'device_del', 'stop']) {
    const command = JSON.stringify({ execute })
    expect(await post('operator', 'qmp', { command, confirm: 'db1' })).toMatchObject({
      status: 403,
    })
    for (const confirm of [undefined, 'web1', db1.uuid]) {
      expect(await post('admin', 'qmp', { command, confirm })).toMatchObject({
        status: 422,
        code: 'not_confirmed',
      })
    }
  }
  expect(await post('admin', 'hmp', { line: 'quit' })).toMatchObject({
    code: 'not_confirmed',
  })
  expect(await post('admin', 'qmp', { command: '{oops' })).toMatchObject({
    code: 'invalid',
  })
  const secret = {
    execute: 'set_password',
    arguments: { protocol: 'vnc', password: 'hunter2' },
  }
  // The guest has no VNC: QEMU refuses, and the line is written all the same.
  const refused = await post('admin', 'qmp', {
    command: JSON.stringify(secret),
    confirm: 'db1',
  })
  expect(refused).toMatchObject({ code: 'qemu_refused' })
  expect(JSON.stringify(refused)).not.toContain('hunter2')
  const audit = await fetch(`${ballast.url}/api/v1/audit?action=monitor.qmp`, {
    headers: { cookie: await ballast.login('viewer') },
  })
  const lines = await audit.text()
  expect(lines).toContain('set_password')
  expect(lines).toContain('***')
  expect(lines).not.toContain('hunter2')
  expect(await lab.host('alpha').virsh('domstate', 'db1')).toContain('running')
})

test('events are not for viewers', async ({ ballast, lab }) => {
  const { uuid } = lab.guest('db1')
  const live = await LiveClient.open(ballast, {
    cookie: await ballast.login('viewer'),
    origin: ballast.url,
  })
  const key = live.subscribe({ name: 'qmp-events', host: 'alpha', uuid })
  const gone = await live.next((message) => message.type === 'gone' && message.key === key)
  expect(gone).toMatchObject({ problem: { code: 'forbidden' } })
  await live.close()
})

test('a viewer sees why not, a stopped domain says so', async ({
  as,
  ballast,
  lab,
  page,
}) => {
  await as('viewer')
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.goto(ballast.url + monitorUrl(lab.guest('db1')))
  await editor(page).click()
  await expect(
    page.getByText('Needs the role Operator; yours is Viewer').filter({ visible: true }),
  ).toBeVisible()
  await expect(send(page)).toHaveAttribute('aria-disabled', 'true')
  await expect(page.getByRole('heading', { name: 'QMP events' })).toHaveCount(0)
  expect(asked.filter((url) => url.includes('qmp-schema'))).toEqual([])

  await signIn(page, ballast, 'operator')
  await page.goto(ballast.url + monitorUrl(lab.guest('spare1')))
  await expect(
    page.getByText('The domain is not running, so it has no monitor').first(),
  ).toBeVisible()
  await expect(send(page)).toHaveAttribute('aria-disabled', 'true')
})

test('an answer of 10 MB does not freeze the page', async ({ as, ballast, lab }) => {
  const page = await as('operator')
  const items = Array.from({ length: 100_000 }, (_, index) => ({
    name: `item${index}`,
    offset: '18446744073709551615',
    text: 'x'.repeat(60),
  }))
  const huge = JSON.stringify({ return: items }).replaceAll(
    '"18446744073709551615"',
    '18446744073709551615',
  )
  expect(huge.length).toBeGreaterThan(10_000_000)
  // QEMU itself has nothing that large, and libvirt would cut it at 4 MiB.
  await page.route('**/qmp', (route) =>
    route.fulfill({ json: { answer: huge, command: 'virsh …' } }),
  )
  await openMonitor(page, ballast.url + monitorUrl(lab.guest('db1')))
  await send(page).click()
  const open = answer(page).getByRole('button', {
    name: /Open Answer of QEMU, 100,000 items/,
  })
  await expect(open).toBeVisible({ timeout: 15_000 })
  const started = Date.now()
  await open.click()
  await expect(answer(page).getByText('99,900 more')).toBeVisible()
  expect(Date.now() - started).toBeLessThan(2_000)
  expect(await answer(page).getByRole('listitem').count()).toBeLessThanOrEqual(2_000)
  await answer(page).getByRole('button', { name: 'Text' }).click()
  await expect(answer(page).getByText(/Only the first/)).toBeVisible()
})

test('in Chinese', async ({ as, ballast, lab, context }) => {
  const page = await as('operator')
  await context.addCookies([{ name: 'ballast-locale', value: 'zh', url: ballast.url }])
  await page.goto(ballast.url + monitorUrl(lab.guest('db1'), 'hmp'))
  await expect(page.getByRole('link', { name: '监视器' })).toHaveAttribute(
    'aria-current',
    'page',
  )
  await page.getByRole('button', { name: '发送', exact: true }).click()
  await expect(page.getByLabel('QEMU 的应答')).toContainText('balloon: actual=')
})
