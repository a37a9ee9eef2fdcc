import { describe, expect, it } from 'vitest'

import {
  parseQmpCommand,
  qmpOnlyLooks,
  hmpOnlyLooks,
} from '../../server/contract/monitor.ts'
import { builtInSnippets, EntryList, nameOfEntry } from './monitor-memory.ts'

class FakeStorage {
  readonly items = new Map<string, string>()
  getItem(key: string) {
    return this.items.get(key) ?? null
  }
  setItem(key: string, value: string) {
    this.items.set(key, value)
  }
}

describe('what a browser remembers', () => {
  it('has the newest first, none twice, at most 50, and outlives the page', () => {
    const storage = new FakeStorage()
    const list = new EntryList('k', () => storage)
    for (let count = 0; count < 60; count++)
      list.add({ mode: 'hmp', text: `info ${count}` })
    list.add({ mode: 'hmp', text: 'info 30' })
    expect(list.read()).toHaveLength(50)
    const again = new EntryList('k', () => storage).read()
    expect(again.slice(0, 2).map(({ text }) => text)).toEqual(['info 30', 'info 59'])
    expect(again.filter(({ text }) => text === 'info 30')).toHaveLength(1)
  })

  it('keeps no secret and nothing that is no command', () => {
    const storage = new FakeStorage()
    const list = new EntryList('k', () => storage)
    const command = {
      execute: 'set_password',
      arguments: { protocol: 'vnc', password: 'hunter2' },
    }
    list.add({ mode: 'qmp', text: JSON.stringify(command) })
    list.add({ mode: 'hmp', text: 'set_password vnc hunter2' })
    list.add({ mode: 'qmp', text: '{"password": "hunter2"' })
    expect(list.read()).toHaveLength(2)
    expect([...storage.items.values()].join('')).not.toContain('hunter2')
  })

  it('keeps what was typed as it was typed', () => {
    const list = new EntryList('k', () => new FakeStorage())
    const text = '{ "execute":\n "query-status" }'
    list.add({ mode: 'qmp', text })
    expect(list.read()).toEqual([{ mode: 'qmp', text }])
  })

  it.each(['nonsense', '{"a":1}', '[{"mode":"x","text":1}]', 'null'])(
    'begins empty with %s in the storage',
    (stored) => {
      const storage = new FakeStorage()
      storage.setItem('k', stored)
      expect(new EntryList('k', () => storage).read()).toEqual([])
    },
  )

  it('works without a storage', () => {
    const list = new EntryList('k', () => null)
    list.add({ mode: 'hmp', text: 'info balloon' })
    expect(list.read()).toHaveLength(1)
  })
})

describe('the snippets', () => {
  it.each(builtInSnippets)('$name only looks', ({ mode, text }) => {
    const parsed = mode === 'qmp' ? parseQmpCommand(text) : null
    expect(parsed ? parsed.ok && qmpOnlyLooks(parsed.command) : hmpOnlyLooks(text)).toBe(
      true,
    )
  })

  it('have short names', () => {
    expect(
      nameOfEntry({
        mode: 'qmp',
        text: '{"execute":"qom-get","arguments":{"path":"/a","property":"b"}}',
      }),
    ).toBe('qom-get /a b')
  })
})
