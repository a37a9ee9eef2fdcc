import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { ConfigError, loadConfig } from './config.ts'

let dir = ''
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'ballast-config-'))))
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const load = (env: Record<string, string> = {}) =>
  loadConfig({ NODE_ENV: 'test', BALLAST_DATA_DIR: join(dir, 'data'), ...env })

describe('settings', () => {
  test('are safe when nothing is set', () => {
    expect(load()).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      publicUrl: null,
      trustedOrigins: [],
      trustProxy: false,
      logLevel: 'info',
      development: false,
    })
  })

  test('the public URL is a trusted origin, beside the others', () => {
    const config = load({
      BALLAST_PUBLIC_URL: 'https://ballast.example.org/',
      BALLAST_TRUSTED_ORIGINS: 'https://a.example, http://b.example:8080',
    })
    expect(config.publicUrl).toBe('https://ballast.example.org')
    expect(config.trustedOrigins).toEqual([
      'https://ballast.example.org',
      'https://a.example',
      'http://b.example:8080',
    ])
  })

  test('an empty value is the same as none', () => {
    expect(load({ BALLAST_PORT: '', BALLAST_SECRET: '' }).port).toBe(8080)
  })

  test.each([
    ['BALLAST_PORT', '70000'],
    ['BALLAST_PORT', 'http'],
    ['BALLAST_PUBLIC_URL', 'ballast.example.org'],
    ['BALLAST_PUBLIC_URL', 'https://example.org/ballast'],
    ['BALLAST_TRUSTED_ORIGINS', 'https://a.example, nonsense'],
    ['BALLAST_TRUST_PROXY', 'maybe'],
    ['BALLAST_SECRET', 'short'],
    ['BALLAST_LOG_LEVEL', 'loud'],
  ])('%s=%s is refused by name', (name, value) => {
    expect(() => load({ [name]: value })).toThrow(ConfigError)
    expect(() => load({ [name]: value })).toThrow(name)
  })

  test('names every wrong setting at once', () => {
    const wrong = { BALLAST_PORT: 'x', BALLAST_LOG_LEVEL: 'x' }
    expect(() => load(wrong)).toThrow(/BALLAST_PORT.*\n.*BALLAST_LOG_LEVEL/)
  })

  test('a data directory that cannot be made is named', () => {
    writeFileSync(join(dir, 'file'), '')
    expect(() => load({ BALLAST_DATA_DIR: join(dir, 'file', 'data') })).toThrow(
      /BALLAST_DATA_DIR/,
    )
  })
})

describe('the secret', () => {
  test('is made once and readable by its owner only', () => {
    const first = load()
    const file = join(first.dataDir, 'secret')
    expect(first.secret.length).toBeGreaterThanOrEqual(43)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(first.dataDir).mode & 0o077).toBe(0)
    expect(load().secret).toBe(first.secret)
  })

  test('is shut again when somebody opened it', () => {
    const file = join(load().dataDir, 'secret')
    writeFileSync(file, readFileSync(file), { mode: 0o644 })
    load()
    expect(statSync(file).mode & 0o077).toBe(0)
  })

  test('is refused when it was cut short', () => {
    writeFileSync(join(load().dataDir, 'secret'), 'abc')
    expect(() => load()).toThrow(/secret is cut short/)
  })

  test('may be given', () => {
    const secret = 'x'.repeat(40)
    expect(load({ BALLAST_SECRET: secret }).secret).toBe(secret)
  })
})
