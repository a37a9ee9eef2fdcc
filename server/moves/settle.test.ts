import { describe, expect, test } from 'vitest'

import type { DomainThere } from './move-end.ts'
import { settleMove } from './settle.ts'
import type { SettlingEnd } from './settle.ts'
import type { MoveFacts } from './settlement.ts'

const facts: MoveFacts = {
  wasPaused: false,
  offline: false,
  direct: true,
  undefineSource: true,
  persistent: true,
  targetKnewIt: false,
}
const uuid = '4af55000-8095-531b-af62-e53cdc38acfc'
const there = (state: DomainThere['state'], persistent = true): DomainThere => ({
  name: 'web1',
  state,
  reason: state === 'shutoff' ? 'unknown' : 'booted',
  persistent,
  job: null,
})

/** A host that has the domain, or not, and does what it is told. */
class FakeHost implements SettlingEnd {
  readonly calls: string[] = []
  has: DomainThere | null

  constructor(has: DomainThere | null) {
    this.has = has
  }

  async domain() {
    return this.has
  }
  abortJob = () => this.#do('abortJob')
  resume = () => this.#do('resume')
  destroy = () => this.#do('destroy', true)
  undefine = () => this.#do('undefine', true)
  forgetTransient = () => this.#do('forgetTransient', true)

  async #do(call: string, gone = false) {
    this.calls.push(call)
    if (gone) this.has = null
  }
}

/** Both hosts of a move; private fields, so that a method without its object fails. */
class FakeEnds {
  readonly #hosts: { source: FakeHost; target: FakeHost }

  constructor(source: FakeHost, target: FakeHost) {
    this.#hosts = { source, target }
  }

  async source(): Promise<SettlingEnd> {
    return this.#hosts.source
  }

  async target(): Promise<SettlingEnd> {
    return this.#hosts.target
  }
}

const settle = (source: FakeHost, target: FakeHost, more: Partial<MoveFacts> = {}) =>
  settleMove(new FakeEnds(source, target), {
    uuid,
    facts: { ...facts, ...more },
    say: () => undefined,
  })

describe('what is left half way is put right', () => {
  test('nothing is done where nothing is wrong', async () => {
    const [source, target] = [new FakeHost(there('running')), new FakeHost(null)]
    expect(await settle(source, target)).toMatchObject({ where: 'source', leftovers: [] })
    expect([...source.calls, ...target.calls]).toEqual([])
  })

  test('what an offline move left on the target goes; the source keeps its own', async () => {
    const source = new FakeHost(there('shutoff'))
    const target = new FakeHost(there('shutoff', false))
    const settled = await settle(source, target, { offline: true })
    expect(settled).toMatchObject({ where: 'source', leftovers: [] })
    expect(target.calls).toEqual(['forgetTransient'])
    expect(source.calls).toEqual([])
  })
})

test('a mistake of ours is no host that cannot be asked', async () => {
  const broken = new FakeHost(there('running'))
  broken.domain = () => Promise.reject(new TypeError('undefined is not a function'))
  await expect(settle(broken, new FakeHost(null))).rejects.toThrow(TypeError)
})
