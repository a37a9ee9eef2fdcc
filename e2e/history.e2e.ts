import { readFile } from 'node:fs/promises'

import { samplesResponse, sizingReport } from '../server/contract/history.ts'
import type { Guest } from './lab/index.ts'
import { BallastServer } from './support/ballast-server.ts'
import { Prometheus } from './support/prometheus.ts'
import { expect, signIn, test } from './support/test.ts'

const memoryUrl = (guest: Guest) => `/hosts/${guest.hostName}/domains/${guest.uuid}/memory`

async function usedOf(
  ballast: BallastServer,
  cookie: string,
  guest: Guest,
  fromMs: number,
) {
  const query = new URLSearchParams({
    host: guest.hostName,
    domain: guest.uuid,
    metrics: 'usedKiB,actualKiB',
    from: String(fromMs),
    to: String(Date.now()),
    step: '10',
  })
  const answer = await ballast.api(cookie, 'GET', `/samples?${query}`)
  expect(answer.status, await answer.clone().text()).toBe(200)
  return samplesResponse.parse(await answer.json())
}

const span = (of: URL) =>
  Number(of.searchParams.get('to')) - Number(of.searchParams.get('from'))

test('the history outlives kill -9', async ({ lab }) => {
  test.setTimeout(150_000)
  const db1 = lab.guest('db1')
  const hosts = { alpha: lab.host('alpha').uri }
  const startedMs = Date.now()
  const first = await BallastServer.start({ hosts })
  let second: BallastServer | null = null
  try {
    const cookie = await first.login('viewer')
    await expect
      .poll(async () => (await usedOf(first, cookie, db1, startedMs)).tMs.length, {
        timeout: 60_000,
      })
      .toBeGreaterThanOrEqual(4)
    const before = await usedOf(first, cookie, db1, startedMs)
    await first.stop({ keep: true, signal: 'SIGKILL' })
    const killedMs = Date.now()
    second = await BallastServer.start({ dataDir: first.dataDir })
    const again = second
    const cookieAgain = await again.login('viewer')
    // Ten seconds at most were on their way to the disk.
    const kept = await usedOf(again, cookieAgain, db1, startedMs)
    const known = (at: number) => (kept.metrics.usedKiB?.avg[at] ?? null) !== null
    const last = kept.tMs.findLast((ms, at) => ms + 10_000 < killedMs && known(at)) ?? 0
    expect(killedMs - last).toBeLessThan(25_000)
    let compared = 0
    for (const [at, ms] of kept.tMs.entries()) {
      const was = before.tMs.indexOf(ms)
      // The first and the last bucket were still growing when they were read.
      if (was < 1 || was >= before.tMs.length - 2 || ms > last || !known(at)) continue
      compared++
      const now = kept.metrics.usedKiB?.avg[at] ?? NaN
      expect(Math.abs(now - (before.metrics.usedKiB?.avg[was] ?? NaN))).toBeLessThanOrEqual(
        1,
      )
    }
    expect(compared).toBeGreaterThan(0)
    expect(kept.metrics.actualKiB?.avg.some((value) => value === 384 * 1024)).toBe(true)
  } finally {
    await first.stop({ keep: true })
    if (second) await second.stop()
  }
})

test('a drag over the chart shows that stretch of the past, and one click goes back', async ({
  as,
  ballast,
  lab,
}) => {
  const page = await as('viewer')
  await page.goto(`${ballast.url}${memoryUrl(lab.guest('db1'))}?window=300`)
  const chart = page.locator('[data-chart]').first()
  await expect(chart.locator('svg.recharts-surface').first()).toBeVisible()
  // Enough for a stretch to be worth choosing.
  await expect
    .poll(() => chart.locator('path.recharts-line-curve').first().getAttribute('d'))
    .toBeTruthy()
  const box = (await chart.boundingBox())!
  const y = box.y + box.height / 2
  await page.mouse.move(box.x + box.width * 0.7, y)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.85, y, { steps: 4 })
  await page.mouse.up()
  await expect(page).toHaveURL(/from=\d+&to=\d+/)
  // Of the memory, and of pressure and CPU.
  await expect(page.getByText(/^Mean per/)).toHaveCount(2)
  const zoomed = new URL(page.url())
  // 15 % of the whole is a little more of the plot, which is 300 s.
  expect(span(zoomed)).toBeGreaterThan(45_000)
  expect(span(zoomed)).toBeLessThan(62_000)

  await page.getByRole('button', { name: 'Earlier' }).click()
  await expect(page).not.toHaveURL(zoomed.href)
  expect(span(new URL(page.url()))).toBe(span(zoomed))
  await page.reload()
  await expect(
    page.getByRole('button', { name: 'Back to the chosen time span' }),
  ).toBeVisible()
  await page.getByRole('button', { name: 'Back to the chosen time span' }).click()
  await expect(page).not.toHaveURL(/from=/)
  await page.getByLabel('Time span').selectOption('3600')
  await expect(page).toHaveURL(/window=3600/)
  await expect(page.getByText(/^Mean per 10 sec/)).toHaveCount(2)
})

test('the crosshair is shared by the charts of a page', async ({ as, ballast }) => {
  const page = await as('viewer')
  await page.goto(`${ballast.url}/hosts/alpha?window=3600`)
  const charts = page.locator('[data-chart]')
  await expect(charts).toHaveCount(2)
  await expect(charts.nth(1).locator('path.recharts-curve').first()).toBeVisible()
  const box = (await charts.first().boundingBox())!
  await expect(async () => {
    await page.mouse.move(box.x + box.width - 60 - Math.random() * 10, box.y + 80)
    await expect(charts.nth(0).locator('.recharts-tooltip-wrapper')).toBeVisible({
      timeout: 1_000,
    })
    await expect(charts.nth(1).locator('.recharts-tooltip-wrapper p').first()).toBeVisible({
      timeout: 1_000,
    })
  }).toPass({ timeout: 30_000 })
})

test('a chart is exported as CSV and as PNG', async ({ as, ballast, lab }) => {
  const page = await as('viewer')
  await page.goto(`${ballast.url}${memoryUrl(lab.guest('db1'))}?window=3600`)
  await expect(page.getByText(/^Mean per/).first()).toBeVisible()
  const save = async (name: string) => {
    await page.getByRole('button', { name: 'Export' }).first().click()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name }).click(),
    ])
    return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) }
  }
  const csv = await save('Figures as CSV')
  expect(csv.name).toBe('db1-memory.csv')
  expect(csv.bytes.toString('utf8')).toMatch(/^\uFEFFtime,.*usedKiB min,usedKiB avg/)
  expect(csv.bytes.toString('utf8').split('\r\n').length).toBeGreaterThan(2)
  const png = await save('Picture as PNG')
  expect(png.bytes.subarray(1, 4).toString()).toBe('PNG')
  expect(png.bytes.length).toBeGreaterThan(5_000)
})

test('a resize is an annotation on the time axis', async ({ as, ballast, lab }) => {
  const [alpha, cache1] = [lab.host('alpha'), lab.guest('cache1')]
  const page = await as('viewer')
  await page.goto(`${ballast.url}${memoryUrl(cache1)}?window=300`)
  await expect(page.locator('[data-chart]').first()).toBeVisible()
  const cookie = await ballast.login('viewer')
  const url = `/annotations?host=alpha&domain=${cache1.uuid}&from=${Date.now() - 5_000}&to=${Date.now() + 600_000}`
  await alpha.virsh('setmem', 'cache1', '208M', '--live')
  try {
    await expect
      .poll(async () => (await ballast.api(cookie, 'GET', url)).text())
      .toMatch(/"kind":"resize".*"targetKiB":212992,"by":"outside"/)
  } finally {
    await alpha.virsh('setmem', 'cache1', '192M', '--live')
  }
  // Dashed in the accent's colour, beside the lines of target and maximum.
  await expect(
    page
      .locator('[data-chart] .recharts-reference-line line[stroke="var(--color-accent)"]')
      .first(),
  ).toBeAttached({ timeout: 20_000 })
})

test('the sizing report agrees with the history, sorts, and is exported', async ({
  as,
  ballast,
}) => {
  const cookie = await ballast.login('viewer')
  const query = `from=${Date.now() - 3_600_000}&to=${Date.now()}`
  const read = async () =>
    sizingReport.parse(await (await ballast.api(cookie, 'GET', `/sizing?${query}`)).json())
  const db1 = (await read()).rows.find(({ name }) => name === 'db1')
  expect(db1).toMatchObject({ host: 'alpha', sizeKiB: 384 * 1024 })
  const page = await as('viewer')
  await page.goto(`${ballast.url}/sizing?window=86400&sort=name&desc=false`)
  const table = page.getByRole('table', { name: 'Sizing' })
  await expect(table.getByText('db1')).toBeVisible()
  await expect(table.getByText('384 MiB').first()).toBeVisible()
  await page.getByRole('button', { name: /^Size/ }).click()
  await expect(page).toHaveURL(/sort=size/)
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'CSV' }).click(),
  ])
  expect(await readFile(await file.path(), 'utf8')).toMatch(
    /alpha,db1,[0-9a-f-]{36},393216,/,
  )
})

test('the pages of the past in Chinese', async ({ page, ballast, lab }) => {
  await signIn(page, ballast, 'viewer')
  await page
    .context()
    .addCookies([{ name: 'ballast-locale', value: 'zh', url: ballast.url }])
  await page.goto(`${ballast.url}/sizing`)
  await expect(page.getByRole('heading', { name: '容量评估' })).toBeVisible()
  await page.goto(`${ballast.url}${memoryUrl(lab.guest('db1'))}?window=3600`)
  await expect(page.getByText(/的平均值；色带为最小值到最大值/).first()).toBeVisible()
  await expect(page.getByRole('heading', { name: '内存压力与 CPU' })).toBeVisible()
})

test('Prometheus scrapes Ballast and answers with the same number as the API', async ({
  ballast,
  lab,
}) => {
  const db1 = lab.guest('db1')
  const cookie = await ballast.login('viewer')
  const made = await ballast.api(cookie, 'POST', '/tokens', {
    name: 'prometheus',
    role: 'viewer',
  })
  const { token } = (await made.json()) as { token: string }
  const nobody = await fetch(`${ballast.url}/metrics`)
  expect(nobody.status).toBe(401)
  const prometheus = await Prometheus.start(ballast.url, token)
  try {
    await expect.poll(() => prometheus.health(), { timeout: 15_000 }).toBe('up')
    const labels = `{host="alpha",domain="db1",uuid="${db1.uuid}"}`
    const one = async (name: string) => (await prometheus.query(name + labels))[0]?.value
    // The guest moves between two looks: until both saw the same sample.
    await expect
      .poll(
        async () => {
          const told = await one('ballast_domain_memory_used_bytes')
          const answer = await ballast.api(
            cookie,
            'GET',
            `/hosts/alpha/domains/${db1.uuid}/memory`,
          )
          const { derived } = (await answer.json()) as { derived: { usedKiB: number } }
          return told !== undefined && told === derived.usedKiB * 1024
        },
        { timeout: 30_000, intervals: [250] },
      )
      .toBe(true)
    expect(await one('ballast_domain_memory_balloon_bytes')).toBe(384 * 1024 * 1024)
    const up = await prometheus.query('ballast_host_up')
    expect(up.map(({ labels: { host }, value }) => [host, value]).toSorted()).toEqual([
      ['alpha', 1],
      ['beta', 1],
      ['gamma', 1],
    ])
    expect(
      (await prometheus.query('process_resident_memory_bytes'))[0]?.value,
    ).toBeGreaterThan(1e7)
  } finally {
    await prometheus.stop()
  }
})
