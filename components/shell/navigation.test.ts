import { expect, it } from 'vitest'

import { currentPlace } from './navigation.ts'

it.each([
  ['/', 'fleet'],
  ['/hosts/alpha', 'fleet'],
  ['/hosts/alpha/domains/x/memory', 'fleet'],
  ['/settings/hosts', 'hosts'],
  ['/settings/users', 'users'],
  ['/sizing', 'sizing'],
  ['/migrations', 'migrations'],
  ['/jobs', 'jobs'],
  ['/jobs/12', 'jobs'],
  ['/audit', 'audit'],
  ['/account', 'account'],
  ['/auditor', null],
  ['/nowhere', null],
])('%s belongs to %s', (pathname, place) => {
  expect(currentPlace(pathname)).toBe(place)
})
