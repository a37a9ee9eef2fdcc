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
    'domain web1: running',
    'domain spare one: shut off',
    'network default: active',
    'network beta-lan: inactive',
    'pool default: active',
  ])
})

test('what is too much, missing or in another state is said with its host', () => {
  const [alpha] = FLEET
  const wanted = plannedInventory(alpha!)
  expect(differences('alpha', wanted, wanted)).toEqual([])
  const found = wanted.filter((line) => !line.includes('db1'))
  expect(differences('alpha', wanted, [...found, 'domain db1: paused'])).toEqual([
    'alpha has domain db1: paused',
    'alpha lacks domain db1: running',
  ])
})
