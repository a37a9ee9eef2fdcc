import { gzipSync } from 'node:zlib'

import { expect, signIn, test } from './support/test.ts'

/*
 * Every page in both languages, both themes, wide and narrow: nothing sticks out, nothing is logged as
 * an error, no message key shows, and the page has one heading and a title.
 */
const variants = [
  { width: 1440, height: 900, colorScheme: 'dark', locale: 'en' },
  { width: 390, height: 844, colorScheme: 'light', locale: 'zh' },
] as const

for (const { width, height, colorScheme, locale } of variants) {
  test(`all pages at ${width} px, ${colorScheme}, ${locale}`, async ({
    ballast,
    browser,
    lab,
  }) => {
    test.setTimeout(120_000)
    const context = await browser.newContext({ viewport: { width, height }, colorScheme })
    const page = await context.newPage()
    const errors: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(`${page.url()}: ${message.text()}`)
    })
    page.on('pageerror', (error) => errors.push(`${page.url()}: ${error.message}`))
    await context.addCookies([{ name: 'ballast-locale', value: locale, url: ballast.url }])

    const [web1, legacy1] = [lab.guest('web1'), lab.guest('legacy1')]
    const domain = (guest: typeof web1) => `/hosts/${guest.hostName}/domains/${guest.uuid}`
    const paths = [
      '/login',
      '/',
      '/hosts/alpha',
      '/hosts/alpha/memory',
      '/hosts/alpha/numa',
      `${domain(web1)}/numa`,
      domain(web1),
      `${domain(web1)}/memory`,
      `${domain(web1)}/xml`,
      `${domain(web1)}/migration`,
      `${domain(legacy1)}/memory`,
      '/jobs',
      '/create',
      '/migrations',
      '/sizing',
      '/hosts/alpha/memory-policy',
      '/settings/hosts',
      '/settings/users',
      '/audit',
      '/account',
    ]
    for (const path of paths) {
      if (path !== '/login') await signIn(page, ballast, 'admin')
      await page.goto(ballast.url + path)
      await expect(page.getByRole('heading', { level: 1 }), path).toHaveCount(1)
      await expect(page.locator('[aria-busy="true"]'), path).toHaveCount(0)
      expect(await page.title(), path).toMatch(/Ballast/)
      expect(await page.locator('html').getAttribute('lang'), path).toContain(locale)
      const sticksOut = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(sticksOut, `${path} is wider than the screen`).toBeLessThanOrEqual(0)
      const text = await page.locator('body').innerText()
      expect(
        text.match(/\b[a-z]+\.[a-z]+[A-Z]\w*\b/g) ?? [],
        `${path}: message keys`,
      ).toEqual([])
      if (locale === 'zh') expect(text, path).toMatch(/[\u4e00-\u9fff]/)
    }
    expect(errors).toEqual([])
    await context.close()
  })
}

for (const locale of ['en', 'zh']) {
  test(`on a phone each place of the navigation has its whole name, ${locale}`, async ({
    ballast,
    browser,
  }) => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
    await context.addCookies([{ name: 'ballast-locale', value: locale, url: ballast.url }])
    const page = await context.newPage()
    await signIn(page, ballast, 'admin')
    await page.goto(ballast.url)
    const names = page.getByRole('navigation').locator('a:visible span')
    await expect(names.first()).toBeVisible()
    const cut = await names.evaluateAll((found) =>
      found
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
        .map(({ textContent }) => textContent),
    )
    expect(cut).toEqual([])
    await context.close()
  })
}

test('what is not there says so', async ({ as, ballast }) => {
  const page = await as('viewer')
  for (const path of [
    '/hosts/nobody',
    '/nowhere',
    `/hosts/alpha/domains/${crypto.randomUUID()}`,
  ]) {
    await page.goto(ballast.url + path)
    await expect(page.getByRole('heading', { level: 1 }), path).toHaveText(/not|nothing/i)
  }
})

test('scripts run only with the nonce of the page', async ({ as, ballast }) => {
  const page = await as('viewer')
  const answer = await page.goto(ballast.url)
  const policy = answer?.headers()['content-security-policy'] ?? ''
  expect(policy).toMatch(/script-src [^;]*'nonce-/)
  expect(/script-src [^;]*/.exec(policy)?.[0]).not.toContain('unsafe-inline')
  expect(policy).toContain("frame-ancestors 'none'")
  expect(answer?.headers()['x-content-type-options']).toBe('nosniff')
})

test('the fleet page needs less than 250 kB of JavaScript to start', async ({
  as,
  ballast,
}) => {
  const page = await as('viewer')
  const html = await (await page.request.get(ballast.url)).text()
  const scripts = [...html.matchAll(/<script[^>]*\ssrc="([^"]+)"[^>]*>/g)]
    // Browsers that know modules do not load those.
    .filter(([tag]) => !/nomodule/i.test(tag))
    .map(([, source]) => source!)
  let bytes = 0
  for (const source of new Set(scripts)) {
    const answer = await fetch(new URL(source, ballast.url))
    bytes += gzipSync(Buffer.from(await answer.arrayBuffer())).byteLength
  }
  expect(bytes).toBeGreaterThan(50_000)
  expect(bytes).toBeLessThan(250_000)
})
