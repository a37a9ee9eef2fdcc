import { createHash } from 'node:crypto'

/** What a guest does with its memory; settable while it runs. */
export interface Workload {
  /** Anonymous memory held, MiB. */
  fillMiB: number
  /** Pages written per second over the working set, MiB/s. */
  dirtyMiBps: number
  /** Anonymous memory that the writing goes round in, MiB, on top of fillMiB. */
  workingSetMiB: number
  /** Height of a triangular wave on top of fillMiB, MiB, so that something moves by itself. */
  waveMiB: number
  /** Length of that wave, seconds. */
  wavePeriodS: number
  /** Page cache: so much of the guest's disk is read once, MiB; nothing in a guest without a disk. */
  cacheMiB: number
  /**
   * Burns a whole CPU and never makes up for what it could not write, so that vCPU throttling bites:
   * a guest that may run a tenth of the time writes about a tenth.
   */
  busy: boolean
}

export const IDLE: Workload = {
  fillMiB: 0,
  dirtyMiBps: 0,
  workingSetMiB: 0,
  waveMiB: 0,
  wavePeriodS: 60,
  cacheMiB: 0,
  busy: false,
}

export interface GuestPlan {
  name: string
  title?: string
  description?: string
  maximumMiB: number
  currentMiB: number
  vcpus: number
  /** `none`: no device; `driverless`: a device whose driver the guest does not load. */
  balloon: 'virtio' | 'none' | 'driverless'
  /** The statistics period in the XML, seconds; 0 leaves the element out. */
  statsPeriodS: number
  autodeflate: boolean
  freePageReporting: boolean
  network: boolean
  diskMiB: number
  graphics: boolean
  /** Whether it reacts to the ACPI power button, that is to `virsh shutdown`. */
  powerButton: boolean
  running: boolean
  workload: Workload
}

export interface HostPlan {
  name: string
  /** A network and a pool that no other host has: what uses them cannot simply move. */
  own?: { network: string; pool: string }
  guests: GuestPlan[]
}

/** A guest with what is left out filled in. */
export function guestPlan(name: string, plan: Partial<GuestPlan>): GuestPlan {
  return {
    name,
    maximumMiB: 256,
    currentMiB: plan.maximumMiB ?? 256,
    vcpus: 1,
    balloon: 'virtio',
    statsPeriodS: 0,
    autodeflate: false,
    freePageReporting: false,
    network: true,
    diskMiB: 0,
    graphics: false,
    powerButton: true,
    running: true,
    workload: IDLE,
    ...plan,
  }
}

/** The fleet that `up` makes. Small, and with one guest for each case that Ballast must tell apart. */
export const FLEET: readonly HostPlan[] = [
  {
    name: 'alpha',
    guests: [
      guestPlan('web1', {
        title: 'Shop front',
        description: 'Web server; its load comes and goes',
        diskMiB: 128,
        graphics: true,
        workload: { ...IDLE, fillMiB: 50, waveMiB: 60, wavePeriodS: 60, cacheMiB: 24 },
      }),
      guestPlan('db1', {
        title: 'Orders database',
        description: 'Gives memory back to itself under pressure (autodeflate)',
        maximumMiB: 384,
        vcpus: 2,
        statsPeriodS: 1,
        autodeflate: true,
        diskMiB: 192,
        workload: { ...IDLE, fillMiB: 140, dirtyMiBps: 4, workingSetMiB: 32, cacheMiB: 96 },
      }),
      guestPlan('cache1', {
        title: '缓存节点',
        description: 'Ballooned down from the start; reports free pages to the host',
        currentMiB: 192,
        statsPeriodS: 2,
        freePageReporting: true,
        workload: { ...IDLE, fillMiB: 30, waveMiB: 20, wavePeriodS: 20 },
      }),
    ],
  },
  {
    name: 'beta',
    own: { network: 'beta-lan', pool: 'beta-fast' },
    guests: [
      guestPlan('app1', {
        title: 'Application server 1',
        autodeflate: true,
        freePageReporting: true,
        graphics: true,
        workload: { ...IDLE, fillMiB: 60, dirtyMiBps: 8, workingSetMiB: 24 },
      }),
      guestPlan('app2', {
        description: 'Second application server, mostly idle',
        maximumMiB: 192,
        statsPeriodS: 5,
        network: false,
        workload: { ...IDLE, fillMiB: 20 },
      }),
      guestPlan('legacy1', {
        title: 'Legacy box',
        description: 'No balloon device; ignores the power button',
        maximumMiB: 128,
        balloon: 'none',
        powerButton: false,
        network: false,
      }),
    ],
  },
  {
    name: 'gamma',
    guests: [
      guestPlan('build1', {
        title: 'Build runner <nightly> & "releases"',
        description: 'Text that must stay text: <b>bold</b> <script>alert(1)</script> 構建',
        statsPeriodS: 1,
        freePageReporting: true,
        diskMiB: 96,
        workload: { ...IDLE, fillMiB: 24, waveMiB: 90, wavePeriodS: 120 },
      }),
      guestPlan('nodriver1', {
        title: 'No balloon driver',
        description: 'Has the device, but its kernel does not load virtio_balloon',
        maximumMiB: 128,
        balloon: 'driverless',
        network: false,
      }),
      guestPlan('spare1', {
        title: 'Spare',
        description: 'Defined and shut off',
        maximumMiB: 192,
        currentMiB: 128,
        running: false,
      }),
    ],
  },
]

/** A stable UUID for a name (version 5 form), so that the lab is the same each time. */
export function uuidFor(name: string): string {
  const hash = createHash('sha1').update(`ballast-lab/${name}`).digest()
  hash[6] = (hash[6]! & 0x0f) | 0x50
  hash[8] = (hash[8]! & 0x3f) | 0x80
  const hex = hash.toString('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-')
}

/** A stable MAC address in QEMU's range for a guest's name. */
export function macFor(name: string): string {
  const hash = createHash('sha1').update(`ballast-lab/mac/${name}`).digest()
  return [
    '52',
    '54',
    '00',
    ...[...hash.subarray(0, 3)].map((byte) => byte.toString(16).padStart(2, '0')),
  ].join(':')
}

/** The numbers in the order that the guest's agent reads them. */
export function workloadNumbers(workload: Workload): number[] {
  const { fillMiB, dirtyMiBps, workingSetMiB, waveMiB, wavePeriodS, cacheMiB } = workload
  const numbers = [
    fillMiB,
    dirtyMiBps,
    workingSetMiB,
    waveMiB,
    wavePeriodS,
    cacheMiB,
    workload.busy ? 1 : 0,
  ]
  for (const value of numbers)
    if (!Number.isInteger(value) || value < 0 || value > 65_536)
      throw new RangeError(
        `a workload is made of whole numbers from 0 to 65536, not ${value}`,
      )
  return numbers
}
