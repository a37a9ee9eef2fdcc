import { expect, test } from 'vitest'

import { differences, parseLists, plannedInventory } from './inventory.ts'
import { FLEET } from './plan.ts'

const OUTPUT = ` 1    web1          running
 -    spare one     shut off

==  default    active     yes   yes
 beta-lan   inactive   no    yes

==  default   active   yes

`

test('the lists of virsh are read with names and states of several words', () => {
  expect(parseLists(OUTPUT)).toEqual([
    { kind: 'domain', name: 'web1', state: 'running' },
    { kind: 'domain', name: 'spare one', state: 'shut off' },
    { kind: 'network', name: 'default', state: 'active' },
    { kind: 'network', name: 'beta-lan', state: 'inactive' },
    { kind: 'pool', name: 'default', state: 'active' },
  ])
})

test('what is too much, missing or in another state is said with its host', () => {
  const wanted = plannedInventory(FLEET[0]!)
  expect(differences('alpha', wanted, wanted)).toEqual([])
  const found = wanted.map((item) =>
    item.name === 'db1' ? { ...item, state: 'paused' } : item,
  )
  expect(differences('alpha', wanted, found)).toEqual([
    'alpha has domain db1: paused',
    'alpha lacks domain db1: running',
  ])
})
