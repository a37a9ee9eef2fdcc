import {
  expect as baseExpect,
  test as base,
  type Locator,
  type Page,
} from '@playwright/test'

import type { Role } from '../../server/contract/account.ts'
import { getLab, type Lab } from '../lab/index.ts'
import { differences, inventoryOf } from '../lab/inventory.ts'
import { BallastServer } from './ballast-server.ts'

export { expect } from '@playwright/test'

interface WorkerFixtures {
  lab: Lab
  /** One Ballast with the three hosts of the lab, for all tests of the worker. */
  ballast: BallastServer
}

interface TestFixtures {
  /** Fails a test that does not leave the hosts' domains, networks and pools as it found them. */
  leavesNothing: void
  /** Puts a fresh session of that role into the page's browser. */
  as: (role: Role) => Promise<Page>
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  lab: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the fixture's needs from this pattern.
    async ({}, use) => {
      await use(getLab())
    },
    { scope: 'worker' },
  ],
  ballast: [
    async ({ lab }, use) => {
      const hosts = Object.fromEntries(
        ['alpha', 'beta', 'gamma'].map((name) => [name, lab.host(name).uri]),
      )
      const ballast = await BallastServer.start({ hosts })
      await use(ballast)
      await ballast.stop()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  leavesNothing: [
    async ({ lab }, use) => {
      const look = () => Promise.all(lab.hosts.map(inventoryOf))
      const before = await look()
      await use()
      // What ends by itself (a domain that shuts down) is given the time.
      await baseExpect
        .poll(
          async () =>
            (await look()).flatMap((found, index) =>
              differences(lab.hosts[index]?.name ?? '', before[index] ?? [], found),
            ),
          { message: 'what this test left of the lab', timeout: 10_000 },
        )
        .toEqual([])
    },
    { auto: true },
  ],
  page: async ({ page }, use) => {
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(`${page.url()}: ${error.message}`))
    const goto = page.goto.bind(page)
    page.goto = async (...args) => {
      const response = await goto(...args)
      await takenOver(page)
      return response
    }
    await use(page)
    baseExpect(errors, 'errors that no script caught').toEqual([])
  },
  as: async ({ ballast, page }, use) => {
    await use(async (role) => {
      await signIn(page, ballast, role)
      return page
    })
  },
})

/** Awaits that React listens to the page: a click before that is lost, as a person's is. */
async function takenOver(page: Page): Promise<void> {
  await baseExpect
    .poll(() =>
      page.evaluate(
        () =>
          document.querySelector('script[src*="/_next/"]') === null ||
          Object.keys(document).some((key) => key.startsWith('__reactContainer')),
      ),
    )
    .toBe(true)
}

/** Gives the page's browser a session of that role, without the login form. */
export async function signIn(
  page: Page,
  ballast: BallastServer,
  role: Role,
): Promise<void> {
  const cookie = await ballast.login(role)
  await page.context().addCookies(
    cookie.split('; ').map((pair) => {
      const at = pair.indexOf('=')
      return { name: pair.slice(0, at), value: pair.slice(at + 1), url: ballast.url }
    }),
  )
}

/** The line of a domain in a fleet table, by its exact name. */
export function domainRow(page: Page, name: string): Locator {
  return page
    .getByRole('table', { name: 'Domains' })
    .getByRole('row')
    .filter({ has: page.getByRole('link', { name, exact: true }) })
}
