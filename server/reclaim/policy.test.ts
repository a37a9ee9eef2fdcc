import { describe, expect, test } from 'vitest'

import {
  calmMs,
  handsOffMs,
  PolicyController,
  quietMs,
  returnEveryMs,
  takeEveryMs,
} from './policy.ts'
import type { PolicyFacts, PolicyInput } from './policy.ts'

const mib = 1024
const gib = 1024 * mib

const guest = (uuid: string, part: Partial<PolicyFacts> = {}): PolicyFacts => ({
  host: 'alpha',
  uuid,
  name: uuid,
  state: 'running',
  health: 'ok',
  blocked: null,
  nowKiB: 8 * gib,
  usedKiB: 2 * gib,
  rssKiB: 8 * gib,
  floorKiB: 3 * gib,
  pressure: 0,
  pressed: false,
  minimumKiB: null,
  shares: 1000,
  ceilingKiB: null,
  maximumKiB: 8 * gib,
  heldUntilMs: 0,
  ...part,
})
const look = (domains: PolicyFacts[], part: Partial<PolicyInput> = {}): PolicyInput => ({
  nowMs: 1_000_000,
  keepFreeKiB: 4 * gib,
  availableKiB: 3 * gib,
  domains,
  ...part,
})
const moved = (moves: { uuid: string; fromKiB: number; toKiB: number }[]) =>
  Object.fromEntries(
    moves.map(({ uuid, fromKiB, toKiB }) => [uuid, (toKiB - fromKiB) / mib]),
  )

describe('a guest that falls silent', () => {
  test('after it gave has it back, a quarter each 2 s, and gives nothing for a while', () => {
    const controller = new PolicyController()
    const [take] = controller.decide(look([guest('a')]))
    expect(take).toMatchObject({ why: 'host-short', fromKiB: 8 * gib })
    const silent = guest('a', { nowKiB: take!.toKiB, health: 'stale' })
    const room = { availableKiB: 4 * gib, nowMs: 1_020_000 }
    const [give] = controller.decide(look([silent], room))
    expect(give).toMatchObject({ why: 'guest-silent', toKiB: 8 * gib })
    const again = guest('a', { nowKiB: 8 * gib })
    expect(controller.decide(look([again], { nowMs: 1_040_000 }))).toEqual([])
  })

  test('and takes nothing of the help is asked once, until it grows or speaks; nobody gives for it', () => {
    const controller = new PolicyController()
    controller.restore('a', 8 * gib)
    const at = (ms: number, part: Partial<PolicyFacts>) =>
      moved(
        controller.decide(
          look([guest('a', { nowKiB: 4 * gib, health: 'stale', ...part }), guest('b')], {
            nowMs: 1_000_000 + ms,
            availableKiB: 4 * gib,
          }),
        ),
      )
    expect(at(0, {})).toMatchObject({ a: 1024, b: expect.any(Number) })
    expect(at(takeEveryMs, {})).toEqual({})
    expect(at(handsOffMs, {})).toEqual({})
    // It took a part.
    expect(at(handsOffMs + 2_000, { nowKiB: 5 * gib })).toMatchObject({ a: 1280 })
    expect(at(handsOffMs + 12_000, { nowKiB: 5 * gib })).toEqual({})
    // It spoke, and fell silent again.
    expect(at(handsOffMs + 14_000, { nowKiB: 5 * gib, health: 'ok' })).toEqual({})
    expect(at(handsOffMs + 16_000, { nowKiB: 5 * gib })).toMatchObject({ a: 1280 })
  })

  test('is helped later when the host had nothing to give at first', () => {
    const controller = new PolicyController()
    controller.restore('a', 8 * gib)
    const silent = guest('a', { nowKiB: 4 * gib, health: 'stale' })
    expect(controller.decide(look([silent], { availableKiB: gib }))).toEqual([])
    const room = { nowMs: 1_002_000, availableKiB: 4 * gib }
    expect(moved(controller.decide(look([silent], room)))).toEqual({ a: 1024 })
  })

  test('without having given is left alone', () => {
    const silent = guest('a', { nowKiB: 4 * gib, health: 'stale' })
    expect(new PolicyController().decide(look([silent]))).toEqual([])
  })
})

describe('taking', () => {
  test('what is missing and half a band, spread by what each has to spare and its shares', () => {
    const moves = new PolicyController().decide(
      look([guest('a'), guest('b', { shares: 2000 })], { availableKiB: 3.5 * gib }),
    )
    // 512 MiB are missing, a tenth of 4 GiB is the band: 512 + 205 MiB.
    expect(moved(moves)).toEqual({ a: -478, b: -239 })
    expect(moves.every(({ why }) => why === 'host-short')).toBe(true)
  })

  test('an eighth of a guest at a time, less when it comes near its floor, never below', () => {
    const controller = new PolicyController()
    let nowKiB = 8 * gib
    const steps: number[] = []
    for (let round = 0; round < 40; round++) {
      const nowMs = 1_000_000 + round * takeEveryMs
      const domains = [guest('a', { nowKiB })]
      const [move] = controller.decide(look(domains, { nowMs, availableKiB: 0 }))
      if (!move) break
      steps.push((move.fromKiB - move.toKiB) / mib)
      nowKiB = move.toKiB
    }
    expect(steps[0]).toBe(1024)
    expect(steps.at(-1)).toBeLessThan(64)
    expect(nowKiB).toBeGreaterThanOrEqual(3 * gib)
    expect(nowKiB).toBeLessThan(3 * gib + 16 * mib)
  })

  test('rests between two takes from the same guest', () => {
    const controller = new PolicyController()
    const domains = [guest('a')]
    const at = (ms: number) => controller.decide(look(domains, { nowMs: 1_000_000 + ms }))
    expect(at(0)).toHaveLength(1)
    expect(at(2_000)).toHaveLength(0)
    expect(at(takeEveryMs - 1)).toHaveLength(0)
    expect(at(takeEveryMs)).toHaveLength(1)
  })

  test('keeps to the minimum, and leaves alone whom it must', () => {
    const at = (part: Partial<PolicyFacts>) =>
      new PolicyController().decide(look([guest('a', part)], { availableKiB: 0 }))
    expect(moved(at({ minimumKiB: 8 * gib - 100 * mib }))).toEqual({ a: -50 })
    expect(at({ minimumKiB: 8 * gib })).toEqual([])
    expect(at({ shares: 0 })).toEqual([])
    expect(at({ pressed: true })).toEqual([])
    expect(at({ health: 'stale' })).toEqual([])
    expect(at({ health: 'no-driver' })).toEqual([])
    expect(at({ state: 'shut-off', health: 'not-running' })).toEqual([])
    expect(at({ blocked: 'busy' })).toEqual([])
    expect(at({ blocked: 'resizing' })).toEqual([])
    expect(at({ floorKiB: null })).toEqual([])
    expect(at({ heldUntilMs: 1_000_000 + handsOffMs })).toEqual([])
    expect(at({ heldUntilMs: 999_999 })).toHaveLength(1)
  })

  test('nothing is done on the line, nor within two bands above it', () => {
    const controller = new PolicyController()
    controller.restore('a', 8 * gib)
    const at = (availableKiB: number) =>
      controller.decide(look([guest('a', { nowKiB: 6 * gib })], { availableKiB }))
    expect(at(4 * gib)).toEqual([])
    expect(at(4 * gib + 800 * mib)).toEqual([])
    expect(at(4 * gib - mib)).toHaveLength(1)
  })

  test('not from a guest that was short a while ago', () => {
    const controller = new PolicyController()
    controller.decide(look([guest('a', { pressed: true })]))
    expect(
      controller.decide(look([guest('a')], { nowMs: 1_000_000 + calmMs - 1 })),
    ).toEqual([])
    expect(
      controller.decide(look([guest('a')], { nowMs: 1_000_000 + calmMs })),
    ).toHaveLength(1)
  })
})

describe('help for a guest that becomes short', () => {
  const short = { nowKiB: 4 * gib, pressed: true, pressure: 80 }

  test('comes at once and as a quarter of the guest, up to what it had', () => {
    const controller = new PolicyController()
    controller.restore('a', 8 * gib)
    const moves = controller.decide(look([guest('a', short)], { availableKiB: 20 * gib }))
    expect(moved(moves)).toEqual({ a: 1024 })
    expect(moves[0]?.why).toBe('guest-pressure')
    const again = look([guest('a', { ...short, nowKiB: 5 * gib })], {
      nowMs: 1_002_000,
      availableKiB: 19 * gib,
    })
    expect(moved(controller.decide(again))).toEqual({ a: 1280 })
  })

  test('comes before pressure when the use rises above what is left to it', () => {
    const controller = new PolicyController()
    controller.restore('a', 8 * gib)
    const rising = guest('a', { nowKiB: 4 * gib, floorKiB: 7 * gib })
    const moves = controller.decide(look([rising], { availableKiB: 20 * gib }))
    expect(moves[0]).toMatchObject({ why: 'guest-pressure', toKiB: 7 * gib })
  })

  test('may use half of the reserve, and what is missing then comes from the others', () => {
    const controller = new PolicyController()
    controller.restore('a', 8 * gib)
    const moves = controller.decide(
      look([guest('a', short), guest('b')], { availableKiB: 2.5 * gib }),
    )
    expect(moved(moves)).toEqual({ a: 512, b: -1024 })
    const none = new PolicyController()
    none.restore('a', 8 * gib)
    expect(none.decide(look([guest('a', short)], { availableKiB: 2 * gib }))).toEqual([])
  })

  test('gives nobody more than it had, unless a maximum says so', () => {
    const at = (part: Partial<PolicyFacts>) =>
      new PolicyController().decide(
        look([guest('a', { ...short, ...part })], { availableKiB: 20 * gib }),
      )
    expect(at({})).toEqual([])
    expect(moved(at({ ceilingKiB: 4.5 * gib }))).toEqual({ a: 512 })
    expect(moved(at({ ceilingKiB: 99 * gib, maximumKiB: 4.25 * gib }))).toEqual({ a: 256 })
  })

  test('is not for guests that somebody resized by hand', () => {
    const controller = new PolicyController()
    controller.restore('a', 8 * gib)
    const held = guest('a', { ...short, heldUntilMs: 2_000_000 })
    expect(controller.decide(look([held], { availableKiB: 20 * gib }))).toEqual([])
  })
})

describe('giving back', () => {
  test('slowly, only of the room there is, and until it has what it had', () => {
    const controller = new PolicyController()
    controller.restore('a', 8 * gib)
    let nowKiB = 4 * gib
    let nowMs = 1_000_000
    const sizes: number[] = []
    for (let round = 0; round < 10 && controller.baselineKiB('a') !== null; round++) {
      const domains = [guest('a', { nowKiB })]
      const [move] = controller.decide(look(domains, { nowMs, availableKiB: 30 * gib }))
      if (move) {
        nowKiB = move.toKiB
        sizes.push(nowKiB / gib)
      }
      expect(
        controller.decide(look(domains, { nowMs: nowMs + 2_000, availableKiB: 30 * gib })),
      ).toEqual([])
      nowMs += returnEveryMs
    }
    expect(sizes).toEqual([5, 6.25, 7.8125, 8])
    expect(controller.baselineKiB('a')).toBeNull()
  })

  test('not within a minute after a take: nothing swings', () => {
    const controller = new PolicyController()
    controller.decide(look([guest('a')], { availableKiB: 3 * gib }))
    const at = (ms: number) =>
      controller.decide(
        look([guest('a', { nowKiB: 7 * gib })], {
          nowMs: 1_000_000 + ms,
          availableKiB: 9 * gib,
        }),
      )
    expect(at(quietMs - 1)).toEqual([])
    expect(at(quietMs)).toHaveLength(1)
  })

  test('nothing of what somebody else set', () => {
    const controller = new PolicyController()
    controller.restore('a', 8 * gib)
    controller.forget('a')
    expect(
      controller.decide(
        look([guest('a', { nowKiB: 4 * gib })], { availableKiB: 30 * gib }),
      ),
    ).toEqual([])
  })
})
