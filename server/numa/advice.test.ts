import { describe, expect, test } from 'vitest'

import { numaAdvice } from '../contract/numa.ts'
import { adviseNuma } from './advice.ts'
import type { AdviceCell } from './advice.ts'

const GiB = 2 ** 20

function cell(id: number, freeGiB: number, init: Partial<AdviceCell> = {}): AdviceCell {
  return {
    id,
    totalKiB: 32 * GiB,
    freeKiB: freeGiB * GiB,
    cpus: [0, 1, 2, 3, 4, 5, 6, 7].map((cpu) => cpu + id * 8),
    distances: [0, 1, 2, 3].map((other) => ({
      cell: other,
      value: other === id ? 10 : other >> 1 === id >> 1 ? 12 : 31,
    })),
    hugePages: [],
    promisedKiB: 0,
    boundKiB: 0,
    vcpus: 0,
    ...init,
  }
}

function advise(
  cells: AdviceCell[],
  vcpus: number,
  gib: number,
  pageKiB: number | null = null,
) {
  const advice = adviseNuma('alpha', cells, { vcpus, memoryKiB: gib * GiB, pageKiB })
  expect(numaAdvice.parse(advice)).toEqual(advice)
  return advice
}

describe('in numad’s manner', () => {
  test('fits in cell 1', () => {
    const advice = advise([cell(0, 3), cell(1, 24)], 4, 8)
    expect(advice).toMatchObject({ verdict: 'fits', cells: [1], needsCache: false })
    expect(advice.candidates).toEqual([
      {
        cells: [0],
        cpus: 8,
        availableKiB: 3 * GiB,
        fits: false,
        short: 'memory',
        shortKiB: Math.ceil(8 * GiB * 1.02 - 3 * GiB),
      },
      { cells: [1], cpus: 8, availableKiB: 24 * GiB, fits: true, short: null, shortKiB: 0 },
    ])
    expect(advice.xml).toBe(`<vcpu placement='static' cpuset='8-15'>4</vcpu>
<cputune>
  <vcpupin vcpu='0' cpuset='8-15'/>
  <vcpupin vcpu='1' cpuset='8-15'/>
  <vcpupin vcpu='2' cpuset='8-15'/>
  <vcpupin vcpu='3' cpuset='8-15'/>
  <emulatorpin cpuset='8-15'/>
</cputune>
<numatune>
  <memory mode='strict' nodeset='1'/>
</numatune>`)
    expect(advice.virtInstall).toBe(
      '--memory 8192 --vcpus 4,placement=static,cpuset=8-15 --cputune ' +
        'vcpupin0.vcpu=0,vcpupin0.cpuset=8-15,vcpupin1.vcpu=1,vcpupin1.cpuset=8-15,' +
        'vcpupin2.vcpu=2,vcpupin2.cpuset=8-15,vcpupin3.vcpu=3,vcpupin3.cpuset=8-15,' +
        'emulatorpin.cpuset=8-15 --numatune memory.mode=strict,memory.nodeset=1',
    )
  })

  test('of two that fit the one with most left, memory and CPUs together', () => {
    expect(advise([cell(0, 20), cell(1, 22)], 2, 4).cells).toEqual([1])
    // Twice the vCPUs are bound to cell 1 already.
    expect(advise([cell(0, 20), cell(1, 22, { vcpus: 16 })], 2, 4).cells).toEqual([0])
  })

  test('what is promised to guests bound there is not free', () => {
    const full = cell(1, 24, { promisedKiB: 20 * GiB, boundKiB: 20 * GiB })
    expect(advise([cell(0, 9), full], 2, 8).cells).toEqual([0])
  })

  test('splits over the nearest two of four, each with its share', () => {
    const advice = advise([cell(0, 6), cell(1, 3), cell(2, 6), cell(3, 6)], 4, 10)
    expect(advice).toMatchObject({ verdict: 'splits', cells: [2, 3] })
    expect(advice.candidates.at(-1)).toMatchObject({
      cells: [2, 3],
      cpus: 16,
      fits: true,
    })
    expect(advice.xml).toContain(`  <vcpupin vcpu='1' cpuset='16-23'/>
  <vcpupin vcpu='2' cpuset='24-31'/>`)
    expect(advice.xml).toContain(`<numatune>
  <memory mode='strict' nodeset='2-3'/>
  <memnode cellid='0' mode='strict' nodeset='2'/>
  <memnode cellid='1' mode='strict' nodeset='3'/>
</numatune>
<cpu>
  <numa>
    <cell id='0' cpus='0-1' memory='5242880' unit='KiB'/>
    <cell id='1' cpus='2-3' memory='5242880' unit='KiB'/>
  </numa>
</cpu>`)
  })

  test('shares by room where an even one does not fit', () => {
    const { xml } = advise([cell(0, 3), cell(1, 24)], 4, 25)
    const shares = [...xml!.matchAll(/memory='(\d+)'/g)].map(([, kib]) => Number(kib))
    expect(shares).toHaveLength(2)
    expect(shares[0]! + shares[1]!).toBe(25 * GiB)
    expect(shares[0]).toBeLessThanOrEqual(3 * GiB)
    expect(shares[1]).toBeLessThanOrEqual(24 * GiB)
  })

  test('more vCPUs than a cell has CPUs', () => {
    const advice = advise([cell(0, 20), cell(1, 20)], 12, 4)
    expect(advice).toMatchObject({ verdict: 'splits', cells: [0, 1] })
    expect(advice.candidates[0]).toMatchObject({ short: 'cpus' })
  })

  test('one vCPU cannot know of two cells', () => {
    const { xml } = advise([cell(0, 6), cell(1, 6)], 1, 10)
    expect(xml).toContain("<memory mode='strict' nodeset='0-1'/>")
    expect(xml).not.toContain('memnode')
    expect(xml).toContain("<vcpupin vcpu='0' cpuset='0-15'/>")
  })

  test('does not fit, not even in all', () => {
    const advice = advise([cell(0, 3), cell(1, 4)], 4, 10)
    expect(advice).toMatchObject({
      verdict: 'does-not-fit',
      cells: [],
      xml: null,
      virtInstall: null,
      needsCache: true,
    })
    expect(advice.candidates.at(-1)).toMatchObject({
      cells: [0, 1],
      short: 'memory',
      availableKiB: 7 * GiB,
    })
    expect(advise([cell(0, 30), cell(1, 30)], 17, 4).candidates.at(-1)?.short).toBe('cpus')
    // Not even with all page cache given back.
    expect(advise([cell(0, 3), cell(1, 4)], 4, 70).needsCache).toBe(false)
  })

  test('splits only because of page cache', () => {
    const advice = advise([cell(0, 7), cell(1, 7)], 4, 10)
    expect(advice).toMatchObject({ verdict: 'splits', needsCache: true })
  })

  test('huge pages come from their pool', () => {
    const pages = [{ sizeKiB: 2048, total: 4096, free: 3072 }]
    const cells = [cell(0, 1, { hugePages: pages }), cell(1, 24)]
    const advice = advise(cells, 2, 6, 2048)
    expect(advice).toMatchObject({ verdict: 'fits', cells: [0], pageKiB: 2048 })
    expect(advice.xml).toContain(`<memoryBacking>
  <hugepages>
    <page size='2048' unit='KiB'/>
  </hugepages>
</memoryBacking>`)
    expect(advice.virtInstall).toContain(
      '--memorybacking hugepages=yes,hugepages.page0.size=2048,hugepages.page0.unit=KiB',
    )
    expect(advise(cells, 2, 7, 2048).verdict).toBe('does-not-fit')
  })

  test('CPUs that are numbered in turn are quoted for virt-install', () => {
    const cells = [cell(0, 3, { cpus: [0, 2] }), cell(1, 24, { cpus: [1, 3] })]
    expect(advise(cells, 1, 4).virtInstall).toBe(
      `--memory 4096 --vcpus '1,placement=static,cpuset="1,3"' ` +
        `--cputune 'vcpupin0.vcpu=0,vcpupin0.cpuset="1,3",emulatorpin.cpuset="1,3"' ` +
        '--numatune memory.mode=strict,memory.nodeset=1',
    )
  })

  test('one cell: nothing to choose', () => {
    expect(advise([cell(0, 20)], 2, 4)).toMatchObject({
      verdict: 'one-cell-host',
      cells: [0],
      xml: null,
    })
    expect(advise([cell(0, 2)], 2, 4).verdict).toBe('does-not-fit')
  })

  test('a host that says nothing of its cells', () => {
    expect(advise([], 2, 4)).toMatchObject({ verdict: 'does-not-fit', candidates: [] })
    expect(advise([cell(0, 0, { freeKiB: null }), cell(1, 8)], 2, 4).cells).toEqual([1])
  })
})
