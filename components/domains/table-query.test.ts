import { describe, expect, it } from 'vitest'

import { nextSort, toFleetQuery } from './table-query.ts'

describe('toFleetQuery', () => {
  it('leaves out what the server would refuse', () => {
    const query = toFleetQuery({
      q: `  ${'x'.repeat(300)}`,
      host: ['alpha', '../etc', ''],
      state: ['running'],
      sort: 'rss',
      desc: true,
    })
    expect(query).toEqual({
      search: 'x'.repeat(200),
      hosts: ['alpha'],
      states: ['running'],
      sort: 'rss',
      descending: true,
    })
  })
})

describe('nextSort', () => {
  it('turns the same column round', () => {
    expect(nextSort({ sort: 'name', desc: false }, 'name')).toEqual({
      sort: 'name',
      desc: true,
    })
  })

  it('begins figures with the largest and words with A', () => {
    expect(nextSort({ sort: 'name', desc: false }, 'used').desc).toBe(true)
    expect(nextSort({ sort: 'used', desc: true }, 'host').desc).toBe(false)
  })
})
