import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { withLock } from './lock.ts'
import { labPlace, readState } from './state.ts'

test('the place comes from the environment, with defaults', () => {
  expect(labPlace({})).toEqual({
    dir: '/run/ballast-lab',
    network: 77,
    cacheDir: '/var/cache/ballast-lab',
  })
  expect(labPlace({ BALLAST_LAB_DIR: '/run/x', BALLAST_LAB_NETWORK: '9' })).toMatchObject({
    dir: '/run/x',
    network: 9,
  })
})

test('a place that cannot work is refused', () => {
  for (const dir of ['lab', `/${'x'.repeat(80)}`])
    expect(() => labPlace({ BALLAST_LAB_DIR: dir })).toThrow(RangeError)
  for (const network of ['0', '255', 'x', '1.5'])
    expect(() => labPlace({ BALLAST_LAB_NETWORK: network })).toThrow(RangeError)
})

test('a lock is held by one, and a dead holder loses it', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'lab-'))
  const file = join(dir, 'lock')
  try {
    writeFileSync(file, '999999999 1\n')
    let inside = 0
    const work = async () => {
      expect(++inside).toBe(1)
      await new Promise((resolve) => setImmediate(resolve))
      inside--
    }
    await Promise.all([withLock(file, 5000, work), withLock(file, 5000, work)])
    expect(readState(dir)).toBeUndefined()
  } finally {
    rmSync(dir, { recursive: true })
  }
})
