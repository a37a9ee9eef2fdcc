import { describe, expect, it } from 'vitest'

import { progressOf } from './resize-progress.ts'

describe('progressOf', () => {
  it('counts what the guest gave of what was asked', () => {
    expect(progressOf({ fromKiB: 4000, targetKiB: 2000, actualKiB: 2700 })).toEqual({
      direction: 'gave',
      doneKiB: 1300,
      wholeKiB: 2000,
      share: 0.65,
    })
  })
  it('counts what it got on the way up', () => {
    expect(progressOf({ fromKiB: 100, targetKiB: 200, actualKiB: 150 })).toMatchObject({
      direction: 'got',
      share: 0.5,
    })
  })
  it('never leaves 0 to 1, also when the balloon moves the wrong way', () => {
    expect(progressOf({ fromKiB: 100, targetKiB: 50, actualKiB: 120 }).share).toBe(0)
    expect(progressOf({ fromKiB: 100, targetKiB: 50, actualKiB: 20 }).share).toBe(1)
    expect(progressOf({ fromKiB: 100, targetKiB: 100, actualKiB: 100 }).share).toBe(1)
  })
})
