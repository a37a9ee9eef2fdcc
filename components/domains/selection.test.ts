import { describe, expect, test, vi } from 'vitest'

import type { FleetRow } from '../../server/contract/domain.ts'
import { mostSelected, Selection } from './selection.ts'

const row = (at: number): FleetRow => ({
  key: `alpha/${at}`,
  host: 'alpha',
  hostName: 'Alpha',
  uuid: `6f8a7c1e-0000-4000-8000-${String(at).padStart(12, '0')}`,
  name: `web${at}`,
  title: null,
  state: 'running',
  stale: false,
  vcpus: 1,
  cpuPercent: null,
  memory: {
    usedKiB: null,
    cacheKiB: null,
    balloonKiB: null,
    maximumKiB: 1,
    rssKiB: null,
    statsAgeSeconds: null,
    health: 'ok',
    pressure: null,
  },
  dirtyRate: { rateMiBps: null, measuredMs: null, doubtful: false },
  spark: [],
  pressureSpark: [],
})
const load = async (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => row(from + at))
const names = (selection: Selection) => selection.list().map(({ name }) => name)

describe('the selection', () => {
  test('turns rows over, and tells who looks', () => {
    const selection = new Selection()
    const told = vi.fn()
    const off = selection.subscribe(told)
    selection.toggle(row(1), 1)
    selection.toggle(row(4), 4)
    selection.toggle(row(1), 1)
    expect(names(selection)).toEqual(['web4'])
    expect(selection.has('alpha/4')).toBe(true)
    expect(told).toHaveBeenCalledTimes(3)
    off()
    selection.clear()
    expect(told).toHaveBeenCalledTimes(3)
    expect(names(selection)).toEqual([])
  })

  test('takes a range with rows that are not loaded, forwards and backwards', async () => {
    const selection = new Selection()
    selection.toggle(row(10), 10)
    await selection.extendTo(row(13), 13, load)
    expect(names(selection)).toEqual(['web10', 'web11', 'web12', 'web13'])
    await selection.extendTo(row(8), 8, load)
    expect(selection.list()).toHaveLength(6)
  })

  test('a range from a row that was taken off takes off', async () => {
    const selection = new Selection()
    selection.add(await load(0, 9))
    selection.toggle(row(3), 3)
    await selection.extendTo(row(5), 5, load)
    expect(selection.list()).toHaveLength(7)
    expect(selection.has('alpha/4')).toBe(false)
  })

  test('a range without a beginning is one row', async () => {
    const selection = new Selection()
    await selection.extendTo(row(3), 3, load)
    expect(names(selection)).toEqual(['web3'])
  })

  test('has a bound', async () => {
    const selection = new Selection()
    selection.add(await load(0, mostSelected + 50))
    expect(selection.list()).toHaveLength(mostSelected)
    selection.add([row(0)])
    expect(selection.list()).toHaveLength(mostSelected)
  })

  test('the list is the same until something changes', () => {
    const selection = new Selection()
    selection.toggle(row(1), 1)
    expect(selection.list()).toBe(selection.list())
  })
})
