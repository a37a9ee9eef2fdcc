import { describe, expect, it } from 'vitest'

import { amountText, parseAmount, stepKiB, unitFor } from './amount.ts'

describe('parseAmount', () => {
  it.each([
    ['512', 'MiB', 524_288],
    ['1.5', 'GiB', 1_572_864],
    ['1,5', 'GiB', 1_572_864],
    [' 2 GiB ', 'MiB', 2_097_152],
    ['512m', 'GiB', 524_288],
    ['.5', 'MiB', 512],
  ] as const)('%s in %s is %i KiB', (text, unit, kib) => {
    expect(parseAmount(text, unit)).toBe(kib)
  })

  it.each([
    '',
    '0',
    '-1',
    'NaN',
    '1e308',
    'Infinity',
    '12 apples',
    '1.2.3',
    '9'.repeat(30),
  ])('%s is no amount', (text) => {
    expect(parseAmount(text, 'MiB')).toBeNull()
  })
})

describe('amountText', () => {
  it('gives back what was typed', () => {
    for (const text of ['512', '1.5', '200.25'])
      expect(amountText(parseAmount(text, 'MiB') ?? 0, 'MiB')).toBe(text)
  })
})

describe('sizes', () => {
  it('speak of small guests in MiB and of large ones in GiB', () => {
    expect(unitFor(262_144)).toBe('MiB')
    expect(unitFor(64 * 1024 * 1024)).toBe('GiB')
  })
  it('step by whole MiB', () => {
    expect(stepKiB(262_144)).toBe(1024)
    expect(stepKiB(64 * 1024 * 1024) % 1024).toBe(0)
  })
})
