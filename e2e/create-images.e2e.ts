import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { getLab } from './lab/index.ts'
import { createParts, openCreatePage, testPool } from './support/create-page.ts'
import { expect, test } from './support/test.ts'

const pool = testPool(getLab(), 'e2e-images')
/** Pieces of an upload but the first. */
const secondPiece = /\/uploads\/[^?]+\?offset=[1-9]/
test.beforeAll(() => pool.make())
test.afterAll(() => pool.remove())

for (const language of ['en', 'zh'] as const) {
  test(`a cancelled upload leaves no half volume behind (${language})`, async ({
    as,
    ballast,
  }) => {
    const page = await as('operator')
    const { say } = await openCreatePage(page, ballast.url, language)
    await page.getByRole('button', { name: say.getImage }).click()
    await page.getByLabel(say.pool).selectOption(pool.name, { timeout: 30_000 })
    // The second piece stays on its way, as on a line that has become very slow.
    let held = 0
    await page.route(secondPiece, () => void held++)
    await page.getByLabel(say.file).setInputFiles({
      name: 'half.iso',
      mimeType: 'application/octet-stream',
      buffer: Buffer.alloc(20 * 2 ** 20, 'half'),
    })
    await expect.poll(() => held, { timeout: 30_000 }).toBe(1)
    expect(await pool.volumes()).toEqual(['half.iso'])
    const progress = page.getByRole('progressbar', { name: `${say.uploading} half.iso` })
    await expect(progress).toHaveAttribute('aria-valuenow', '40')
    await expect(page.getByText('8.00 MiB / 20.0 MiB')).toBeVisible()

    await page.getByRole('button', { name: say.cancel, exact: true }).click()
    await expect(page.getByRole('button', { name: say.upload })).toBeVisible()
    await expect.poll(() => pool.volumes()).toEqual([])
    const cookie = await ballast.login('viewer')
    const { jobs } = await (await ballast.api(cookie, 'GET', '/jobs?kinds=upload')).json()
    expect(jobs[0]).toMatchObject({ state: 'cancelled', leftovers: [] })
  })

  test(`an upload goes on after its line broke, and all of it arrives (${language})`, async ({
    as,
    ballast,
    lab,
  }) => {
    const page = await as('operator')
    const { say, line } = await openCreatePage(page, ballast.url, language)
    await page.getByRole('button', { name: say.getImage }).click()
    await page.getByLabel(say.pool).selectOption(pool.name, { timeout: 30_000 })
    let sent = 0
    await page.route(secondPiece, (route) =>
      ++sent === 1 ? route.abort('connectionreset') : route.continue(),
    )
    const buffer = randomBytes(20 * 2 ** 20)
    await page.getByLabel(say.file).setInputFiles({
      name: 'whole.iso',
      mimeType: 'application/octet-stream',
      buffer,
    })
    const path = `${pool.path}/whole.iso`
    await expect(line).toHaveValue(`virt-install --cdrom ${path}`, { timeout: 60_000 })
    // Once in vain, then the same piece and the last one: what had arrived is not sent again.
    expect(sent).toBe(3)
    const sum = createHash('sha256').update(buffer).digest('hex')
    expect(await lab.host('alpha').exec('sha256sum', path)).toContain(sum)
    await expect(page.getByRole('combobox', { name: say.fromPools })).toHaveValue(path)
    await lab.host('alpha').virsh('vol-delete', path)
  })
}

test.describe('an image that the server fetches', () => {
  const content = randomBytes(2 ** 20)
  const sum = createHash('sha256').update(content).digest('hex')
  let files: Server
  let url = ''
  test.beforeAll(async ({ lab }) => {
    files = createServer((_request, reply) => reply.end(content))
    // The machine's end of the lab's network: the server's own addresses are closed to it.
    const gateway = new URL(lab.host('alpha').uri).hostname.replace(/\d+$/, '254')
    files.listen(0, gateway)
    await once(files, 'listening')
    url = `http://${gateway}:${(files.address() as AddressInfo).port}/some.iso`
  })
  test.afterAll(() => void files.close())

  test('is there and used when its checksum is right, and gone when it is wrong', async ({
    as,
    ballast,
    lab,
  }) => {
    const page = await as('operator')
    await openCreatePage(page, ballast.url)
    await page.getByRole('button', { name: 'Get an image' }).click()
    await page.getByLabel('Into the pool').selectOption(pool.name, { timeout: 30_000 })
    await page.getByLabel('Address').fill(url)
    await page.getByLabel('Checksum').fill(`sha256:${'0'.repeat(64)}`)
    await page.getByRole('button', { name: 'Fetch', exact: true }).click()
    const alert = page.getByRole('alert').filter({ hasText: sum })
    await expect(alert).toBeVisible({ timeout: 30_000 })
    await expect.poll(() => pool.volumes()).toEqual([])

    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByLabel('Checksum').fill(`sha256:${sum}`)
    await page.getByRole('button', { name: 'Fetch', exact: true }).click()
    const path = `${pool.path}/some.iso`
    await page.getByRole('button', { name: `Use ${path}` }).click({ timeout: 30_000 })
    await expect(createParts(page).line).toHaveValue(`virt-install --cdrom ${path}`)
    expect(await pool.volumes()).toEqual(['some.iso'])
    expect(await lab.host('alpha').exec('sha256sum', path)).toContain(sum)
  })

  test('is refused from the server itself', async ({ as, ballast }) => {
    const page = await as('operator')
    await openCreatePage(page, ballast.url)
    await page.getByRole('button', { name: 'Get an image' }).click()
    await page.getByLabel('Address').fill(`${ballast.url}/api/v1/health`)
    await page.getByRole('button', { name: 'Fetch', exact: true }).click()
    await expect(page.getByRole('alert').filter({ hasText: '127.0.0.1' })).toBeVisible({
      timeout: 30_000,
    })
  })
})
