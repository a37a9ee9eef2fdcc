import { describe, expect, test } from 'vitest'

import {
  costOf,
  expectedScatter,
  modesOf,
  onlySmallBlocks,
  sampledPages,
} from './sampling.ts'

const MiB = 1024

describe('what is sampled', () => {
  test('512 pages a GiB, each read twice', () => {
    expect(sampledPages(256 * MiB, 512)).toBe(128)
    expect(costOf(1024 * MiB, 512)).toEqual({ pages: 512, readKiB: 4096 })
  })

  test('scatters as was measured in the lab: about 30 % at 20 MiB/s of 256 MiB', () => {
    const scatter = expectedScatter(20, 1, 256 * MiB, 512)
    expect(scatter / 20).toBeGreaterThan(0.25)
    expect(scatter / 20).toBeLessThan(0.35)
    expect(expectedScatter(20, 1, 256 * MiB, 4096)).toBeCloseTo(scatter / Math.sqrt(8), 5)
  })

  test('nothing found is not certainty, and all found neither', () => {
    expect(expectedScatter(0, 1, 256 * MiB, 512)).toBeGreaterThan(0)
    expect(expectedScatter(1e6, 1, 256 * MiB, 512)).toBeGreaterThan(0)
    expect(expectedScatter(20, 1, 0, 512)).toBe(0)
  })

  test('RAM in blocks that QEMU means to leave out', () => {
    expect(onlySmallBlocks([127 * MiB])).toBe(true)
    expect(onlySmallBlocks([100 * MiB, 100 * MiB])).toBe(true)
    expect(onlySmallBlocks([128 * MiB])).toBe(false)
    expect(onlySmallBlocks([64 * MiB, 512 * MiB])).toBe(false)
    expect(onlySmallBlocks([])).toBe(false)
  })
})

const reasonOf = (virtType: string, mode: string, refused = {}) =>
  modesOf(virtType, refused).find((one) => one.mode === mode)

describe('modes', () => {
  test.each(['qemu', '', 'hvf', 'xen'])('dirty-bitmap is never for type %j', (virtType) => {
    const offer = { possible: false, reason: 'emulated' }
    expect(reasonOf(virtType, 'dirty-bitmap')).toMatchObject(offer)
    // Whatever a host may have said.
    expect(reasonOf(virtType, 'dirty-bitmap', { 'dirty-bitmap': null })).toMatchObject(
      offer,
    )
  })

  test('dirty-bitmap is offered for KVM', () => {
    expect(reasonOf('kvm', 'dirty-bitmap')).toMatchObject({ possible: true, reason: null })
  })

  test('dirty-ring says what libvirt said', () => {
    expect(reasonOf('kvm', 'dirty-ring')).toMatchObject({ reason: 'not-asked' })
    expect(reasonOf('kvm', 'dirty-ring', { 'dirty-ring': 'no' })).toMatchObject({
      possible: false,
      reason: 'refused',
      words: 'no',
    })
    expect(reasonOf('kvm', 'dirty-ring', { 'dirty-ring': null })).toMatchObject({
      possible: true,
      words: null,
    })
  })
})
