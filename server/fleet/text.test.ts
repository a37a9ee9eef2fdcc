import { execFileSync } from 'node:child_process'

import { expect, test } from 'vitest'

import { shellWord, virshLine } from '../contract/virsh-line.ts'
import { makeHostSlug } from './host-slug.ts'
import { cleanName, cleanText } from './text.ts'

test('a name is one bounded harmless line', () => {
  expect(cleanName('web\u001b[31m\n1\u202e')).toBe('web[31m 1')
  expect(cleanName('x'.repeat(1e6))).toHaveLength(256)
  expect(cleanName('\ud800bad')).toBe('\ufffdbad')
  expect(cleanName('缓存节点')).toBe('缓存节点')
})

test('a text keeps its lines', () => {
  expect(cleanText('a\nb\u0007')).toBe('a\nb')
  expect(cleanText('y'.repeat(1e6))).toHaveLength(4096)
  expect(cleanText('')).toBeNull()
  expect(cleanText(' \u0000 ')).toBeNull()
})

test.each(['plain', "it's", '$(touch /tmp/x)', 'a b', '`id`', '-x', '"', '\\', 'ü;&|<>'])(
  'a shell reads %s back as one word',
  (word) => {
    const printed = execFileSync('/bin/sh', ['-c', `printf '%s' ${shellWord(word)}`])
    expect(printed.toString()).toBe(word)
  },
)

const uuid = '036e0c50-c814-5138-ac33-24fa03873e38'
test.each([
  ['web1', 'virsh -c qemu:///system start web1'],
  // virsh would take these for an id, a uuid, an option.
  ['7', `virsh -c qemu:///system start ${uuid}`],
  ['00000000-0000-4000-8000-000000000001', `virsh -c qemu:///system start ${uuid}`],
  ['-x', 'virsh -c qemu:///system start --domain=-x'],
])('the virsh line of %s means that domain', (name, line) => {
  expect(virshLine('qemu:///system', 'start', { name, uuid })).toBe(line)
})

test.each([
  ['Rack 3 / Übung', 'qemu:///system', 'rack-3-ubung'],
  [undefined, 'qemu+ssh://root@db1.example.org:22/system', 'db1'],
  [undefined, 'qemu+ssh://root@10.77.0.1/system', '10-77-0-1'],
  [undefined, 'qemu:///system', 'local'],
  ['缓存', 'qemu+ssh://kvm7/system', 'kvm7'],
  ['x'.repeat(100), 'qemu:///system', 'x'.repeat(63)],
])('the slug of %s, %s is %s', (name, uri, slug) => {
  expect(makeHostSlug(name, uri, () => false)).toBe(slug)
})

test('a taken slug gets a number', () => {
  const taken = ['local', 'local-2']
  expect(makeHostSlug(undefined, 'qemu:///system', (slug) => taken.includes(slug))).toBe(
    'local-3',
  )
})
