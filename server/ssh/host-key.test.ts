import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { acceptHostKey, parseHostKeyLine } from './host-key.ts'

const key = 'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl'
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ballast-test-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test("the fingerprint is ssh-keygen's", () => {
  // GitHub's published Ed25519 key and fingerprint.
  expect(parseHostKeyLine(`github.com ssh-ed25519 ${key}`)).toEqual({
    type: 'ssh-ed25519',
    fingerprint: 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU',
    line: `github.com ssh-ed25519 ${key}`,
  })
})

test.each([
  '',
  '# comment',
  'host ssh-ed25519',
  `@revoked h ssh-ed25519 ${key}`,
  `h ssh-ed25519 ${key}\nx y z`,
])('%j is no key line', (line) => expect(parseHostKeyLine(line)).toBeNull())

test('accepted keys are kept, a new one of the same host and type replaces the old', async () => {
  const file = join(folder, 'deep', 'known_hosts')
  const other = key.replace('OMqq', 'OMqr')
  await Promise.all([
    acceptHostKey(file, `alpha ssh-ed25519 ${key}`),
    acceptHostKey(file, `[beta]:2222 ssh-ed25519 ${key}`),
    acceptHostKey(file, `alpha ssh-rsa ${key}`),
    acceptHostKey(file, `alpha ssh-ed25519 ${other}`),
  ])
  expect((await readFile(file, 'utf8')).split('\n')).toEqual([
    `[beta]:2222 ssh-ed25519 ${key}`,
    `alpha ssh-rsa ${key}`,
    `alpha ssh-ed25519 ${other}`,
    '',
  ])
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readdir(join(folder, 'deep'))).toEqual(['known_hosts'])
})

test('what is no key is not written', () => {
  expect(() => acceptHostKey(join(folder, 'x'), 'alpha ssh-ed25519 $(id)')).toThrow(
    TypeError,
  )
})
