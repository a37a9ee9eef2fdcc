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
const reasons: Partial<Record<DomainThere['state'], string>> = {
  shutoff: 'unknown',
  paused: 'migration',
}
const there = (state: DomainThere['state'], persistent = true): DomainThere => ({
  name: 'web1',
  state,
  reason: reasons[state] ?? 'booted',
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
  resume = () => this.#do('resume', there('running'))
  destroy = () => this.#do('destroy', null)
  undefine = () => this.#do('undefine', null)
  forgetTransient = () => this.#do('forgetTransient', null)

  async #do(call: string, after = this.has) {
    this.calls.push(call)
    this.has = after
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
    stepMs: 1,
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

  describe('a definition that the target does not let go is left over', () => {
    const refusing = () => {
      const target = new FakeHost(there('shutoff'))
      target.undefine = () => Promise.reject(new Error('refused'))
      return target
    }
    const leftovers = ['Removing the half-made definition from the target: refused']

    test('and the guest that stands still on the source goes on', async () => {
      const source = new FakeHost(there('paused'))
      expect(await settle(source, refusing())).toEqual({
        where: 'source',
        postCopyFailed: false,
        leftovers,
      })
      expect(source.calls).toEqual(['resume'])
    })

    test('and one that cannot be resumed either is not said to run there', async () => {
      const source = new FakeHost(there('paused'))
      source.resume = () => Promise.reject(new Error('not now'))
      const settled = await settle(source, refusing())
      expect(settled.where).toBe('unknown')
      expect(settled.leftovers).toEqual([
        ...leftovers,
        'The guest goes on where it was: resuming it on the source: not now',
      ])
    })

    test('and one that was shut off meanwhile runs nowhere', async () => {
      const source = new FakeHost(there('shutoff'))
      expect(await settle(source, refusing())).toMatchObject({
        where: 'nowhere',
        leftovers,
      })
      expect(source.calls).toEqual([])
    })
  })
})

test('a mistake of ours is no host that cannot be asked', async () => {
  const broken = new FakeHost(there('running'))
  broken.domain = () => Promise.reject(new TypeError('undefined is not a function'))
  await expect(settle(broken, new FakeHost(null))).rejects.toThrow(TypeError)
})
