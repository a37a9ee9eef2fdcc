import { expect, it } from 'vitest'

import { safeNext } from './safe-next.ts'

it.each([
  ['/audit?who=ann', '/audit?who=ann'],
  ['/hosts/alpha/domains/x/memory', '/hosts/alpha/domains/x/memory'],
  ['/a/../settings/hosts', '/settings/hosts'],
])('goes to %s', (next, expected) => {
  expect(safeNext(next)).toBe(expected)
})

it.each([
  undefined,
  null,
  '',
  'audit',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  'https://evil.example/',
  'javascript:alert(1)',
  '/..//evil.example',
  '/.//evil.example',
  ['/audit', '/x'],
  '/login?next=/login',
  '/api/v1/hosts',
  '/setup',
])('does not go to %j', (next) => {
  const target = safeNext(next)
  // What matters: a browser that is sent there stays on this site.
  expect(new URL(target, 'http://here.invalid').origin).toBe('http://here.invalid')
  expect(target).toBe('/')
})
