import { afterAll, expect } from 'vitest'

import { getLab } from './index.ts'
import { deviations, removeStrangers } from './inventory.ts'

// The lab is shared: a file that leaves something behind fails itself, not the files after it.
afterAll(async () => {
  const lab = getLab()
  const left = await deviations(lab)
  if (left.length > 0) await removeStrangers(lab)
  expect(left, 'what this file left of the lab').toEqual([])
})
