import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { ProblemError } from '../contract/problem.ts'
import { isOwnAddress, openUrl } from './guarded-request.ts'

const server = createServer((request, response) => {
  if (request.url === '/loop') response.writeHead(302, { location: '/loop' }).end()
  else if (request.url === '/file') response.writeHead(302, { location: '/here' }).end()
  else if (request.url === '/ftp') response.writeHead(302, { location: 'ftp://x/y' }).end()
  else if (request.url === '/here') response.end('the file')
  else response.writeHead(404).end()
})
let base = ''
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

const open = (url: string, allowOwn: boolean) =>
  openUrl(url, { allowOwn, signal: AbortSignal.timeout(5_000) })

describe('addresses of the machine itself', () => {
  test.each([
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '169.254.169.254',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::127.0.0.1',
    'fe80::1',
    '64:ff9b::7f00:1',
    '224.0.0.1',
  ])('%s is one', (address) => expect(isOwnAddress(address)).toBe(true))

  test.each(['10.0.0.1', '192.168.1.1', '9.9.9.9', '2a00::1', '::ffff:9.9.9.9'])(
    '%s is none',
    (address) => expect(isOwnAddress(address)).toBe(false),
  )

  test.each([
    'http://127.0.0.1:1/x',
    'http://2130706433/x',
    'http://0x7f.1/x',
    'http://localhost:1/x',
    'http://[::1]:1/x',
    'http://[::ffff:127.0.0.1]:1/x',
    'http://169.254.169.254/latest/meta-data',
  ])('%s is not asked', async (url) => {
    const error = await open(url, false).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ProblemError)
    expect(String(error)).toContain('an address of the machine')
  })
})

test('is asked where it is allowed, and redirects are followed', async () => {
  const response = await open(`${base}/file`, true)
  const parts: Buffer[] = []
  for await (const part of response) parts.push(part)
  expect(Buffer.concat(parts).toString()).toBe('the file')
})

test.each([
  ['/loop', 'redirects'],
  ['/nothing', '404'],
  ['/ftp', 'Only http and https'],
])('%s is refused with its reason', async (path, words) => {
  await expect(open(base + path, true)).rejects.toThrow(words)
})

test.each(['ftp://example.org/x', 'file:///etc/passwd', 'http://u:p@example.org/x'])(
  '%s is refused',
  async (url) => {
    await expect(open(url, true)).rejects.toBeInstanceOf(ProblemError)
  },
)
