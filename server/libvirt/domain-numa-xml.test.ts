import { describe, expect, test } from 'vitest'

import { parseDomainNuma } from './domain-numa-xml.ts'
import { parseXml } from './xml.ts'

const read = (inner: string) =>
  parseDomainNuma(parseXml(`<domain type='kvm'>${inner}</domain>`, 'domain'))

describe('what a domain says of NUMA', () => {
  test('everything there is', () => {
    expect(
      read(`<memoryBacking><hugepages>
          <page size='1' unit='GiB' nodeset='0'/><page size='2' unit='MiB'/>
        </hugepages></memoryBacking>
        <vcpu placement='static' cpuset='1-4,^3'>4</vcpu>
        <cputune><vcpupin vcpu='0' cpuset='1'/><vcpupin vcpu='1' cpuset='2,4'/>
          <emulatorpin cpuset='0'/><iothreadpin iothread='1' cpuset='5'/></cputune>
        <numatune><memory mode='strict' nodeset='0-1'/>
          <memnode cellid='1' mode='preferred' nodeset='1'/></numatune>
        <cpu><numa><cell id='0' cpus='0-1' memory='1' unit='GiB'/>
          <cell id='1' cpus='2-3' memory='524288'/></numa></cpu>`),
    ).toEqual({
      vcpuPlacement: 'static',
      vcpuCpuset: '1-4,^3',
      memory: { mode: 'strict', placement: 'static', nodeset: '0-1' },
      memnodes: [{ guestCell: 1, mode: 'preferred', nodeset: '1' }],
      vcpuPins: [
        { vcpu: 0, cpuset: '1' },
        { vcpu: 1, cpuset: '2,4' },
      ],
      emulatorPin: '0',
      ioThreadPins: [{ id: 1, cpuset: '5' }],
      hugePageKiB: 2 ** 20,
      guestCells: [
        { id: 0, cpus: '0-1', memoryKiB: 2 ** 20 },
        { id: 1, cpus: '2-3', memoryKiB: 2 ** 19 },
      ],
    })
  })

  test('nothing is nothing', () => {
    expect(read('<vcpu>1</vcpu>')).toEqual({
      vcpuPlacement: 'static',
      vcpuCpuset: null,
      memory: null,
      memnodes: [],
      vcpuPins: [],
      emulatorPin: null,
      ioThreadPins: [],
      hugePageKiB: null,
      guestCells: [],
    })
  })

  test('numad chooses', () => {
    const numa = read(`<vcpu placement='auto'>2</vcpu>
      <numatune><memory mode='strict' placement='auto'/></numatune>`)
    expect([numa.vcpuPlacement, numa.memory]).toEqual([
      'auto',
      { mode: 'strict', placement: 'auto', nodeset: null },
    ])
  })

  test('huge pages without a size are those of the host', () => {
    expect(read('<memoryBacking><hugepages/></memoryBacking>').hugePageKiB).toBe(0)
  })

  test('a size with a unit that is none is refused', () => {
    expect(() => read(`<cpu><numa><cell memory='1' unit='acre'/></numa></cpu>`)).toThrow(
      'not a unit',
    )
  })
})
