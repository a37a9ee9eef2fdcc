import type { Resize } from '../../server/contract/memory.ts'

export interface ResizeProgress {
  /** The guest gives memory back to the host, or gets some. */
  direction: 'gave' | 'got'
  doneKiB: number
  wholeKiB: number
  /** 0 to 1. */
  share: number
}

/** How far a guest has followed a change of its balloon: "gave 1.3 of 2.0 GiB". */
export function progressOf(
  resize: Pick<Resize, 'fromKiB' | 'targetKiB' | 'actualKiB'>,
): ResizeProgress {
  const sign = resize.targetKiB < resize.fromKiB ? -1 : 1
  const wholeKiB = Math.abs(resize.targetKiB - resize.fromKiB)
  const movedKiB = (resize.actualKiB - resize.fromKiB) * sign
  const doneKiB = Math.min(wholeKiB, Math.max(0, movedKiB))
  return {
    direction: sign < 0 ? 'gave' : 'got',
    doneKiB,
    wholeKiB,
    share: wholeKiB === 0 ? 1 : doneKiB / wholeKiB,
  }
}
