import { describe, expect, it } from 'vitest'

import { memorySegments } from './memory-segments.ts'

const sum = (s: ReturnType<typeof memorySegments>) =>
  s.used + s.cache + s.free + s.unknown + s.beyond

describe('memorySegments', () => {
  it('divides the maximum', () => {
    const s = memorySegments({
      usedKiB: 100,
      cacheKiB: 200,
      balloonKiB: 500,
      maximumKiB: 1000,
      rssKiB: 400,
    })
    expect(s).toEqual({ used: 10, cache: 20, free: 20, unknown: 0, beyond: 50, rss: 40 })
  })

  it('shows the balloon as unknown when the guest says nothing', () => {
    const s = memorySegments({
      usedKiB: null,
      cacheKiB: null,
      balloonKiB: 250,
      maximumKiB: 1000,
    })
    expect(s).toMatchObject({
      used: 0,
      cache: 0,
      free: 0,
      unknown: 25,
      beyond: 75,
      rss: null,
    })
  })

  it('holds nothing back where there is no balloon', () => {
    const s = memorySegments({
      usedKiB: null,
      cacheKiB: null,
      balloonKiB: null,
      maximumKiB: 1000,
    })
    expect(s).toMatchObject({ unknown: 100, beyond: 0 })
  })

  it.each([
    { usedKiB: 900, cacheKiB: 900, balloonKiB: 500, maximumKiB: 1000, rssKiB: 5000 },
    { usedKiB: -5, cacheKiB: null, balloonKiB: 500, maximumKiB: 1000, rssKiB: -1 },
    { usedKiB: 1, cacheKiB: 1, balloonKiB: 2000, maximumKiB: 1000, rssKiB: null },
    { usedKiB: null, cacheKiB: null, balloonKiB: null, maximumKiB: 0, rssKiB: 7 },
  ])('always adds up to 100 percent, whatever comes: %o', (figures) => {
    const s = memorySegments(figures)
    expect(sum(s)).toBeCloseTo(100)
    for (const part of Object.values(s)) {
      expect(part ?? 0).toBeGreaterThanOrEqual(0)
      expect(part ?? 0).toBeLessThanOrEqual(100)
    }
  })
})
