import { describe, expect, test } from 'vitest'

import { TestMoves } from './testing/test-moves.ts'

/* Options of a move, by what they lead to. */

const lab = new TestMoves()
const { beta, gamma } = lab

describe('the options', () => {
  test('name, paused, transient, kept on the source, compression, parallel streams', async () => {
    const name = await lab.make('mover-options')
    lab.expectGuest('mover-renamed')
    const id = await lab.moves.begin(name, 'beta', 'gamma', {
      destinationName: 'mover-renamed',
      paused: true,
      persistent: false,
      undefineSource: false,
      compression: ['xbzrle'],
    })
    const { result } = await lab.moved(id)
    expect(result?.check).toBeNull()
    expect(result?.final?.compression).not.toBeNull()
    expect(await gamma.virsh('domstate', 'mover-renamed', '--reason')).toContain('paused')
    expect(await gamma.virsh('dominfo', 'mover-renamed')).toMatch(/Persistent:\s+no/)
    expect((await beta.virsh('domstate', name)).trim()).toBe('shut off')
  }, 60_000)

  test('parallel connections and a listen address', async () => {
    const name = await lab.make('mover-parallel')
    const options = { parallelConnections: 2, listenAddress: gamma.address }
    await lab.moved(await lab.moves.begin(name, 'beta', 'gamma', options))
  }, 60_000)
})
