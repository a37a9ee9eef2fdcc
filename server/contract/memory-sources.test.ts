import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { memoryStatSourceRows, memorySourcesMarkdown } from './memory-sources.ts'
import { memoryStatFields } from './memory.ts'

test('there is a row for each field of dommemstat, and units that fit', () => {
  expect(memoryStatSourceRows.map(([field]) => field)).toEqual(
    Object.keys(memoryStatFields),
  )
  for (const [field, { qmp }] of memoryStatSourceRows) {
    const unit = { KiB: 'bytes', count: 'count', epochSeconds: 'epochSeconds' }[
      memoryStatFields[field]
    ]
    if (qmp) expect([field, qmp.unit]).toEqual([field, unit])
  }
})

test('the documentation has this very table', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  expect(readme.includes(memorySourcesMarkdown())).toBe(true)
})
