import { startEvacuationResponse } from '../server/contract/evacuation.ts'
import { BallastServer } from './support/ballast-server.ts'
import { expect, signIn, test } from './support/test.ts'

const names = ['kill-one', 'kill-two']

test.afterEach(async ({ lab }) => {
  for (const host of [lab.host('beta'), lab.host('gamma')])
    for (const name of names) await host.removeGuest(name)
})

test('kill -9 in the middle of an evacuation: the page that was open sees it go on to its end', async ({
  lab,
  page,
}) => {
  test.setTimeout(240_000)
  const beta = lab.host('beta')
  const gamma = lab.host('gamma')
  const moves = []
  for (const name of names) {
    const plan = { name, maximumMiB: 128, network: false, statsPeriodS: 1 }
    const { uuid } = await beta.makeGuest(plan)
    moves.push({ host: 'beta', uuid, target: 'gamma' })
  }
  const hosts = { beta: beta.uri, gamma: gamma.uri }
  const first = await BallastServer.start({ hosts })
  let second: BallastServer | null = null
  try {
    await signIn(page, first, 'operator')
    const cookie = await first.login('operator')
    for (const { uuid } of moves)
      await expect
        .poll(
          async () =>
            (await first.api(cookie, 'GET', `/hosts/beta/domains/${uuid}`)).status,
        )
        .toBe(200)
    const options = { parallel: 1, bandwidthMiBps: 8 }
    const request = { host: null, moves, options }
    const answer = await first.api(cookie, 'POST', '/evacuations', request)
    expect(answer.status, await answer.clone().text()).toBe(201)
    const { job } = startEvacuationResponse.parse(await answer.json())
    await page.goto(`${first.url}/jobs/${job.id}`)
    const row = (name: string) =>
      page.getByRole('table', { name: 'Plan' }).getByRole('row', { name })
    await expect(row('kill-one').getByRole('link', { name: 'moves' })).toBeVisible({
      timeout: 60_000,
    })
    // Memory is on its way: QEMU's own word for it.
    await expect
      .poll(() => beta.virsh('domjobinfo', 'kill-one'), { timeout: 60_000 })
      .toMatch(/Memory processed:\s+[1-9][\d.]* MiB/)
    await first.stop({ keep: true, signal: 'SIGKILL' })
    expect((await beta.virsh('domstate', 'kill-one')).trim()).toBe('running')
    expect(await gamma.virsh('list', '--name')).not.toContain('kill-one')

    const port = Number(new URL(first.url).port)
    second = await BallastServer.start({ dataDir: first.dataDir, port })
    for (const name of names)
      await expect(row(name)).toContainText('moved', { timeout: 120_000 })
    await expect(row('kill-one')).toContainText('A restart of Ballast cut it once')
    await expect(row('kill-two')).not.toContainText('cut it')
    for (const name of names) {
      expect((await gamma.virsh('domstate', name)).trim()).toBe('running')
      expect(await beta.virsh('list', '--all', '--name')).not.toContain(name)
    }
  } finally {
    await first.stop({ keep: true })
    await second?.stop()
  }
})
