import { cpuSetText, parseCpuSet } from '../contract/cpu-set.ts'
import type { DomainPlacement, PlacementNote, VcpuPlace } from '../contract/numa.ts'

/** A cell of the host, as far as places go. */
export interface PlaceCell {
  id: number
  totalKiB: number
  cpus: readonly number[]
}

/** What the XML of a domain says of where it may be. Sets as libvirt writes them. */
export interface PlacementXml {
  vcpuPlacement: 'static' | 'auto'
  vcpuCpuset: string | null
  memory: { mode: string; placement: 'static' | 'auto'; nodeset: string | null } | null
  memnodes: readonly { guestCell: number; mode: string; nodeset: string }[]
  vcpuPins: readonly { vcpu: number; cpuset: string }[]
  emulatorPin: string | null
  ioThreadPins: readonly { id: number; cpuset: string }[]
  guestCells: readonly { id: number; cpus: string; memoryKiB: number }[]
}

export interface PlacementInput extends Pick<
  DomainPlacement,
  'uuid' | 'name' | 'state' | 'vcpus' | 'balloonKiB' | 'maximumKiB' | 'rssKiB'
> {
  xml: PlacementXml
  hugePageKiB: number | null
  /** What the running domain was let have; null = not asked, or it does not run. */
  live: { mode: string | null; nodeset: string | null } | null
  vcpuReadings: readonly {
    number: number
    state: VcpuPlace['state']
    cpu: number | null
    allowedCpus: readonly number[]
  }[]
}

/** Modes that keep memory out of all other cells; the others only prefer. */
const binding = new Set(['strict', 'restrictive'])

/**
 * The cells of the host that all of a domain's memory must lie in.
 *
 * @returns null = anywhere, or numad chose and the XML does not say where
 */
export function boundCellsOf(xml: PlacementXml): number[] | null {
  const { memory, memnodes, guestCells } = xml
  const own = memnodes.filter(({ mode }) => binding.has(mode))
  // Every cell of the guest has its own word: then that of the whole domain counts for nothing.
  const all = guestCells.length > 0 && own.length >= guestCells.length
  const sets = all
    ? own.map(({ nodeset }) => nodeset)
    : memory?.nodeset && binding.has(memory.mode)
      ? [memory.nodeset, ...own.map(({ nodeset }) => nodeset)]
      : []
  const cells = new Set(sets.flatMap((set) => parseCpuSet(set) ?? []))
  return cells.size > 0 ? [...cells].toSorted((a, b) => a - b) : null
}

/** Where a domain may be and where it was when asked, and what is to be said of that. */
export function placementOf(
  input: PlacementInput,
  cells: readonly PlaceCell[],
): DomainPlacement {
  const { xml, live } = input
  const cellOfCpu = new Map(cells.flatMap(({ id, cpus }) => cpus.map((cpu) => [cpu, id])))
  const cellsOf = (cpus: Iterable<number>) =>
    sorted([...cpus].flatMap((cpu) => cellOfCpu.get(cpu) ?? []))
  const vcpuList = input.vcpuReadings.map((vcpu): VcpuPlace => ({
    number: vcpu.number,
    state: vcpu.state,
    cpu: vcpu.cpu,
    cell: vcpu.cpu === null ? null : (cellOfCpu.get(vcpu.cpu) ?? null),
    allowedCpus: cpuSetText(vcpu.allowedCpus),
    allowedCells: cellsOf(vcpu.allowedCpus),
  }))
  const memory = memoryOf(input)
  const placement: DomainPlacement = {
    uuid: input.uuid,
    name: input.name,
    state: input.state,
    vcpus: input.vcpus,
    balloonKiB: input.balloonKiB,
    maximumKiB: input.maximumKiB,
    rssKiB: input.rssKiB,
    memory: {
      ...memory,
      source: live ? 'live' : 'xml',
      hugePageKiB: input.hugePageKiB,
    },
    guestCells: xml.guestCells.map((cell) => {
      const own = xml.memnodes.find(({ guestCell }) => guestCell === cell.id)
      return {
        ...cell,
        mode: own?.mode ?? null,
        cells: own ? parseCpuSet(own.nodeset) : null,
      }
    }),
    vcpuPlacement: xml.vcpuPlacement,
    vcpuList,
    vcpuCells: sorted(vcpuList.flatMap(({ cell }) => cell ?? [])),
    emulatorCpus: xml.emulatorPin,
    ioThreads: xml.ioThreadPins.map(({ id, cpuset }) => ({ id, cpus: cpuset })),
    notes: [],
  }
  return { ...placement, notes: notesOf(placement, xml, cells) }
}

function memoryOf({ xml, live }: PlacementInput) {
  const { memory, vcpuPlacement } = xml
  // numad's word for the vCPUs holds for the memory too, unless that has its own.
  const auto = memory ? memory.placement === 'auto' : vcpuPlacement === 'auto'
  const text = live?.nodeset ?? memory?.nodeset ?? null
  const bound = boundCellsOf(xml)
  return {
    // A domain that nobody bound has a mode and all cells all the same when it is asked.
    mode: memory || auto || bound ? (live?.mode ?? memory?.mode ?? 'strict') : null,
    placement: auto ? ('auto' as const) : memory || bound ? ('static' as const) : null,
    cells: memory || auto ? (text === null ? bound : parseCpuSet(text)) : bound,
  }
}

function notesOf(
  placement: DomainPlacement,
  xml: PlacementXml,
  cells: readonly PlaceCell[],
): PlacementNote[] {
  if (cells.length <= 1) return ['one-cell-host']
  const notes: PlacementNote[] = []
  const { memory, vcpuList, vcpuCells, guestCells } = placement
  const ids = cells.map(({ id }) => id)
  // All cells are as good as none named.
  const memoryCells =
    memory.cells && memory.cells.length < cells.length ? memory.cells : null
  const pins = [xml.vcpuCpuset, ...xml.vcpuPins.map(({ cpuset }) => cpuset)]
  const allowed = sorted(
    vcpuList.length > 0
      ? vcpuList.flatMap(({ allowedCells }) => allowedCells)
      : cellsOfSets(pins, cells),
  )
  const pinned = allowed.length > 0 && allowed.length < cells.length
  if (memory.placement === 'auto' || placement.vcpuPlacement === 'auto') notes.push('auto')
  if (memory.cells?.some((id) => !ids.includes(id))) notes.push('no-such-cell')
  if (memoryCells && pinned) {
    const remote = allowed.some((id) => !memoryCells.includes(id))
    notes.push(remote ? 'remote' : 'bound')
  } else if (memoryCells) notes.push('vcpus-unbound')
  else if (pinned) notes.push('memory-unbound')
  else if (memory.placement !== 'auto') notes.push('free')
  if (memoryCells && vcpuCells.some((id) => !memoryCells.includes(id))) {
    notes.push('vcpus-apart')
  }
  if (vcpuCells.length > 1 && guestCells.length === 0) notes.push('vcpus-spread')
  const bound = boundCellsOf(xml)
  const roomKiB = cells
    .filter(({ id }) => bound?.includes(id))
    .reduce((sum, { totalKiB }) => sum + totalKiB, 0)
  if (bound && roomKiB > 0 && placement.maximumKiB > roomKiB) notes.push('too-large')
  return notes
}

function cellsOfSets(sets: (string | null)[], cells: readonly PlaceCell[]): number[] {
  const cpus = new Set(sets.flatMap((set) => (set && parseCpuSet(set)) || []))
  return cells.filter((cell) => cell.cpus.some((cpu) => cpus.has(cpu))).map(({ id }) => id)
}

function sorted(numbers: Iterable<number>): number[] {
  return [...new Set(numbers)].toSorted((a, b) => a - b)
}
