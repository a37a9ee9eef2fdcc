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
  configCurrentKiB: 220 * mib,
  configMaximumKiB: 512 * mib,
  hostRoom: null,
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

  it('of the configuration is held against what that allows', () => {
    expect(verdictOf(220 * mib, detail, 'config')).toBe('same')
    expect(verdictOf(10 * mib, detail, 'config')).toBe('ok')
    expect(verdictOf(512 * mib, detail, 'config')).toBe('ok')
    expect(verdictOf(513 * mib, detail, 'config')).toBe('aboveMaximum')
    expect(verdictOf(512 * mib, detail, 'both')).toBe('aboveMaximum')
    expect(verdictOf(200 * mib, detail, 'both')).toBe('ok')
  })

  it('grows beyond what the host has only by force', () => {
    const hostRoom = { totalKiB: 999 * mib, reachableKiB: 20 * mib, balloonsKiB: 200 * mib }
    expect(verdictOf(250 * mib, { ...detail, hostRoom })).toBe('hostShort')
    expect(verdictOf(210 * mib, { ...detail, hostRoom })).toBe('ok')
  })

  it('shrinks where the host gains nothing only by force', () => {
    expect(verdictOf(150 * mib, { ...detail, health: 'inhibited' })).toBe('inhibited')
    expect(verdictOf(250 * mib, { ...detail, health: 'inhibited' })).toBe('ok')
  })

  it('shrinks without fresh statistics only by force, and grows freely', () => {
    expect(verdictOf(150 * mib, { ...detail, health: 'stale' })).toBe('statsUnknown')
    expect(verdictOf(150 * mib, { ...detail, floor: null })).toBe('statsUnknown')
    expect(verdictOf(250 * mib, { ...detail, health: 'stale' })).toBe('ok')
  })
})
