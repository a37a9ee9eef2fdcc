import { cpuSetText } from '../contract/cpu-set.ts'

/** A guest and the cells it is to be put in, in order. */
export interface PlacementText {
  size: { vcpus: number; memoryKiB: number; pageKiB: number | null }
  cells: readonly { id: number; cpus: readonly number[]; availableKiB: number }[]
}

interface Share {
  /** Of the guest, counted from 0. */
  cell: number
  hostCell: number
  vcpus: number[]
  memoryKiB: number
  cpuset: string
}

/**
 * What goes into the domain XML for it. In one cell memory and vCPUs are bound to that; in several the
 * guest is given as many cells of its own, each bound to one of the host, so that its kernel knows
 * what is near.
 */
export function placementXml({ size, cells }: PlacementText): string {
  const shares = sharesOf({ size, cells })
  const cpuset = cpuSetText(cells.flatMap(({ cpus }) => [...cpus]))
  const nodeset = cpuSetText(cells.map(({ id }) => id))
  const split = shares.length > 1
  const lines = [
    ...(size.pageKiB === null
      ? []
      : [
          '<memoryBacking>',
          '  <hugepages>',
          `    <page size='${size.pageKiB}' unit='KiB'/>`,
          '  </hugepages>',
          '</memoryBacking>',
        ]),
    `<vcpu placement='static' cpuset='${cpuset}'>${size.vcpus}</vcpu>`,
    '<cputune>',
    ...shares.flatMap((share) =>
      share.vcpus.map((vcpu) => `  <vcpupin vcpu='${vcpu}' cpuset='${share.cpuset}'/>`),
    ),
    `  <emulatorpin cpuset='${cpuset}'/>`,
    '</cputune>',
    '<numatune>',
    `  <memory mode='strict' nodeset='${nodeset}'/>`,
    ...(split
      ? shares.map(
          ({ cell, hostCell }) =>
            `  <memnode cellid='${cell}' mode='strict' nodeset='${hostCell}'/>`,
        )
      : []),
    '</numatune>',
    ...(split
      ? [
          '<cpu>',
          '  <numa>',
          ...shares.map(
            ({ cell, vcpus, memoryKiB }) =>
              `    <cell id='${cell}' cpus='${cpuSetText(vcpus)}' memory='${memoryKiB}' unit='KiB'/>`,
          ),
          '  </numa>',
          '</cpu>',
        ]
      : []),
  ]
  return lines.join('\n')
}

/** The same as options of virt-install, ready for a shell. */
export function virtInstallOptions({ size, cells }: PlacementText): string {
  const shares = sharesOf({ size, cells })
  const cpuset = cpuSetText(cells.flatMap(({ cpus }) => [...cpus]))
  const nodeset = cpuSetText(cells.map(({ id }) => id))
  const split = shares.length > 1
  const pins = shares.flatMap((share) =>
    share.vcpus.map(
      (vcpu) => `vcpupin${vcpu}.vcpu=${vcpu},vcpupin${vcpu}.cpuset=${quoted(share.cpuset)}`,
    ),
  )
  const options: [string, string][] = [
    // virt-install takes MiB; a part of one is rounded up.
    ['--memory', String(Math.ceil(size.memoryKiB / 1024))],
    ['--vcpus', `${size.vcpus},placement=static,cpuset=${quoted(cpuset)}`],
    ['--cputune', [...pins, `emulatorpin.cpuset=${quoted(cpuset)}`].join(',')],
    [
      '--numatune',
      [
        'memory.mode=strict',
        `memory.nodeset=${quoted(nodeset)}`,
        ...(split
          ? shares.map(
              ({ cell, hostCell }) =>
                `memnode${cell}.cellid=${cell},memnode${cell}.mode=strict,memnode${cell}.nodeset=${hostCell}`,
            )
          : []),
      ].join(','),
    ],
  ]
  if (split) {
    const numa = shares.map(
      ({ cell, vcpus, memoryKiB }) =>
        `numa.cell${cell}.id=${cell},numa.cell${cell}.cpus=${quoted(cpuSetText(vcpus))},` +
        `numa.cell${cell}.memory=${memoryKiB},numa.cell${cell}.unit=KiB`,
    )
    options.push(['--cpu', numa.join(',')])
  }
  if (size.pageKiB !== null) {
    options.push([
      '--memorybacking',
      `hugepages=yes,hugepages.page0.size=${size.pageKiB},hugepages.page0.unit=KiB`,
    ])
  }
  return options
    .map(([name, value]) => `${name} ${value.includes('"') ? `'${value}'` : value}`)
    .join(' ')
}

/**
 * vCPUs dealt out evenly over the cells, and memory too where every cell has room for an even share;
 * else by the room that each has. With fewer vCPUs than cells the guest is not told of cells.
 */
function sharesOf({ size, cells }: PlacementText): Share[] {
  const stepKiB = size.pageKiB ?? 1024
  const stepsAll = Math.ceil(size.memoryKiB / stepKiB)
  const used = size.vcpus < cells.length ? [together(cells)] : cells
  const even = stepsAll / used.length
  const roomKiB = used.reduce((sum, cell) => sum + cell.availableKiB, 0)
  const evenly = used.every((cell) => cell.availableKiB >= Math.ceil(even) * stepKiB)
  let nextVcpu = 0
  let stepsLeft = stepsAll
  return used.map(({ id, cpus, availableKiB }, at) => {
    const cellsLeft = used.length - at
    const count = Math.ceil((size.vcpus - nextVcpu) / cellsLeft)
    const wanted = evenly || roomKiB === 0 ? even : stepsAll * (availableKiB / roomKiB)
    const steps = cellsLeft === 1 ? stepsLeft : Math.min(stepsLeft, Math.ceil(wanted))
    stepsLeft -= steps
    const vcpus = Array.from({ length: count }, (_, index) => nextVcpu + index)
    nextVcpu += count
    return {
      cell: at,
      hostCell: id,
      vcpus,
      memoryKiB: steps * stepKiB,
      cpuset: cpuSetText(cpus),
    }
  })
}

function together(cells: PlacementText['cells']): PlacementText['cells'][number] {
  return {
    id: cells[0]?.id ?? 0,
    cpus: cells.flatMap(({ cpus }) => [...cpus]),
    availableKiB: cells.reduce((sum, cell) => sum + cell.availableKiB, 0),
  }
}

/** In a list of options a comma parts options, unless it is quoted. */
function quoted(set: string): string {
  return set.includes(',') ? `"${set}"` : set
}
