import { chromium, type Page } from '@playwright/test'

import { ensureBuild } from '../../../e2e/setup/ensure-build.mjs'
import type { BallastServer } from '../../../e2e/support/ballast-server.ts'
import { openLive } from '../../../e2e/support/live-client.ts'
import { signIn } from '../../../e2e/support/test.ts'
import playwright from '../../../playwright.config.ts'
import { figure, limit, median, quantile, type Figure, type Suite } from '../figures.ts'
import { recordAlpha, ReplayFleet } from '../scale/replay-fleet.ts'
import { observeFigure, observeLongTasks, observeRows } from './observers.ts'

const others = 200
const latencyMs = 40_000
/** The page's own windows (a line of a minute in each row) are full then. */
const settleMs = 70_000
const heapMs = 600_000

/**
 * What somebody in front of Chromium waits for, with 10,000 replayed domains behind it: from an answer on
 * the wire to the painted figure, alone and with 200 other readers; the fleet page's start, scrolling, heap.
 */
export const browserSuite: Suite = {
  name: 'browser',
  title: 'from a sample on the wire to the pixel, and the fleet page with 10,000 domains',
  packages: ['chromium'],
  async run(say) {
    await ensureBuild()
    const recording = await recordAlpha()
    say('starting 50 hosts with 200 domains each')
    const fleet = await ReplayFleet.start(recording, 50, 200)
    const browser = await chromium.launch(playwright.use?.launchOptions)
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
      await signIn(page, fleet.ballast, 'viewer')
      say('one figure, alone')
      const alone = await latency(page, fleet)
      say(`one figure, ${others} other readers`)
      const readers = await openReaders(fleet.ballast)
      const crowded = await latency(page, fleet)
      const readerBytes = await readers.bytesPerSecond()
      readers.close()
      say('the fleet page')
      return [
        ...latencyFigures(alone, crowded),
        figure('bytes to each of the others', 'B/s', readerBytes, limit(20_480), {
          atMost: 1,
        }),
        ...(await fleetPage(page, fleet.ballast)),
      ]
    } finally {
      await browser.close()
      await fleet.stop()
    }
  },
}

function latencyFigures(alone: readonly number[], crowded: readonly number[]): Figure[] {
  const goal = { atMost: 1 }
  return [
    figure('sample to pixel, p95', 'ms', quantile(alone, 0.95), limit(100), goal),
    figure(
      `sample to pixel, p95, ${others} readers`,
      'ms',
      quantile(crowded, 0.95),
      limit(100),
      goal,
    ),
    figure(
      `sample to pixel, p50, ${others} readers`,
      'ms',
      median(crowded),
      { name: 'alone', value: median(alone) },
      null,
    ),
  ]
}

/** From each answer of host-01 to the paint of its figure on the memory page of its first domain, ms. */
async function latency(page: Page, fleet: ReplayFleet): Promise<number[]> {
  const uuid = '5ca1e000-0001-4000-8000-000000000000'
  await page.goto(`${fleet.ballast.url}/hosts/host-01/domains/${uuid}/memory`)
  await page.getByRole('cell', { name: 'major_fault' }).first().waitFor()
  await fleet.sweeps()
  const painted = await page.evaluate(observeFigure, {
    field: 'major_fault',
    forMs: latencyMs,
  })
  const [sweeps = []] = await fleet.sweeps()
  const answered = new Map(sweeps.map(({ turn, answeredMs }) => [turn, answeredMs]))
  const latencies = painted.flatMap(({ value, atMs }) => {
    const fromMs = answered.get(value)
    return fromMs === undefined ? [] : [atMs - fromMs]
  })
  if (latencies.length < latencyMs / 2_000)
    throw new Error(`only ${latencies.length} samples were painted`)
  return latencies
}

/** Readers of a fleet window of 40 rows each, all of them somewhere else in the fleet. */
async function openReaders(ballast: BallastServer) {
  const cookie = await ballast.login('viewer')
  const fromMs = performance.now()
  let bytes = 0
  const sockets = await Promise.all(
    Array.from({ length: others }, async (_, at) => {
      const socket = await openLive(ballast, { cookie, origin: ballast.url })
      socket.on('message', (data: Buffer) => (bytes += data.length))
      const query = {
        search: '',
        hosts: [],
        states: [],
        sort: 'name',
        descending: false,
      }
      const topic = { name: 'fleet', query, offset: at * 40, limit: 40 }
      socket.send(JSON.stringify({ type: 'subscribe', topic }))
      return socket
    }),
  )
  return {
    bytesPerSecond: async () => bytes / others / ((performance.now() - fromMs) / 1000),
    close: () => sockets.forEach((socket) => socket.close()),
  }
}

async function fleetPage(page: Page, ballast: BallastServer): Promise<Figure[]> {
  await page.goto('about:blank')
  await page.addInitScript(observeRows)
  await page.goto(ballast.url)
  const shownMs = await page.waitForFunction(() => Reflect.get(globalThis, 'rowsShownMs'))
  const startMs = Number(await shownMs.jsonValue())
  await page.evaluate(observeLongTasks)
  const table = page.getByRole('table', { name: 'Domains' })
  await table.hover()
  for (let step = 0; step < 120; step++) {
    await page.mouse.wheel(0, 600)
    await page.evaluate(() => new Promise(requestAnimationFrame))
  }
  const tasks = await page.evaluate(() => Reflect.get(globalThis, 'longTasks'))
  const longTasks: number[] = Array.isArray(tasks) ? tasks : []
  await page.waitForTimeout(settleMs)
  const before = await heapMiB(page)
  await page.waitForTimeout(heapMs)
  const after = await heapMiB(page)
  return [
    figure('fleet page to its first rows', 'ms', startMs, limit(1_500), { atMost: 1 }),
    figure('longest task while scrolling', 'ms', Math.max(0, ...longTasks), limit(50), {
      atMost: 1,
    }),
    figure(
      `heap after ${heapMs / 60_000} minutes live`,
      'MiB',
      after,
      { name: 'before', value: before },
      { atMost: 1.1 },
    ),
  ]
}

/** What is left of the page's heap after a collection. */
async function heapMiB(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  return usedSize / 2 ** 20
}
