import type { DirtyRateMode, DirtyRateModeOffer } from '../contract/dirty-rate.ts'

/** Pages that QEMU samples of each GiB of RAM: by default, and at most (qapi/migration.json). */
export const normalPagesPerGiB = 512
export const finePagesPerGiB = 4096

/** Below this QEMU means to leave a RAM block out (migration/dirtyrate.h, MIN_RAMBLOCK_SIZE). */
const smallBlockKiB = 128 * 1024
const kibPerGiB = 1024 * 1024
const pageKiB = 4

/** Pages sampled of RAM of this size. */
export function sampledPages(memoryKiB: number, pagesPerGiB: number): number {
  return Math.floor((memoryKiB * pagesPerGiB) / kibPerGiB)
}

/** What a measurement reads of the guest's memory: each sampled page, at its begin and its end. */
export function costOf(memoryKiB: number, pagesPerGiB: number) {
  const pages = sampledPages(memoryKiB, pagesPerGiB)
  return { pages, readKiB: 2 * pages * pageKiB }
}

/**
 * Standard deviation of a single measurement, MiB/s: of n sampled pages a share p = rate · seconds /
 * memory is found changed, binomially. 0 of n is taken as half a page, so that it is never certain.
 */
export function expectedScatter(
  rateMiBps: number,
  seconds: number,
  memoryKiB: number,
  pagesPerGiB: number,
): number {
  const memoryMiB = memoryKiB / 1024
  const pages = sampledPages(memoryKiB, pagesPerGiB)
  if (pages <= 0 || seconds <= 0) return 0
  const share = Math.min(
    1 - 0.5 / pages,
    Math.max(0.5 / pages, (rateMiBps * seconds) / memoryMiB),
  )
  return (Math.sqrt((share * (1 - share)) / pages) * memoryMiB) / seconds
}

/**
 * Whether all of the guest's RAM lies in blocks that QEMU means to leave out when it samples pages.
 * QEMU 7.2 compares with 128 KiB instead and does measure them; others may give 0 for ever. So a 0
 * from such a domain is doubtful, and any other value is as good as elsewhere.
 */
export function onlySmallBlocks(blocksKiB: readonly number[]): boolean {
  return blocksKiB.length > 0 && blocksKiB.every((kib) => kib < smallBlockKiB)
}

/**
 * Which modes can be offered. `dirty-bitmap` reads state of KVM that an emulated domain does not
 * have: there it ends QEMU 7.2 with a segmentation fault, and the guest with it.
 *
 * @param virtType `kvm`, `qemu`, …; empty = not known yet, which counts as not KVM
 * @param refused libvirt's words when it was asked for dirty-ring; null = it took it; undefined = not asked
 */
export function modesOf(
  virtType: string,
  refused: Partial<Record<DirtyRateMode, string | null>>,
): DirtyRateModeOffer[] {
  const emulated = virtType !== 'kvm'
  return [
    { mode: 'page-sampling', possible: true, reason: null, words: null },
    emulated
      ? { mode: 'dirty-bitmap', possible: false, reason: 'emulated', words: null }
      : offer('dirty-bitmap', refused['dirty-bitmap'] ?? null),
    refused['dirty-ring'] === undefined
      ? { mode: 'dirty-ring', possible: true, reason: 'not-asked', words: null }
      : offer('dirty-ring', refused['dirty-ring']),
  ]
}

function offer(mode: DirtyRateMode, words: string | null): DirtyRateModeOffer {
  return words === null
    ? { mode, possible: true, reason: null, words: null }
    : { mode, possible: false, reason: 'refused', words }
}
