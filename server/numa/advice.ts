import type { AdviceCandidate, NumaAdvice } from '../contract/numa.ts'
import { placementXml, virtInstallOptions } from './placement-xml.ts'

/** One cell of the host, with what is left of it. */
export interface AdviceCell {
  id: number
  totalKiB: number
  /** null = the host did not say: then nothing is counted as free. */
  freeKiB: number | null
  cpus: readonly number[]
  distances: readonly { cell: number; value: number }[]
  hugePages: readonly { sizeKiB: number; total: number; free: number | null }[]
  /** What guests bound to this cell alone may take beyond what they hold. */
  promisedKiB: number
  /** What guests bound to this cell alone may take in all. */
  boundKiB: number
  /** vCPUs of guests bound to it, or seen on it: how busy it is. */
  vcpus: number
}

export interface AdviceSize {
  vcpus: number
  memoryKiB: number
  /** Huge pages to back it with; null = ordinary pages. */
  pageKiB: number | null
}

/** Left free in a cell beside the guest: the kernel refuses before the last page is gone. */
const spare = 0.02
/** Farther than anything the ACPI tables may say. */
const unknownDistance = 255

/**
 * Where a guest of this size belongs, in numad's manner: as few cells as hold its memory and vCPUs;
 * among those as near to each other as can be; among those the one with most left (memory and CPUs).
 *
 * Memory counts as free when the host says so; what guests bound to a cell may still take is theirs.
 * libvirt tells the page cache of no single cell, so a cell full of it counts as full: `needsCache`
 * says when giving it back would be enough.
 */
export function adviseNuma(
  host: string,
  cells: readonly AdviceCell[],
  size: AdviceSize,
): NumaAdvice {
  const cpuSum = (set: readonly AdviceCell[]) =>
    set.reduce((sum, cell) => sum + cell.cpus.length, 0)
  const judge = (set: readonly AdviceCell[], of = availableKiB): AdviceCandidate => {
    const roomKiB = set.reduce((sum, cell) => sum + of(cell, size.pageKiB), 0)
    const shortKiB = Math.max(0, Math.ceil(needKiB(size) - roomKiB))
    const cpus = cpuSum(set)
    const few = cpus < size.vcpus
    return {
      cells: set.map(({ id }) => id).toSorted((a, b) => a - b),
      cpus,
      availableKiB: Math.floor(roomKiB),
      fits: shortKiB === 0 && !few,
      short: shortKiB > 0 ? (few ? 'both' : 'memory') : few ? 'cpus' : null,
      shortKiB,
    }
  }
  const chosen = smallestSet(cells, size.pageKiB, (set) => judge(set).fits)
  const alone = cells.map((cell) => judge([cell]))
  const whole = judge(cells)
  const many = chosen !== null && chosen.length > 1
  const shown = many ? [judge(chosen)] : chosen === null && cells.length > 1 ? [whole] : []
  const places = (chosen ? byId(chosen) : []).map((cell) => ({
    id: cell.id,
    cpus: cell.cpus,
    availableKiB: availableKiB(cell, size.pageKiB),
  }))
  const text = chosen && cells.length > 1 ? { size, cells: places } : null
  return {
    host,
    vcpus: size.vcpus,
    memoryKiB: size.memoryKiB,
    pageKiB: size.pageKiB,
    verdict: !chosen
      ? 'does-not-fit'
      : cells.length === 1
        ? 'one-cell-host'
        : many
          ? 'splits'
          : 'fits',
    cells: chosen ? byId(chosen).map(({ id }) => id) : [],
    candidates: [...alone, ...shown],
    // Fewer cells would do, were the page cache gone.
    needsCache:
      size.pageKiB === null &&
      (smallestSet(cells, null, (set) => judge(set, reclaimableKiB).fits)?.length ??
        Infinity) < (chosen?.length ?? Infinity),
    xml: text && placementXml(text),
    virtInstall: text && virtInstallOptions(text),
  }
}

/** What a cell has for a new guest: free, without what is promised to others. KiB. */
function availableKiB(cell: AdviceCell, pageKiB: number | null): number {
  if (pageKiB !== null) {
    const pool = cell.hugePages.find(({ sizeKiB }) => sizeKiB === pageKiB)
    return (pool?.free ?? 0) * pageKiB
  }
  return Math.max(0, (cell.freeKiB ?? 0) - cell.promisedKiB)
}

/** The same were all page cache given back: the whole cell without huge pages and bound guests. */
function reclaimableKiB(cell: AdviceCell): number {
  const pagesKiB = cell.hugePages.reduce((sum, pool) => sum + pool.sizeKiB * pool.total, 0)
  return Math.max(0, cell.totalKiB - pagesKiB - cell.boundKiB)
}

function needKiB({ memoryKiB, pageKiB }: AdviceSize): number {
  if (pageKiB !== null) return Math.ceil(memoryKiB / pageKiB) * pageKiB
  return memoryKiB * (1 + spare)
}

/**
 * The best of the smallest sets that fit. From each cell outwards the nearest are added until it fits:
 * not every set there is, of which 16 cells have 65,535, but every one whose cells lie together.
 */
function smallestSet(
  cells: readonly AdviceCell[],
  pageKiB: number | null,
  fits: (set: readonly AdviceCell[]) => boolean,
): AdviceCell[] | null {
  let best: { set: AdviceCell[]; spread: number; left: number } | null = null
  for (const seed of cells) {
    const others = cells
      .filter((cell) => cell !== seed)
      .toSorted(
        (a, b) =>
          distance(seed, a) - distance(seed, b) || left(b, pageKiB) - left(a, pageKiB),
      )
    const set = [seed]
    while (!fits(set) && others.length > 0) set.push(others.shift()!)
    if (!fits(set)) continue
    const found = {
      set,
      spread: set.reduce((sum, cell) => sum + distance(seed, cell), 0),
      left: set.reduce((sum, cell) => sum + left(cell, pageKiB), 0),
    }
    if (
      !best ||
      found.set.length < best.set.length ||
      (found.set.length === best.set.length &&
        (found.spread < best.spread ||
          (found.spread === best.spread && found.left > best.left)))
    ) {
      best = found
    }
  }
  return best?.set ?? null
}

function distance(from: AdviceCell, to: AdviceCell): number {
  if (from === to) return 0
  return from.distances.find(({ cell }) => cell === to.id)?.value ?? unknownDistance
}

/** numad's magnitude: free memory times free CPUs; a CPU with guests on it is free in part. */
function left(cell: AdviceCell, pageKiB: number | null): number {
  const cpus = cell.cpus.length ** 2 / Math.max(1, cell.cpus.length + cell.vcpus)
  return availableKiB(cell, pageKiB) * cpus
}

function byId(cells: readonly AdviceCell[]): AdviceCell[] {
  return cells.toSorted((a, b) => a.id - b.id)
}
