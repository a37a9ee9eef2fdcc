import { describe, expect, it } from 'vitest'

import {
  formatAge,
  formatBytes,
  formatClock,
  formatCount,
  formatKiB,
  formatPercent,
  kibUnit,
} from './format.ts'

describe('formatKiB', () => {
  it.each([
    [0, '0 KiB'],
    [1023, '1,023 KiB'],
    [1024, '1.00 MiB'],
    [1536, '1.50 MiB'],
    [262144, '256 MiB'],
    [1024 * 1024, '1.00 GiB'],
    [1024 * 1024 - 1, '1.00 GiB'],
    [12.5 * 1024 * 1024, '12.5 GiB'],
    [300 * 1024 * 1024, '300 GiB'],
    [2 * 1024 ** 3, '2.00 TiB'],
    [5000 * 1024 ** 4, '5,000 PiB'],
    [-2048, '-2.00 MiB'],
    [9.999 * 1024, '10.0 MiB'],
  ])('%d KiB is %s', (kib, expected) => {
    expect(formatKiB(kib, 'en')).toBe(expected)
  })

  it('keeps a wished unit and digits', () => {
    expect(formatKiB(1536 * 1024, 'en', { unit: 'MiB', digits: 0 })).toBe('1,536 MiB')
  })

  it.each([null, undefined, Number.NaN, Number.POSITIVE_INFINITY])(
    'shows a dash for %s',
    (value) => {
      expect(formatKiB(value, 'en')).toBe('–')
    },
  )

  it('follows the language', () => {
    expect(formatKiB(1536, 'de')).toBe('1,50 MiB')
    expect(formatKiB(1536, 'zh')).toBe('1.50 MiB')
  })
})

it('kibUnit takes the largest unit that is reached', () => {
  expect([0, 1, 1023, 1024, 1024 ** 2, 1024 ** 3, 1024 ** 4].map(kibUnit)).toEqual([
    'KiB',
    'KiB',
    'KiB',
    'MiB',
    'GiB',
    'TiB',
    'PiB',
  ])
})

it('formatBytes', () => {
  expect(formatBytes(512, 'en')).toBe('512 B')
  expect(formatBytes(1024 ** 3, 'en')).toBe('1.00 GiB')
  expect(formatBytes(null, 'en')).toBe('–')
})

it('formatPercent', () => {
  expect(formatPercent(0, 'en')).toBe('0.0%')
  expect(formatPercent(9.94, 'en')).toBe('9.9%')
  expect(formatPercent(99.6, 'en')).toBe('100%')
  expect(formatPercent(null, 'en')).toBe('–')
})

it('formatCount', () => {
  expect(formatCount(1234567, 'en')).toBe('1,234,567')
  expect(formatCount(undefined, 'en')).toBe('–')
})

it('formatAge', () => {
  expect(formatAge(3.9, 'en')).toBe('3 sec')
  expect(formatAge(-2, 'en')).toBe('0 sec')
  expect(formatAge(60, 'en')).toBe('1 min')
  expect(formatAge(3 * 3600 + 59, 'en')).toBe('3 hr')
  expect(formatAge(2 * 86_400, 'en')).toBe('2 days')
  expect(formatAge(5, 'zh')).toBe('5秒')
  expect(formatAge(null, 'en')).toBe('–')
})

it('formatClock is 24 h in the wished zone', () => {
  const atMs = Date.UTC(2026, 0, 2, 0, 5, 9)
  expect(formatClock(atMs, 'en', { timeZone: 'UTC' })).toBe('00:05:09')
  expect(formatClock(atMs, 'zh', { timeZone: 'Asia/Shanghai', seconds: false })).toBe(
    '08:05',
  )
})
