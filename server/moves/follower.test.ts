import { expect, test } from 'vitest'

import { Follower } from './follower.ts'

const MiB = 2 ** 20

test('zeros of a job that QEMU knows nothing of yet are no figures', () => {
  const follower = new Follower(0)
  // What `domjobinfo` has during the first phases of a peer-to-peer move.
  const zeros = { data_total: 0, data_remaining: 0, data_processed: 0, memory_iteration: 0 }
  expect(follower.take({ ...zeros, time_elapsed: 120 }, 120)).toBeNull()
  expect(follower.take({ time_elapsed: 130 }, 130)).toBeNull()
  expect(follower.view('perform', 140, null)).toMatchObject({
    figures: null,
    progressPercent: 0,
    setback: null,
  })

  const begun = { data_total: 256 * MiB, data_remaining: 128 * MiB, memory_iteration: 1 }
  expect(follower.take(begun, 500)).toMatchObject({ totalBytes: 256 * MiB })
  // The growth from nothing to 128 MiB is no setback.
  expect(follower.view('perform', 510, null)).toMatchObject({
    figures: { remainingBytes: 128 * MiB },
    progressPercent: 45,
    setback: null,
  })
})
