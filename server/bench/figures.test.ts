import { describe, expect, test } from 'vitest'

import { figure, median, quantile, table } from './figures.ts'

describe('figures', () => {
  test('a time is judged by at most, a rate by at least', () => {
    const virsh = { name: 'virsh', value: 10 }
    expect(figure('sweep', 'ms', 11, virsh, { atMost: 1.1 })).toMatchObject({
      ratio: 1.1,
      met: true,
    })
    expect(figure('sweep', 'ms', 12, virsh, { atMost: 1.1 }).met).toBe(false)
    expect(figure('calls', '1/s', 12, virsh, { atLeast: 1 }).met).toBe(true)
    expect(figure('calls', '1/s', 9, virsh, { atLeast: 1 }).met).toBe(false)
    expect(figure('calls', '1/s', 9, virsh, null).met).toBeNull()
  })

  test('quantiles take a measured value, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(quantile([4, 3, 2, 1], 0.99)).toBe(4)
    expect(median([])).toBeNaN()
  })

  test('the table keeps its columns', () => {
    const text = table([
      figure('sweep', 'ms', 5, { name: 'virsh', value: 10 }, { atMost: 1 }),
    ])
    const [head, row] = text.split('\n')
    expect(row).toMatch(/^sweep\s+5\.00\s+ms\s+virsh\s+10\.0\s+0\.50\s+≤ 1\s+met$/)
    expect(head!.indexOf('against')).toBe(row!.indexOf('virsh'))
  })
})
