import { refuse, type Use } from '../engine/apply.ts'
import type { PoolFacts } from '../host-facts.ts'
import { availableBytesOf, type NewPool } from './new-volume.ts'

const mebibytes = (bytes: number) => String(Math.floor(bytes / 1024 / 1024))

/**
 * A volume that is filled at once must fit; one that only may grow is checked later
 * (`checkCapacity`), because that can be overridden.
 */
export function checkSpace(
  target: Use,
  pool: NewPool | PoolFacts,
  capacityBytes: number,
  sparse: boolean,
): void {
  const available = availableBytesOf(pool)
  if (sparse || capacityBytes <= available) return
  throw refuse(
    target,
    `There is not enough free space on the storage pool to create the volume. (${mebibytes(capacityBytes)} M requested allocation > ${mebibytes(available)} M available)`,
    'size',
  )
}

/** The words for a sparse volume that could outgrow its pool, or null: it fits. */
export function capacityWords(
  availableBytes: number,
  capacityBytes: number,
): string | null {
  if (capacityBytes <= availableBytes) return null
  return `The requested volume capacity will exceed the available pool space when the volume is fully allocated. (${mebibytes(capacityBytes)} M requested capacity > ${mebibytes(availableBytes)} M available)`
}
