import type { Resize } from '../contract/memory.ts'

/** The guest gives whole pages, libvirt rounds: this near is there. */
export const toleranceKiB = 1024
/** Without any movement for this long, short of the target, the guest gave what it could. */
export const stallMs = 8_000
/** A change from outside has no known target: it is over when the balloon rests this long. */
export const restMs = 2_500

export const outside = 'outside'

/** A resize and what the follower has to remember of its course. Times are monotonic ms. */
export interface FollowedResize {
  resize: Resize
  movedAtMs: number
  /** In steps: where the balloon is sent now. */
  stepKiB?: number
  /** In steps: the guest's kernel may take memory back by itself (autodeflate). */
  guestMayGrow?: boolean
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= toleranceKiB
}

/** A resize that was just asked for. Superseding is the caller's: only the newest is followed. */
export function beginResize(init: ResizeInit, atMs: number): FollowedResize {
  const resize: Resize = {
    pace: 'at-once',
    job: null,
    configFromKiB: null,
    ...init,
    phase: init.pace === 'steps' ? 'giving' : null,
    lowestKiB: null,
    cause: null,
    reasons: [],
    endedMs: null,
    status: 'following',
  }
  return { resize, movedAtMs: atMs }
}

/** What is said of a resize when it is asked for. */
export type ResizeInit = Pick<
  Resize,
  'id' | 'fromKiB' | 'targetKiB' | 'actualKiB' | 'startedMs' | 'by' | 'command' | 'undoOf'
> &
  Partial<Pick<Resize, 'pace' | 'job' | 'configFromKiB'>>

export type FollowResult =
  /** Nothing a reader would notice. */
  | { kind: 'same' }
  | { kind: 'changed'; followed: FollowedResize }
  /** The balloon goes where nobody here sent it: somebody else moved it. */
  | { kind: 'outside'; fromKiB: number }

/**
 * Takes one new balloon value in.
 *
 * @param atMs monotonic, for the stall
 * @param wallMs epoch, for `endedMs`
 */
export function followResize(
  followed: FollowedResize,
  actualKiB: number,
  atMs: number,
  wallMs: number,
): FollowResult {
  const { resize } = followed
  const before = resize.actualKiB
  const moved = actualKiB !== before
  if (resize.status !== 'following') return followEnded(followed, actualKiB, atMs)
  if (resize.pace === 'steps') return followSteps(followed, actualKiB, atMs)
  if (resize.by === outside) return followOutside(followed, actualKiB, atMs, wallMs)
  if (near(actualKiB, resize.targetKiB)) {
    return ended(followed, actualKiB, 'reached', atMs, wallMs)
  }
  if (moved) {
    if (leaves(resize.targetKiB, before, actualKiB)) {
      return { kind: 'outside', fromKiB: before }
    }
    return {
      kind: 'changed',
      followed: { resize: { ...resize, actualKiB }, movedAtMs: atMs },
    }
  }
  if (atMs - followed.movedAtMs >= stallMs) {
    return ended(followed, actualKiB, 'gave-up', atMs, wallMs)
  }
  return { kind: 'same' }
}

/** Who takes the steps says when they are over; here is only seen whether somebody else interferes. */
function followSteps(
  followed: FollowedResize,
  actualKiB: number,
  atMs: number,
): FollowResult {
  const { resize, stepKiB = resize.fromKiB, guestMayGrow = false } = followed
  const before = resize.actualKiB
  if (actualKiB === before) return { kind: 'same' }
  const byGuest = guestMayGrow && actualKiB > before
  if (!byGuest && !near(actualKiB, stepKiB) && leaves(stepKiB, before, actualKiB)) {
    return { kind: 'outside', fromKiB: before }
  }
  return {
    kind: 'changed',
    followed: { ...followed, resize: { ...resize, actualKiB }, movedAtMs: atMs },
  }
}

/** Away from the target by more than a guest's own jitter. */
function leaves(targetKiB: number, before: number, after: number): boolean {
  return (
    Math.abs(after - targetKiB) > Math.abs(before - targetKiB) + toleranceKiB ||
    // Past the target: a balloon stops there unless it was sent further.
    (Math.sign(after - targetKiB) !== Math.sign(before - targetKiB) &&
      !near(before, targetKiB))
  )
}

function followEnded(
  followed: FollowedResize,
  actualKiB: number,
  atMs: number,
): FollowResult {
  const { resize } = followed
  if (near(actualKiB, resize.actualKiB)) return { kind: 'same' }
  const resumes =
    resize.status === 'gave-up' &&
    resize.by !== outside &&
    !leaves(resize.targetKiB, resize.actualKiB, actualKiB)
  if (!resumes) return { kind: 'outside', fromKiB: resize.actualKiB }
  // The guest could not give more then; now it does.
  return {
    kind: 'changed',
    followed: {
      resize: { ...resize, actualKiB, status: 'following', endedMs: null },
      movedAtMs: atMs,
    },
  }
}

function followOutside(
  followed: FollowedResize,
  actualKiB: number,
  atMs: number,
  wallMs: number,
): FollowResult {
  if (actualKiB !== followed.resize.actualKiB) {
    return {
      kind: 'changed',
      followed: {
        resize: { ...followed.resize, actualKiB, targetKiB: actualKiB },
        movedAtMs: atMs,
      },
    }
  }
  if (atMs - followed.movedAtMs < restMs) return { kind: 'same' }
  return ended(followed, actualKiB, 'reached', atMs, wallMs)
}

function ended(
  followed: FollowedResize,
  actualKiB: number,
  status: Resize['status'],
  atMs: number,
  wallMs: number,
): FollowResult {
  return {
    kind: 'changed',
    followed: {
      resize: { ...followed.resize, actualKiB, status, endedMs: wallMs },
      movedAtMs: atMs,
    },
  }
}
