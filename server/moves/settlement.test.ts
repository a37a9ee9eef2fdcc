import { describe, expect, test } from 'vitest'

import type { DomainThere } from './move-end.ts'
import { settle } from './settlement.ts'
import type { MoveFacts, Seen } from './settlement.ts'

const facts: MoveFacts = {
  wasPaused: false,
  offline: false,
  direct: true,
  undefineSource: true,
  persistent: true,
  targetKnewIt: false,
}
const seen = (
  state: DomainThere['state'],
  reason: string,
  job: DomainThere['job'] = null,
) => ({ name: 'web1', state, reason, persistent: true, job }) satisfies Seen

const running = seen('running', 'booted')
const migrated = seen('running', 'migrated')
const sending = seen('running', 'booted', 'migration-out')
const handedOver = seen('paused', 'migration')
const incoming = seen('paused', 'migration')
const off = seen('shutoff', 'migrated')
const postCopyFailed = seen('paused', 'postcopy-failed')

const next = (source: Seen, target: Seen, more: Partial<MoveFacts> = {}) => {
  const settlement = settle(source, target, { ...facts, ...more })
  return settlement.do === 'nothing' ? settlement.where : settlement.do
}

describe('what is done so that the guest runs in exactly one place', () => {
  test.each<[string, Seen, Seen, string]>([
    ['it never left', running, 'absent', 'source'],
    ['it arrived', off, migrated, 'undefine-source'],
    ['it arrived and the source has forgotten it', 'absent', migrated, 'target'],
    ['it arrived and the source was not told', handedOver, migrated, 'destroy-source'],
    ['the target has half of it', running, incoming, 'destroy-target'],
    ['both wait for a word', handedOver, incoming, 'destroy-target'],
    ['the target has nothing of it', handedOver, 'absent', 'resume-source'],
    ['nobody is left to end what sends', sending, incoming, 'abort-source'],
    ['a definition was left behind', running, off, 'undefine-target'],
    ['the source is gone with it', off, 'absent', 'nowhere'],
    ['it runs twice', running, migrated, 'both'],
  ])('%s', (_what, source, target, expected) => {
    expect(next(source, target)).toBe(expected)
  })

  test('nothing is started while it might run elsewhere', () => {
    expect(next(handedOver, 'unreachable')).toBe('wait')
    expect(next('unreachable', incoming)).toBe('wait')
    expect(next('unreachable', 'absent')).toBe('wait')
    expect(next('unreachable', 'unreachable')).toBe('wait')
  })

  test('nothing is ended unless it runs elsewhere', () => {
    const ending = ['destroy-source', 'undefine-source']
    for (const target of ['absent', 'unreachable', incoming, off] as Seen[]) {
      for (const source of [running, handedOver, off, sending] as Seen[]) {
        expect(ending).not.toContain(next(source, target))
      }
    }
    // Two that run are never touched: only a person knows which one is right.
    expect(next(running, running)).toBe('both')
  })

  test("a peer-to-peer move that still sends is its source's", () => {
    expect(next(sending, incoming, { direct: false })).toBe('wait')
  })

  test('what was paused before stays paused', () => {
    expect(next(seen('paused', 'user'), 'absent', { wasPaused: true })).toBe('source')
    expect(next(seen('paused', 'migration'), 'absent', { wasPaused: true })).toBe('source')
  })

  test('a definition that the target had before is kept', () => {
    expect(next(running, off, { targetKnewIt: true })).toBe('source')
    expect(next(handedOver, off, { targetKnewIt: true })).toBe('resume-source')
  })

  test('a source that keeps its definition is left alone', () => {
    expect(next(off, migrated, { undefineSource: false })).toBe('target')
  })

  test('a broken post-copy is not touched: both halves are needed', () => {
    expect(settle(postCopyFailed, postCopyFailed, facts)).toMatchObject({
      do: 'nothing',
      postCopyFailed: true,
    })
    expect(next(seen('paused', 'postcopy'), seen('running', 'postcopy'))).toBe('wait')
  })

  test('an offline move is one of definitions', () => {
    const offline = { offline: true }
    expect(next(off, 'absent', offline)).toBe('source')
    expect(next(off, off, offline)).toBe('undefine-source')
    expect(next('absent', off, offline)).toBe('target')
    expect(next('absent', 'absent', offline)).toBe('nowhere')
  })

  test('a definition is removed only when the other one is written down', () => {
    const unwritten = { ...off, persistent: false }
    expect(settle(off, unwritten, { ...facts, offline: true })).toEqual({
      do: 'forget-target',
    })
    expect(settle('absent', unwritten, { ...facts, offline: true })).toEqual({
      do: 'nothing',
      where: 'target',
      unwritten: true,
    })
    const transient = { ...migrated, persistent: false }
    expect(settle(off, transient, facts)).toEqual({
      do: 'nothing',
      where: 'target',
      unwritten: true,
    })
    expect(settle(running, unwritten, facts)).toEqual({ do: 'nothing', where: 'source' })
    // Asked to be so.
    expect(next(off, transient, { persistent: false })).toBe('undefine-source')
  })

  test('an older definition on the target does not stand for the one that was to come', () => {
    const known = { ...facts, offline: true, targetKnewIt: true }
    expect(settle(off, off, known)).toEqual({ do: 'nothing', where: 'source' })
    expect(settle(off, off, known, true)).toEqual({ do: 'undefine-source' })
  })
})
