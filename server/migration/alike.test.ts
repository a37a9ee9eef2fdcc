import { expect, test } from 'vitest'

import { remediesBetween } from './alike.ts'
import type { HostMoveFacts, NetworkMoveFacts, PoolMoveFacts } from './move-facts.ts'

const network = (name: string, active = true): NetworkMoveFacts => ({
  name,
  active,
  forward: 'nat',
  xml: `<network>\n  <name>${name}</name>\n  <uuid>u</uuid>\n  <bridge name='virbr7'/>\n</network>`,
})
const pool = (name: string, change: Partial<PoolMoveFacts> = {}): PoolMoveFacts => ({
  name,
  active: true,
  type: 'dir',
  path: `/srv/${name}`,
  origin: null,
  availableBytes: 1,
  xml: `<pool type='dir'>\n  <name>${name}</name>\n  <uuid>u</uuid>\n</pool>`,
  ...change,
})
const host = (networks: NetworkMoveFacts[], pools: PoolMoveFacts[]): HostMoveFacts => ({
  host: 'alpha',
  name: 'alpha',
  online: true,
  hostUuid: null,
  hostname: null,
  versions: null,
  machines: null,
  availableKiB: null,
  totalKiB: null,
  promisedKiB: 0,
  freePages: [],
  networks,
  pools,
  domains: [],
})

test('what is missing is defined without its identity, what is off is started, the rest is left', () => {
  const has = host(
    [network('lan'), network('dmz'), network('both'), network('off', false)],
    [
      pool('images'),
      pool('iso', { active: true }),
      pool('lvm', { type: 'logical', path: '/dev/vg' }),
      pool('nfs', { type: 'netfs', origin: 'nas:/export' }),
      pool('twin', { path: '/srv/taken' }),
    ],
  )
  const lacks = host(
    [network('both'), network('dmz', false), network('off', false)],
    [pool('iso', { active: false }), pool('other', { path: '/srv/taken' })],
  )
  const found = remediesBetween(has, lacks)
  expect(found.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'define-network lan',
    'start-network dmz',
    'define-pool images',
    'start-pool iso',
    'define-pool nfs',
  ])
  expect(JSON.stringify(found)).not.toMatch(/uuid|virbr7/)
  expect(remediesBetween(has, has)).toEqual([])
})
