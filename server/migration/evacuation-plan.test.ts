import { describe, expect, test } from 'vitest'

import type { PreflightLevel, PreflightTarget } from '../contract/preflight.ts'
import { planEvacuation, togetherMs } from './evacuation-plan.ts'

const mib = 1024
const target = (
  host: string,
  freeMiB: number,
  level: PreflightLevel = 'ok',
): PreflightTarget => ({
  host,
  hostName: host,
  level,
  findings:
    level === 'error'
      ? [
          {
            check: 'network',
            level,
            code: 'network-missing',
            params: { name: 'lan', host },
            remedy: null,
          },
        ]
      : [],
  copyDisks: [],
  copyBytes: 0,
  freeKiB: freeMiB * mib,
  freeAfterKiB: null,
})
const domain = (name: string, memoryMiB: number, targets: PreflightTarget[]) => ({
  host: 'alpha',
  uuid: `uuid-of-${name}`,
  name,
  memoryKiB: memoryMiB * mib,
  targets,
})
const leaving = new Set(['alpha'])
const placesOf = (moves: ReturnType<typeof planEvacuation>) =>
  Object.fromEntries(moves.map(({ name, target: to }) => [name, to]))

describe('a plan', () => {
  test('overfills no target: the sum of what comes fits', () => {
    const targets = [target('beta', 2_600), target('gamma', 1_400)]
    const moves = planEvacuation(
      ['a', 'b', 'c', 'd'].map((name) => domain(name, 1_000, targets)),
      leaving,
    )
    const places = placesOf(moves)
    // Each needs 1,000 MiB and 128 for QEMU: two fit on beta, one on gamma, one stays.
    const count = (host: string | null) =>
      Object.values(places).filter((place) => place === host).length
    expect([count('beta'), count('gamma'), count(null)]).toEqual([2, 1, 1])
  })

  test('who has only one place gets it before who has two', () => {
    const moves = planEvacuation(
      [
        domain('free', 1_000, [target('beta', 1_200), target('gamma', 9_000, 'warning')]),
        domain('bound', 500, [target('beta', 1_200), target('gamma', 9_000, 'error')]),
      ],
      leaving,
    )
    expect(placesOf(moves)).toEqual({ bound: 'beta', free: 'gamma' })
    expect(moves[0]?.name).toBe('bound')
  })

  test('a host without obstacles before one with warnings, however much room that has', () => {
    const [move] = planEvacuation(
      [domain('a', 100, [target('beta', 9_000, 'warning'), target('gamma', 500)])],
      leaving,
    )
    expect(move).toMatchObject({ target: 'gamma', level: 'ok' })
  })

  test('who has nowhere to go says why', () => {
    const [move] = planEvacuation(
      [domain('a', 100, [target('beta', 9_000, 'error')])],
      leaving,
    )
    expect(move).toMatchObject({ target: null, level: 'error' })
    expect(move?.findings[0]?.code).toBe('network-missing')
  })

  test('nothing goes to the host that is emptied, nor to one whose room is unknown', () => {
    const unknown = { ...target('gamma', 0), freeKiB: null }
    const [move] = planEvacuation(
      [domain('a', 100, [target('alpha', 9_000), unknown])],
      leaving,
    )
    expect(move?.target).toBeNull()
  })
})

describe('the time of all moves', () => {
  const moves = [10, 20, 30].map((totalMs) => ({ totalMs, target: 'beta' }))

  test('without a cap they share the link: as long as one after the other', () => {
    expect(togetherMs(moves, 3, 1)).toBe(60)
  })
  test('with caps that the link feeds, as many at once as asked for', () => {
    expect(togetherMs(moves, 2, 4)).toBe(30)
    expect(togetherMs(moves, 8, 8)).toBe(30)
  })
  test('is not known when one of them never ends', () => {
    expect(togetherMs([...moves, { totalMs: null, target: 'beta' }], 2, 1)).toBeNull()
    expect(togetherMs([{ totalMs: 5, target: null }], 2, 1)).toBeNull()
  })
})
