import { describe, expect, it } from 'vitest'

import { memoryStatFields, type MemoryStats } from '../../server/contract/memory.ts'
import { verdictOf } from './target-verdict.ts'

const mib = 1024
const stats: MemoryStats = {
  ...Object.fromEntries(Object.keys(memoryStatFields).map((name) => [name, null])),
  actual: 200 * mib,
} as MemoryStats
const detail = {
  stats,
  maximumKiB: 256 * mib,
  floor: { floorKiB: 120 * mib, usedKiB: 80 * mib, marginKiB: 40 * mib },
  health: 'ok' as const,
}

describe('verdictOf', () => {
  it.each([
    [null, 'invalid'],
    [257 * mib, 'aboveMaximum'],
    [256 * mib, 'ok'],
    [200 * mib + 500, 'same'],
    [120 * mib, 'ok'],
    [120 * mib - 1, 'belowFloor'],
  ] as const)('%s KiB: %s', (targetKiB, verdict) => {
    expect(verdictOf(targetKiB, detail)).toBe(verdict)
  })

  it('shrinks without fresh statistics only by force, and grows freely', () => {
    expect(verdictOf(150 * mib, { ...detail, health: 'stale' })).toBe('statsUnknown')
    expect(verdictOf(150 * mib, { ...detail, floor: null })).toBe('statsUnknown')
    expect(verdictOf(250 * mib, { ...detail, health: 'stale' })).toBe('ok')
  })
})
