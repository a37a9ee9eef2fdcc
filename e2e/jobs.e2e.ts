import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import type { JobSummary } from '../server/contract/job.ts'
import { BallastServer } from './support/ballast-server.ts'
import { expect, signIn, test } from './support/test.ts'

/*
 * Jobs as they are kept: put into the database of a server that is down, as if an earlier one had run
 * them. Jobs that really run are in create.e2e.ts and migration.e2e.ts.
 */
const uuid = '6f8a7c1e-0000-4000-8000-000000000001'

function summary(at: number, over: Partial<JobSummary> = {}): Omit<JobSummary, 'id'> {
  return {
    kind: 'create',
    title: { name: `vm${at}`, host: 'alpha' },
    owner: { type: 'user', name: 'otto' },
    hosts: ['alpha'],
    domains: [{ host: 'alpha', uuid, name: `vm${at}` }],
    parent: null,
    children: { total: 0, active: 0, failed: 0 },
    state: 'done',
    step: null,
    progress: null,
    expectedEndMs: null,
    waitingFor: null,
    cancel: { effect: 'undo', blocked: null },
    createdMs: Date.now() - 90_000,
    startedMs: Date.now() - 80_000,
    endedMs: Date.now() - 5_000,
    problem: null,
    leftovers: [],
    ...over,
  }
}

const failed = summary(1001, {
  state: 'failed',
  title: { name: 'broken', host: 'beta' },
  hosts: ['beta'],
  domains: [{ host: 'beta', uuid: null, name: 'broken' }],
  problem: {
    type: 'urn:ballast:problem:libvirt',
    title: 'libvirt',
    status: 502,
    code: 'libvirt',
    detail: 'beta could not define broken',
    remedy: 'Give it another name',
    libvirt: { code: 9, domain: 20, message: "operation failed: domain 'broken' exists" },
  },
  leftovers: ['volume /pool/broken.qcow2: the pool is not active'],
})
const cut = summary(1002, {
  kind: 'migration',
  state: 'running',
  title: { domain: 'web1', from: 'alpha', to: 'beta' },
  hosts: ['alpha', 'beta'],
  cancel: { effect: 'source', blocked: null },
  endedMs: null,
})

/** A server on whose list 1,000 jobs are done, one failed, and one was under way when it ended. */
async function startWithJobs(): Promise<BallastServer> {
  const first = await BallastServer.start()
  const { dataDir } = first
  await first.stop({ keep: true })
  const db = new DatabaseSync(join(dataDir, 'ballast.db'))
  const insert = db.prepare('insert into job (summary, body) values (?, ?)')
  const log = db.prepare('insert into job_log values (?, ?, ?, ?, ?)')
  const body = JSON.stringify({
    steps: [
      {
        name: 'volumes',
        state: 'done',
        note: '/pool/a.qcow2',
        progress: null,
        startedMs: Date.now() - 80_000,
        endedMs: Date.now() - 8_000,
      },
      {
        name: 'define',
        state: 'failed',
        note: null,
        progress: null,
        startedMs: Date.now() - 8_000,
        endedMs: Date.now() - 5_000,
      },
    ],
    detail: null,
    result: null,
    series: { tMs: [], columns: {} },
    remembered: null,
    locks: [],
  })
  db.exec('begin')
  for (let at = 1; at <= 1000; at++) insert.run(JSON.stringify(summary(at)), body)
  insert.run(JSON.stringify(failed), body)
  log.run(1001, 1, Date.now() - 8000, 'info', 'Made /pool/broken.qcow2')
  log.run(1001, 2, Date.now() - 5000, 'error', '<b>domain</b> exists')
  insert.run(JSON.stringify(cut), body)
  db.exec('commit')
  db.close()
  return await BallastServer.start({ dataDir })
}

let ballast: BallastServer
test.beforeAll(async () => {
  test.setTimeout(120_000)
  ballast = await startWithJobs()
})
test.afterAll(() => ballast.stop())

test('a thousand jobs are one list that filters, and keeps its filter in the address', async ({
  page,
}) => {
  await signIn(page, ballast, 'viewer')
  await page.goto(`${ballast.url}/jobs`)
  const table = page.getByRole('table', { name: 'Jobs' })
  await expect(page.getByText('1,002 jobs', { exact: true })).toBeVisible()
  expect(await page.getByRole('row').count()).toBeLessThan(80)
  // Newest first: what was cut off by the end of the server comes first.
  await expect(table.getByRole('row').nth(1)).toContainText('Move web1 from alpha to beta')
  await expect(table.getByRole('row').nth(1)).toContainText('Interrupted')

  await page.getByRole('searchbox').fill('vm777')
  await expect(table.getByRole('link', { name: 'Create vm777 on alpha' })).toBeVisible()
  await expect(page.getByText('1 job', { exact: true })).toBeVisible()
  await expect(page).toHaveURL(/q=vm777/)
  await page.getByRole('searchbox').fill('')
  await page.getByRole('button', { name: 'State' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Failed' }).click()
  await page.keyboard.press('Escape')
  await expect(page.getByText('1 job', { exact: true })).toBeVisible()
  await expect(page).toHaveURL(/state=failed/)
  await page.reload()
  await expect(page.getByText('1 job', { exact: true })).toBeVisible()
  await page.getByRole('searchbox').fill('nothing like it')
  await expect(page.getByText('No job matches')).toBeVisible()
  await page.getByRole('button', { name: 'Clear filters' }).first().click()
  await expect(page.getByText('1,002 jobs', { exact: true })).toBeVisible()
})

test('a failed job says why, what is left over, and what it said; it can be taken off', async ({
  page,
}) => {
  await signIn(page, ballast, 'operator')
  await page.goto(`${ballast.url}/jobs/1001`)
  await expect(page.getByRole('heading', { name: 'Create broken on beta' })).toBeVisible()
  await expect(page.getByText('beta could not define broken')).toBeVisible()
  await expect(page.getByText("domain 'broken' exists")).toBeVisible()
  await expect(page.getByText('volume /pool/broken.qcow2')).toBeVisible()
  const log = page.getByRole('log')
  await expect(log).toContainText('Made /pool/broken.qcow2')
  // Text of hosts is text.
  await expect(log).toContainText('<b>domain</b> exists')
  const steps = page.getByRole('listitem').filter({ hasText: 'Make the volumes' })
  await expect(steps).toContainText('done')
  await expect(page.getByRole('button', { name: 'Cancel job' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Remove from list' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove from list' }).click()
  await expect(page).toHaveURL(/\/jobs$/)
  await expect(page.getByText('1,001 jobs', { exact: true })).toBeVisible()
  await page.goto(`${ballast.url}/jobs/1001`)
  await expect(page.getByText('There is nothing here')).toBeVisible()
  await page.goto(`${ballast.url}/audit?action=job.delete`)
  await expect(page.getByText('job 1001 (create of broken)').first()).toBeVisible()
})

test('what was under way when the server ended is interrupted, in Chinese too', async ({
  page,
}) => {
  await signIn(page, ballast, 'viewer')
  await page
    .context()
    .addCookies([{ name: 'ballast-locale', value: 'zh', url: ballast.url }])
  await page.goto(`${ballast.url}/jobs/1002`)
  await expect(
    page.getByRole('heading', { name: '将 web1 从 alpha 迁移到 beta' }),
  ).toBeVisible()
  await expect(page.getByText('已中断').first()).toBeVisible()
  await expect(page.getByText('Ballast was started again')).toBeVisible()
})
