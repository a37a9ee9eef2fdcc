import type { HostMemory } from '../contract/host.ts'
import type {
  CellOvercommit,
  ClaimSums,
  HugePagePool,
  MemoryWarning,
  Overcommit,
  RoomJudgement,
} from '../contract/overcommit.ts'

/** What one running guest has and may take of its host, KiB. */
export interface GuestClaim {
  uuid: string
  balloonKiB: number
  maximumKiB: number
  /** RSS of its QEMU process, which leaves huge pages out; null = not known. */
  rssKiB: number | null
  /** Size of the huge pages behind its RAM; null = ordinary pages. */
  hugePageKiB: number | null
  /** NUMA cells that its memory must lie in (numatune strict or restrictive); null = any. */
  cells: readonly number[] | null
}

/** One NUMA cell of a host: all of its memory, and what is free of it. */
export interface CellRoom {
  id: number
  totalKiB: number
  freeKiB: number | null
  hugePages: readonly HugePagePool[]
}

/** What a host has. */
export interface HostRoom {
  memory: HostMemory
  /** Empty = not known: then nothing is said of huge pages and cells. */
  cells: readonly CellRoom[]
}

/** Compares what is needed with what there is. KiB. */
export function judgeRoom(needKiB: number, haveKiB: number): RoomJudgement {
  return {
    needKiB,
    haveKiB,
    missingKiB: Math.max(0, needKiB - haveKiB),
    spareKiB: Math.max(0, haveKiB - needKiB),
    ratio: haveKiB > 0 ? needKiB / haveKiB : null,
  }
}

/**
 * How what the running guests of a host may take compares with what it has: in RAM, in huge pages,
 * and in NUMA cells where there are several.
 *
 * Huge pages are set aside from RAM: a guest backed by them takes from their pool alone, all others
 * share what is left. A guest bound to several cells counts for each set of cells that holds all of
 * its own, so that two guests who each fit in the same two cells are not said to fit both.
 *
 * @param guests that run; one that is off takes nothing
 */
export function overcommitOf(host: HostRoom, guests: readonly GuestClaim[]): Overcommit {
  const { memory, cells } = host
  const ordinary = guests.filter((guest) => guest.hugePageKiB === null)
  const pools = poolsOf(cells)
  const ordinaryKiB = Math.max(0, memory.totalKiB - poolKiB(pools))
  const sums = sumsOf(guests)
  const own = sumsOf(ordinary)
  return {
    memory,
    ordinaryKiB,
    hugePages: pools.map((pool) => ({
      ...pool,
      atMaximum: judgeRoom(
        sumsOf(guests.filter((guest) => guest.hugePageKiB === pool.sizeKiB)).maximumKiB,
        pool.total * pool.sizeKiB,
      ),
    })),
    sums,
    atMaximum: judgeRoom(own.maximumKiB, ordinaryKiB),
    atBalloon: judgeRoom(own.balloonKiB, ordinaryKiB),
    soon: judgeRoom(
      ordinary.reduce((sum, guest) => sum + growthKiB(guest), 0),
      reachableKiB(memory),
    ),
    otherKiB: Math.max(0, memory.usedKiB - poolKiB(pools) - own.rssKiB),
    ...(cells.length > 1
      ? {
          cells: cells.map((cell) => cellOf(cell, guests)),
          cellSets: setsOf(cells, ordinary),
        }
      : { cells: [], cellSets: [] }),
  }
}

/**
 * What a host would be short of after one guest's memory was changed, or after a new guest was
 * started: only what the change makes worse, the worst first. The change itself is not forbidden by
 * it: whether to warn or to refuse is the caller's.
 *
 * @param guests that run now
 * @param change the guest as it would be; its uuid tells whether it is one of `guests`
 */
export function memoryWarnings(
  host: HostRoom,
  guests: readonly GuestClaim[],
  change: GuestClaim,
): MemoryWarning[] {
  const before = guests.find((guest) => guest.uuid === change.uuid) ?? null
  const others = guests.filter((guest) => guest.uuid !== change.uuid)
  const now = overcommitOf(host, guests)
  const then = overcommitOf(host, [...others, change])
  const warnings: MemoryWarning[] = []
  const warn = (
    kind: MemoryWarning['kind'],
    after: RoomJudgement,
    missingBeforeKiB: number,
    about: { cells?: number[]; pageKiB?: number } = {},
  ) => {
    const { needKiB, haveKiB, missingKiB } = after
    if (missingKiB <= missingBeforeKiB) return
    const { cells = null, pageKiB = null } = about
    warnings.push({ kind, needKiB, haveKiB, missingKiB, cells, pageKiB })
  }

  if (change.hugePageKiB !== null) {
    const pageKiB = change.hugePageKiB
    warn('over-huge-pages', judgePages(host, change, before), 0, { pageKiB })
  } else {
    // What it holds already is gone from the free RAM.
    const more = change.balloonKiB - Math.max(before?.balloonKiB ?? 0, before?.rssKiB ?? 0)
    warn('over-free', judgeRoom(Math.max(0, more), reachableKiB(host.memory)), 0)
    warn('over-balloon', then.atBalloon, now.atBalloon.missingKiB)
  }
  for (const cell of then.cells) {
    const was = now.cells.find(({ id }) => id === cell.id)
    warn('over-cells', cell.atMaximum, was?.atMaximum.missingKiB ?? 0, { cells: [cell.id] })
  }
  for (const { cells, atMaximum } of then.cellSets) {
    const was = now.cellSets.find((set) => set.cells.join() === cells.join())
    warn('over-cells', atMaximum, was?.atMaximum.missingKiB ?? 0, { cells })
  }
  if (change.hugePageKiB === null) {
    warn('over-maximum', then.atMaximum, now.atMaximum.missingKiB)
  }
  return warnings
}

/** What can be had on a host without swapping: what is free, and the page cache. KiB. */
export function reachableKiB({ freeKiB, buffersKiB, cachedKiB }: HostMemory): number {
  return freeKiB + buffersKiB + cachedKiB
}

/** Huge pages of all cells together, by size. */
export function poolsOf(cells: readonly { hugePages: readonly HugePagePool[] }[]) {
  const bySize = new Map<number, HugePagePool>()
  for (const { sizeKiB, total, free } of cells.flatMap((cell) => cell.hugePages)) {
    const pool = bySize.get(sizeKiB)
    bySize.set(sizeKiB, {
      sizeKiB,
      total: total + (pool?.total ?? 0),
      free: free === null || pool?.free === null ? null : free + (pool?.free ?? 0),
    })
  }
  return [...bySize.values()].toSorted((a, b) => a.sizeKiB - b.sizeKiB)
}

/** What a guest may still take inside its balloon beyond what its process holds. */
function growthKiB({ balloonKiB, rssKiB }: GuestClaim): number {
  return Math.max(0, balloonKiB - (rssKiB ?? 0))
}

function sumsOf(guests: readonly GuestClaim[]): ClaimSums {
  const sums = { guests: guests.length, balloonKiB: 0, maximumKiB: 0, rssKiB: 0 }
  for (const { balloonKiB, maximumKiB, rssKiB } of guests) {
    sums.balloonKiB += balloonKiB
    sums.maximumKiB += maximumKiB
    sums.rssKiB += rssKiB ?? 0
  }
  return sums
}

function poolKiB(pools: readonly HugePagePool[]): number {
  return pools.reduce((sum, { sizeKiB, total }) => sum + sizeKiB * total, 0)
}

/** Free pages for a guest that takes all of its maximum from them when it starts. */
function judgePages(
  { cells }: HostRoom,
  change: GuestClaim,
  before: GuestClaim | null,
): RoomJudgement {
  const held = before?.hugePageKiB === change.hugePageKiB ? before.maximumKiB : 0
  const needKiB = Math.max(0, change.maximumKiB - held)
  if (cells.length === 0) return judgeRoom(needKiB, needKiB)
  const allowed = cells.filter(({ id }) => change.cells?.includes(id) ?? true)
  const pool = poolsOf(allowed).find(({ sizeKiB }) => sizeKiB === change.hugePageKiB)
  // Not told how many are free: then all that there are.
  return judgeRoom(needKiB, pool ? (pool.free ?? pool.total) * pool.sizeKiB : 0)
}

/** Who must be in a cell alone, and who may be in it and elsewhere. */
export function cellClaims(
  id: number,
  guests: readonly GuestClaim[],
): { bound: ClaimSums; shared: ClaimSums } {
  const may = guests.filter(({ cells }) => cells?.includes(id) ?? true)
  return {
    bound: sumsOf(may.filter((guest) => isWithin(guest, [id]))),
    shared: sumsOf(may.filter((guest) => !isWithin(guest, [id]))),
  }
}

function cellOf(cell: CellRoom, guests: readonly GuestClaim[]): CellOvercommit {
  const { id, totalKiB, freeKiB } = cell
  const ordinary = guests.filter(
    (guest) => guest.hugePageKiB === null && isWithin(guest, [id]),
  )
  return {
    id,
    totalKiB,
    freeKiB,
    hugePages: [...cell.hugePages],
    ...cellClaims(id, guests),
    atMaximum: judgeRoom(sumsOf(ordinary).maximumKiB, ordinaryKiBOf([cell])),
  }
}

/** The sets of two and more cells that guests are bound to and that are too small for them. */
function setsOf(cells: readonly CellRoom[], ordinary: readonly GuestClaim[]) {
  const sets = new Map<string, number[]>()
  for (const { cells: bound } of ordinary) {
    const set = cells.map(({ id }) => id).filter((id) => bound?.includes(id))
    if (set.length > 1 && set.length < cells.length) sets.set(set.join(), set)
  }
  return [...sets.values()]
    .map((set) => ({
      cells: set,
      atMaximum: judgeRoom(
        sumsOf(ordinary.filter((guest) => isWithin(guest, set))).maximumKiB,
        ordinaryKiBOf(cells.filter(({ id }) => set.includes(id))),
      ),
    }))
    .filter(({ atMaximum }) => atMaximum.missingKiB > 0)
}

function isWithin({ cells }: GuestClaim, set: readonly number[]): boolean {
  return cells !== null && cells.length > 0 && cells.every((id) => set.includes(id))
}

function ordinaryKiBOf(cells: readonly CellRoom[]): number {
  const totalKiB = cells.reduce((sum, cell) => sum + cell.totalKiB, 0)
  return Math.max(0, totalKiB - poolKiB(poolsOf(cells)))
}
