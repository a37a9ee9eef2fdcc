import type { Page } from '@playwright/test'

import { liveClose, type TopicDelta } from '../server/contract/live.ts'
import { BallastServer } from './support/ballast-server.ts'
import { LiveClient } from './support/live-client.ts'
import { domainRow, expect, signIn, test } from './support/test.ts'

/*
 * What befalls one host is thrown at gamma while somebody watches db1 on alpha: alpha's samples must
 * keep their second, and gamma's card must say what is wrong and come back by itself.
 */
test.describe.configure({ timeout: 150_000 })

const card = (page: Page) => page.getByRole('article', { name: 'gamma' })

test('gamma suffers, alpha does not notice', async ({ as, ballast, lab }) => {
  const gamma = lab.host('gamma')
  const page = await as('viewer')
  await page.goto(ballast.url)
  await expect(card(page)).toContainText('Online')

  const cookie = await ballast.login('viewer')
  const live = await LiveClient.open(ballast, { cookie, origin: ballast.url })
  const key = live.subscribe({
    name: 'memory',
    host: 'alpha',
    uuid: lab.guest('db1').uuid,
    windowSeconds: 60,
  })
  await live.next((message) => message.type === 'full' && message.key === key)

  const faults: [string, () => unknown, RegExp, () => unknown][] = [
    [
      'libvirtd killed',
      () => gamma.killLibvirtd(),
      /Offline|Connecting|Refused/,
      () => gamma.startLibvirtd(),
    ],
    [
      'libvirtd hangs',
      () => gamma.stopLibvirtd(),
      /Degraded|Offline|Answers late/,
      () => gamma.contLibvirtd(),
    ],
    [
      'network cut',
      () => gamma.cutNetwork(),
      /Degraded|Offline|Answers late/,
      () => gamma.restoreNetwork(),
    ],
    [
      'sshd killed',
      async () => {
        await gamma.killSshd()
        await gamma.killSessions()
      },
      /Offline|Connecting/,
      () => gamma.startSshd(),
    ],
  ]
  for (const [what, harm, shown, mend] of faults) {
    await test.step(what, async () => {
      await harm()
      try {
        await expect(card(page)).toContainText(shown, { timeout: 15_000 })
        // While gamma is down alpha's seconds go on: three more samples come, without a hole.
        await nextSamples(live, key, 3)
      } finally {
        await mend()
      }
      await expect(card(page)).toContainText('Online', { timeout: 60_000 })
    })
  }
  await live.close()
})

test('a host that reboots loses its domains and Ballast tells so', async ({
  as,
  ballast,
  lab,
}) => {
  const gamma = lab.host('gamma')
  const page = await as('viewer')
  await page.goto(ballast.url)
  const build1 = domainRow(page, 'build1')
  await expect(build1).toContainText('Running')
  await gamma.reboot()
  try {
    await expect(build1).toContainText('Shut off', { timeout: 60_000 })
    await expect(card(page)).toContainText('Online', { timeout: 60_000 })
  } finally {
    await gamma.startGuests()
  }
  await expect(build1).toContainText('Running')
})

test('a crash of QEMU shows at once, and the host stays online', async ({
  as,
  ballast,
  lab,
}) => {
  const gamma = lab.host('gamma')
  const page = await as('viewer')
  await page.goto(ballast.url)
  const build1 = domainRow(page, 'build1')
  await expect(build1).toContainText('Running')
  await gamma.crashGuest('build1')
  try {
    await expect(build1).toContainText(/Shut off|Crashed/, { timeout: 4_000 })
    await expect(card(page)).toContainText('Online')
  } finally {
    await gamma.startGuests()
  }
})

test('after a restart of Ballast the browser is live again by itself', async ({
  page,
  lab,
}) => {
  const first = await BallastServer.start({ hosts: { alpha: lab.host('alpha').uri } })
  await signIn(page, first, 'viewer')
  await page.goto(first.url)
  await expect(domainRow(page, 'web1')).toBeVisible()
  await first.stop({ keep: true })
  await expect(page.getByText(/Reconnecting|Offline/).first()).toBeVisible()
  const second = await BallastServer.start({
    dataDir: first.dataDir,
    port: Number(new URL(first.url).port),
  })
  try {
    await expect(page.getByText('Live', { exact: true }).first()).toBeVisible({
      timeout: 40_000,
    })
    await expect(domainRow(page, 'web1')).toContainText('MiB used')
  } finally {
    await second.stop()
  }
})

test('two hundred browsers come back at once after a restart, and each is live', async ({
  lab,
}) => {
  const first = await BallastServer.start({ hosts: { alpha: lab.host('alpha').uri } })
  const cookie = await first.login('viewer')
  const headers = { cookie, origin: first.url }
  const before = await Promise.all(
    Array.from({ length: 200 }, () => LiveClient.open(first, headers)),
  )
  const ended = before.map((client) => client.closed())
  await first.stop({ keep: true })
  expect(new Set(await Promise.all(ended))).toEqual(new Set([liveClose.restart]))
  const second = await BallastServer.start({
    dataDir: first.dataDir,
    port: Number(new URL(first.url).port),
  })
  try {
    const clients = await Promise.all(
      Array.from({ length: 200 }, () => LiveClient.open(second, headers)),
    )
    const memory = {
      name: 'memory',
      host: 'alpha',
      uuid: lab.guest('web1').uuid,
      windowSeconds: 60,
    } as const
    await expect
      .poll(
        async () =>
          (await second.api(cookie, 'GET', `/hosts/alpha/domains/${memory.uuid}`)).status,
      )
      .toBe(200)
    const keys = clients.map((client) => client.subscribe(memory))
    await Promise.all(
      clients.map((client, at) =>
        client.next((message) => message.type === 'delta' && message.key === keys[at], {
          timeoutMs: 30_000,
        }),
      ),
    )
    await Promise.all(clients.map((client) => client.close()))
  } finally {
    await second.stop()
  }
})

/** Waits until the topic has brought `count` more samples, each with the guest's figures. */
async function nextSamples(live: LiveClient, key: string, count: number): Promise<void> {
  const from = live.messages.length
  const used = () =>
    live.messages.slice(from).flatMap((message) => {
      if (message.type !== 'delta' || message.key !== key) return []
      return (message.data as TopicDelta<'memory'>).append?.usedKiB ?? []
    })
  await live.next(() => used().length >= count)
  expect(used()).not.toContain(null)
}

test("a domain's page whose host has not answered since the start says so, and comes by itself", async ({
  lab,
  page,
}) => {
  const [gamma, build1] = [lab.host('gamma'), lab.guest('build1')]
  await gamma.killSshd()
  try {
    const ballast = await BallastServer.start({ hosts: { gamma: gamma.uri } })
    try {
      await signIn(page, ballast, 'viewer')
      await page.goto(`${ballast.url}/hosts/gamma/domains/${build1.uuid}/memory`)
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('gamma')
      await expect(page.getByText('domains not known yet')).toBeVisible()
      await expect(page.getByText('Connection refused').first()).toBeVisible()
      const cookie = await ballast.login('viewer')
      const path = `/hosts/gamma/domains/${build1.uuid}`
      expect((await ballast.api(cookie, 'GET', path)).status).toBe(503)
      await gamma.startSshd()
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('build1', {
        timeout: 60_000,
      })
    } finally {
      await ballast.stop()
    }
  } finally {
    await gamma.startSshd()
  }
})
