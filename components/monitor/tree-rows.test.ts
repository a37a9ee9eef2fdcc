import { describe, expect, it } from 'vitest'

import { parseQmpJson, type QmpValue } from '../../server/contract/qmp-json.ts'
import { maxRows, treeRows } from './tree-rows.ts'

const untouched = { open: new Map<string, boolean>(), shown: new Map<string, number>() }

describe('the tree of an answer', () => {
  it('shows names and values, and says what 2^64-1 means', () => {
    const value = parseQmpJson('{"actual":18446744073709551615,"a/b":["x",true,null]}')
    expect(treeRows(value, untouched).rows).toMatchObject([
      { kind: 'branch', path: '', count: 2, isList: false, open: true },
      { kind: 'leaf', name: 'actual', text: '18446744073709551615', isUnknown: true },
      { kind: 'branch', path: '/a~1b', count: 3, isList: true, open: true },
      { kind: 'leaf', path: '/a~1b/0', text: '"x"', type: 'string' },
      { kind: 'leaf', text: 'true', type: 'word' },
      { kind: 'leaf', text: 'null', type: 'word' },
    ])
  })

  it('closes and opens by hand', () => {
    const value = { a: { b: { c: { d: 1 } } } }
    const paths = (open: [string, boolean][]) =>
      treeRows(value, { ...untouched, open: new Map(open) }).rows.map(({ path }) => path)
    expect(paths([])).toEqual(['', '/a', '/a/b', '/a/b/c'])
    expect(paths([['/a/b/c', true]])).toContain('/a/b/c/d')
    expect(paths([['/a', false]])).toEqual(['', '/a'])
  })

  it('of 10 MB costs no more than what is shown of it', () => {
    const items: QmpValue = Array.from({ length: 100_000 }, (_, index) => ({
      name: `item${index}`,
      value: 'x'.repeat(80),
    }))
    expect(JSON.stringify(items).length).toBeGreaterThan(10_000_000)
    expect(treeRows(items, untouched).rows).toHaveLength(1)
    const open = new Map([['', true]])
    const first = treeRows(items, { ...untouched, open }).rows
    expect(first.at(-1)).toEqual({ kind: 'more', path: '', depth: 1, count: 99_900 })
    const started = performance.now()
    const all = treeRows(items, { open, shown: new Map([['', 100_000]]) })
    expect(all.full).toBe(true)
    expect(all.rows.length).toBeLessThanOrEqual(maxRows)
    expect(performance.now() - started).toBeLessThan(500)
  })

  it('cuts long strings', () => {
    const [row] = treeRows('x'.repeat(1_000_000), untouched).rows
    expect(row?.kind === 'leaf' && row.text.length).toBeLessThan(600)
  })
})
