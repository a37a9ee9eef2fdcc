import { describe, expect, it } from 'vitest'

import { hostBarOf, overcommitOf } from './overcommit.ts'

const memory = {
  totalKiB: 1000,
  freeKiB: 300,
  buffersKiB: 50,
  cachedKiB: 250,
  usedKiB: 400,
}
const committed = { balloonKiB: 600, maximumKiB: 800, rssKiB: 0, usedKiB: 0 }

describe('overcommitOf', () => {
  it('fits', () => {
    expect(overcommitOf({ memory, committed })).toEqual({ ratio: 0.8, missingKiB: 0 })
  })
  it('says how much too much', () => {
    const more = { ...committed, maximumKiB: 1500 }
    expect(overcommitOf({ memory, committed: more })).toEqual({
      ratio: 1.5,
      missingKiB: 500,
    })
  })
  it('knows nothing without RAM', () => {
    expect(overcommitOf({ memory: null, committed })).toBeNull()
    expect(hostBarOf({ memory: null, committed })).toBeNull()
  })
})

describe('hostBarOf', () => {
  it('is as wide as the RAM when all fits', () => {
    expect(hostBarOf({ memory, committed })).toEqual({
      used: 40,
      cache: 30,
      ram: 100,
      balloon: 60,
      maximum: 80,
    })
  })
  it('grows with the maxima, so that the RAM ends within it', () => {
    const bar = hostBarOf({ memory, committed: { ...committed, maximumKiB: 2000 } })
    expect(bar).toMatchObject({ ram: 50, maximum: 100, used: 20 })
  })
})
