import { describe, expect, test } from 'vitest'

import { domainPlacement } from '../contract/numa.ts'
import { boundCellsOf, placementOf } from './placement.ts'
import type { PlacementInput, PlacementXml } from './placement.ts'

const GiB = 2 ** 20
const cells = [
  { id: 0, totalKiB: 32 * GiB, cpus: [0, 2, 4, 6] },
  { id: 1, totalKiB: 32 * GiB, cpus: [1, 3, 5, 7] },
]
const nothing: PlacementXml = {
  vcpuPlacement: 'static',
  vcpuCpuset: null,
  memory: null,
  memnodes: [],
  vcpuPins: [],
  emulatorPin: null,
  ioThreadPins: [],
  guestCells: [],
}
const all = [0, 1, 2, 3, 4, 5, 6, 7]

function place(
  xml: Partial<PlacementXml>,
  more: Partial<PlacementInput> = {},
  host = cells,
) {
  const placement = placementOf(
    {
      uuid: 'u',
      name: 'db1',
      state: 'running',
      vcpus: 2,
      balloonKiB: 8 * GiB,
      maximumKiB: 8 * GiB,
      rssKiB: 6 * GiB,
      xml: { ...nothing, ...xml },
      hugePageKiB: null,
      live: null,
      vcpuReadings: [],
      ...more,
    },
    host,
  )
  expect(domainPlacement.parse({ ...placement, uuid: 'u' })).toEqual(placement)
  return placement
}
const at = (number: number, cpu: number | null, allowedCpus = all) => ({
  number,
  state: 'running' as const,
  cpu,
  allowedCpus,
})
const strict = (nodeset: string) => ({
  mode: 'strict',
  placement: 'static' as const,
  nodeset,
})

describe('where it may be', () => {
  test('only strict and restrictive keep memory out of the other cells', () => {
    expect(boundCellsOf(nothing)).toBeNull()
    expect(boundCellsOf({ ...nothing, memory: strict('1') })).toEqual([1])
    for (const mode of ['preferred', 'interleave']) {
      expect(boundCellsOf({ ...nothing, memory: { ...strict('1'), mode } })).toBeNull()
    }
  })

  test('cells of the guest have their own word', () => {
    const memnodes = [
      { guestCell: 0, mode: 'strict', nodeset: '1' },
      { guestCell: 1, mode: 'strict', nodeset: '0' },
    ]
    const guestCells = [
      { id: 0, cpus: '0', memoryKiB: GiB },
      { id: 1, cpus: '1', memoryKiB: GiB },
    ]
    expect(boundCellsOf({ ...nothing, memnodes, guestCells })).toEqual([0, 1])
    expect(place({ memnodes, guestCells }).guestCells).toEqual([
      { id: 0, cpus: '0', memoryKiB: GiB, mode: 'strict', cells: [1] },
      { id: 1, cpus: '1', memoryKiB: GiB, mode: 'strict', cells: [0] },
    ])
  })

  test('a running domain was perhaps let have another than its XML says', () => {
    const { memory } = place(
      { memory: strict('0') },
      { live: { mode: 'strict', nodeset: '1' } },
    )
    expect(memory).toMatchObject({ cells: [1], source: 'live', placement: 'static' })
  })

  test('numad chose: the XML does not say where, libvirt does', () => {
    const auto = { vcpuPlacement: 'auto' as const }
    expect(place(auto).memory).toMatchObject({ placement: 'auto', cells: null })
    const live = { mode: 'strict', nodeset: '0' }
    expect(place(auto, { live }).memory).toMatchObject({ placement: 'auto', cells: [0] })
    expect(place(auto, { live }).notes).toContain('auto')
  })

  test('libvirt gives one that nobody bound a mode and all cells all the same', () => {
    const live = { mode: 'strict', nodeset: '0-1' }
    expect(place({}, { live }).memory).toMatchObject({ mode: null, cells: null })
  })
})

describe('what is to be said of it', () => {
  test('one cell: nothing can be far', () => {
    expect(place({ memory: strict('0') }, {}, [cells[0]!]).notes).toEqual(['one-cell-host'])
  })

  test.each([
    [{}, ['free']],
    [{ memory: strict('1'), vcpuCpuset: '1,3' }, ['bound']],
    [{ memory: strict('1') }, ['vcpus-unbound']],
    [{ vcpuPins: [{ vcpu: 0, cpuset: '0,2' }] }, ['memory-unbound']],
    [{ memory: strict('1'), vcpuCpuset: '0,2' }, ['remote']],
    [{ memory: strict('5'), vcpuCpuset: '0,2' }, ['no-such-cell', 'remote']],
    // Both cells named is none named.
    [{ memory: strict('0-1') }, ['free']],
  ] as const)('%j', (xml, notes) => {
    expect(place(xml).notes).toEqual(notes)
  })

  test('too large for the cells it is bound to', () => {
    const xml = { memory: strict('1'), vcpuCpuset: '1' }
    expect(place(xml, { maximumKiB: 40 * GiB }).notes).toEqual(['bound', 'too-large'])
  })

  test('where the vCPUs were when asked', () => {
    const { vcpuList, vcpuCells, notes } = place(
      { memory: strict('0') },
      { vcpuReadings: [at(0, 2), at(1, 5, [5, 7]), at(2, null)] },
    )
    expect(vcpuList).toEqual([
      {
        number: 0,
        state: 'running',
        cpu: 2,
        cell: 0,
        allowedCpus: '0-7',
        allowedCells: [0, 1],
      },
      {
        number: 1,
        state: 'running',
        cpu: 5,
        cell: 1,
        allowedCpus: '5,7',
        allowedCells: [1],
      },
      {
        number: 2,
        state: 'running',
        cpu: null,
        cell: null,
        allowedCpus: '0-7',
        allowedCells: [0, 1],
      },
    ])
    expect(vcpuCells).toEqual([0, 1])
    expect(notes).toEqual(['vcpus-unbound', 'vcpus-apart', 'vcpus-spread'])
  })

  test('a guest that knows of its cells may be spread', () => {
    const guestCells = [{ id: 0, cpus: '0-1', memoryKiB: GiB }]
    const { notes } = place({ guestCells }, { vcpuReadings: [at(0, 2), at(1, 5)] })
    expect(notes).toEqual(['free'])
  })
})
