import { describe, expect, it } from 'vitest'

import { domainAction } from '../../server/contract/domain.ts'
import { lifecycleActions } from './domain-actions.ts'

const able = { hostOffline: false, mayOperate: true }

const startBlocked = (domain: Parameters<typeof lifecycleActions>[0]) =>
  lifecycleActions(domain)[0]?.blocked

describe('lifecycleActions', () => {
  it('always lists all of them', () => {
    const listed = lifecycleActions({ ...able, state: 'shut-off' }).map((e) => e.action)
    expect(listed).toEqual(domainAction.options)
  })

  it('allows what the state allows', () => {
    const free = lifecycleActions({ ...able, state: 'shut-off' }).filter((e) => !e.blocked)
    expect(free.map((e) => e.action)).toEqual(['start'])
  })

  it('names the role before the host, and the host before the state', () => {
    const state = 'running'
    expect(startBlocked({ state, hostOffline: true, mayOperate: false })).toBe('role')
    expect(startBlocked({ state, hostOffline: true, mayOperate: true })).toBe('hostOffline')
    expect(startBlocked({ state, ...able })).toBe('alreadyRunning')
  })

  it('warns before what may lose data', () => {
    const danger = lifecycleActions({ ...able, state: 'running' })
      .filter((e) => e.question === 'danger')
      .map((e) => e.action)
    expect(danger).toEqual(['reset', 'destroy'])
  })
})
