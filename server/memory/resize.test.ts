import { describe, expect, test } from 'vitest'

import { beginResize, followResize, restMs, stallMs } from './resize.ts'
import type { FollowedResize } from './resize.ts'

const init = {
  id: 'r1',
  fromKiB: 262_144,
  targetKiB: 131_072,
  actualKiB: 262_144,
  startedMs: 5,
  by: 'ann',
  command: 'virsh setmem',
  undoOf: null,
}

function follow(followed: FollowedResize, steps: [number, number][]) {
  let last = followed
  for (const [actualKiB, atMs] of steps) {
    const result = followResize(last, actualKiB, atMs, atMs + 1e6)
    if (result.kind === 'outside') return result
    if (result.kind === 'changed') last = result.followed
  }
  return last
}

test('a guest that follows gets there, within a MiB', () => {
  const end = follow(beginResize(init, 0), [
    [262_144, 500],
    [200_000, 1_000],
    [132_000, 2_000],
  ]) as FollowedResize
  expect(end.resize).toMatchObject({
    status: 'reached',
    actualKiB: 132_000,
    endedMs: 1e6 + 2_000,
  })
})

test('a guest that stops short gave up, and is heard again when it goes on', () => {
  const stalled = follow(beginResize(init, 0), [
    [200_000, 1_000],
    [200_000, 1_000 + stallMs - 1],
  ]) as FollowedResize
  expect(stalled.resize.status).toBe('following')
  const gaveUp = follow(stalled, [[200_000, 1_000 + stallMs]]) as FollowedResize
  expect(gaveUp.resize.status).toBe('gave-up')
  const again = follow(gaveUp, [[190_000, 30_000]]) as FollowedResize
  expect(again.resize).toMatchObject({ status: 'following', endedMs: null })
})

test.each([
  [
    'away from the target',
    [
      [200_000, 1_000],
      [220_000, 2_000],
    ],
  ],
  [
    'past the target',
    [
      [200_000, 1_000],
      [80_000, 2_000],
    ],
  ],
  [
    'after it was reached',
    [
      [131_072, 1_000],
      [200_000, 9_000],
    ],
  ],
] as [string, [number, number][]][])(
  'a balloon that goes %s was moved by somebody else',
  (_name, steps) => {
    expect(follow(beginResize(init, 0), steps)).toMatchObject({ kind: 'outside' })
  },
)

test('pages that come and go are nobody’s change', () => {
  const end = follow(beginResize(init, 0), [
    [131_072, 1_000],
    [131_600, 2_000],
    [130_500, 3_000],
  ]) as FollowedResize
  expect(end.resize.status).toBe('reached')
})

test('a change from outside is over when the balloon rests', () => {
  const begun = beginResize(
    { ...init, by: 'outside', targetKiB: 250_000, actualKiB: 250_000 },
    0,
  )
  const moving = follow(begun, [[200_000, 1_000]]) as FollowedResize
  expect(moving.resize).toMatchObject({ status: 'following', targetKiB: 200_000 })
  const rested = follow(moving, [[200_000, 1_000 + restMs]]) as FollowedResize
  expect(rested.resize.status).toBe('reached')
})

describe('in steps', () => {
  const begun = (): FollowedResize => ({
    ...beginResize({ ...init, pace: 'steps' }, 0),
    stepKiB: 220_000,
  })

  test('is not over when a step is reached, nor when the guest rests there', () => {
    const end = follow(begun(), [
      [240_000, 500],
      [220_000, 1_000],
      [220_000, 60_000],
    ]) as FollowedResize
    expect(end.resize).toMatchObject({ status: 'following', actualKiB: 220_000 })
  })

  test('goes back without being taken for somebody else’s change', () => {
    const down = follow(begun(), [[220_000, 500]]) as FollowedResize
    const back = follow({ ...down, stepKiB: 250_000 }, [
      [230_000, 1_000],
      [250_000, 1_500],
    ])
    expect(back).toMatchObject({ resize: { status: 'following', actualKiB: 250_000 } })
  })

  test('is left by a balloon that somebody else sent elsewhere', () => {
    expect(
      follow(begun(), [
        [220_000, 500],
        [230_000, 1_000],
      ]),
    ).toMatchObject({
      kind: 'outside',
    })
  })

  test('a guest that may take memory back is nobody else', () => {
    const mayGrow = { ...begun(), guestMayGrow: true }
    expect(
      follow(mayGrow, [
        [220_000, 500],
        [230_000, 1_000],
      ]),
    ).toMatchObject({
      resize: { status: 'following', actualKiB: 230_000 },
    })
  })
})
