import { expect, test } from 'vitest'

import type { Resize } from '../contract/memory.ts'
import { ResizeLog } from './resize-log.ts'

function make(kept: Resize | null = null) {
  const saved: (Resize | null)[] = []
  const log = new ResizeLog({
    wallMs: () => 99_000,
    load: () => kept,
    save: (resize) => void saved.push(resize),
    forget: () => void saved.push(null),
    commandFor: (name, kib) => `setmem ${name} ${kib}`,
  })
  const follow = (actualKiB: number, second: number, settled = true) =>
    log.follow(actualKiB, {
      monotonicMs: second * 1_000,
      wallMs: second * 1_000,
      name: 'vm',
      settled,
    })
  const begin = (targetKiB: number, actualKiB: number, second: number) =>
    log.begin({ targetKiB, by: 'ann', command: 'c', undoOf: null }, actualKiB, {
      monotonicMs: second * 1_000,
      wallMs: second * 1_000,
    })
  return { log, saved, follow, begin }
}

test('a boot that takes the balloon to its configured size is nobody’s change', () => {
  const { log, follow } = make()
  follow(262_144, 0, false)
  follow(262_144, 5, true)
  follow(200_000, 6)
  follow(131_072, 7)
  follow(131_072, 20)
  expect(log.current).toBeNull()
})

test('a change from outside begins where the balloon rested, however small the first step', () => {
  const { log, follow, saved } = make()
  follow(262_144, 0)
  follow(262_144, 10)
  follow(261_632, 11)
  follow(200_000, 12)
  expect(log.current).toMatchObject({
    by: 'outside',
    fromKiB: 262_144,
    status: 'following',
  })
  follow(131_072, 13)
  follow(131_072, 16)
  expect(log.current).toMatchObject({
    status: 'reached',
    targetKiB: 131_072,
    endedMs: 16_000,
  })
  // Kept when it began and when it ended, not for each sample.
  expect(saved).toHaveLength(2)
})

test('undo of a change of mind leads to what was asked for before', () => {
  const { log, follow, begin } = make()
  follow(262_144, 0)
  begin(131_072, 262_144, 10)
  follow(200_000, 11)
  begin(160_000, 200_000, 12)
  expect(log.undoTargetKiB).toBe(131_072)
})

test('a refused resize leaves the one before', () => {
  const { log, follow, begin, saved } = make()
  follow(262_144, 0)
  const refused = begin(131_072, 262_144, 10)
  log.revert(refused.id, null)
  expect(log.current).toBeNull()
  expect(saved.at(-1)).toBeNull()
})

test('a kept resize is followed on after a restart, and the time between is no change', () => {
  const first = make()
  first.follow(262_144, 0)
  const begun = first.begin(131_072, 262_144, 10)
  const second = make(begun)
  second.follow(180_000, 100)
  second.follow(131_072, 101)
  expect(second.log.current).toMatchObject({ id: begun.id, status: 'reached' })
  const third = make(second.log.current)
  third.follow(250_000, 0)
  third.follow(250_000, 20)
  expect(third.log.current).toMatchObject({ id: begun.id, status: 'reached' })
  expect(third.log.undoTargetKiB).toBe(262_144)
})

test('what was followed ends with the run of the domain, and its boot does not take it up', () => {
  const { log, follow, begin, saved } = make()
  follow(262_144, 0)
  follow(262_144, 10)
  begin(131_072, 262_144, 10)
  log.runEnded()
  expect(log.current).toMatchObject({ status: 'gave-up', endedMs: 99_000 })
  expect(saved.at(-1)).toEqual(log.current)
  follow(262_144, 20, false)
  follow(200_000, 21)
  expect(log.current).toMatchObject({ status: 'gave-up', actualKiB: 200_000 })
  expect(log.undoTargetKiB).toBe(262_144)
})
