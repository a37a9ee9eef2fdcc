import { describe, expect, test } from 'vitest'

import { PolicyController } from './policy.ts'
import type { PolicyFacts } from './policy.ts'
import { proxmoxLoop } from './testing/proxmox-loop.ts'
import { simulate } from './testing/simulated-host.ts'
import type { GuestModel, SimulatedGuest } from './testing/simulated-host.ts'

const gib = 1024

/** Looks at the host with each new writing of the guests' statistics. */
function ballastLoop(keepFreeMiB: number) {
  const controller = new PolicyController()
  return (guests: readonly GuestModel[], availableMiB: number, second: number): void => {
    if (second % 2 !== 0) return
    const moves = controller.decide({
      nowMs: 1e12 + second * 1000,
      keepFreeKiB: keepFreeMiB * 1024,
      availableKiB: availableMiB * 1024,
      domains: guests.map(factsOf),
    })
    for (const { name, toKiB } of moves) {
      const guest = guests.find((model) => model.guest.name === name)
      if (guest) guest.targetMiB = toKiB / 1024
    }
  }
}

const factsOf = (model: GuestModel): PolicyFacts => ({
  host: 'alpha',
  uuid: model.guest.name,
  name: model.guest.name,
  state: 'running',
  health: 'ok',
  blocked: model.actualMiB === model.targetMiB ? null : 'resizing',
  nowKiB: Math.round(model.actualMiB * 1024),
  usedKiB: Math.round(model.told.usedMiB * 1024),
  rssKiB: null,
  floorKiB: model.floor?.floorKiB ?? null,
  pressure: model.pressed ? 90 : 0,
  pressed: model.pressed,
  minimumKiB: model.guest.minimumMiB * 1024,
  shares: model.guest.shares,
  ceilingKiB: null,
  maximumKiB: model.guest.maximumMiB * 1024,
  heldUntilMs: 0,
})

const guest = (name: string, part: Partial<SimulatedGuest> = {}): SimulatedGuest => ({
  name,
  maximumMiB: 8 * gib,
  minimumMiB: gib,
  shares: 1000,
  needMiB: () => 2 * gib,
  cacheMiB: 3 * gib,
  ...part,
})

function compare(
  guests: SimulatedGuest[],
  options: { seconds: number; hostMiB: number; ownMiB(second: number): number },
) {
  // The same goal for both: a fifth of the host.
  const keepFreeMiB = options.hostMiB * 0.2
  const all = { ...options, guests, keepFreeMiB }
  return {
    ballast: simulate(all, ballastLoop(keepFreeMiB)),
    proxmox: simulate(all, proxmoxLoop(options.hostMiB)),
  }
}

describe('against the balloon loop of Proxmox', () => {
  test('a host that becomes short has its reserve back sooner', () => {
    const { ballast, proxmox } = compare(
      ['a', 'b', 'c', 'd'].map((name) => guest(name)),
      { seconds: 1800, hostMiB: 48 * gib, ownMiB: (at) => (at < 60 ? gib : 12 * gib) },
    )
    expect(ballast.secondsHostShort).toBeLessThan(60)
    expect(proxmox.secondsHostShort).toBeGreaterThan(ballast.secondsHostShort * 2)
    expect(ballast.swappedOutMiB).toBe(0)
    expect(ballast.moves).toBeLessThan(proxmox.moves)
  })

  test('a guest that wakes up after its memory was taken gets it back sooner', () => {
    const wakes = (at: number) =>
      at < 1200 ? gib : Math.min(15.5 * gib, gib + (at - 1200) * 64)
    const { ballast, proxmox } = compare(
      [guest('sleeper', { maximumMiB: 16 * gib, needMiB: wakes }), guest('b'), guest('c')],
      { seconds: 2400, hostMiB: 48 * gib, ownMiB: () => 14 * gib },
    )
    expect(proxmox.swappedOutMiB).toBeGreaterThan(500)
    expect(ballast.swappedOutMiB).toBeLessThan(proxmox.swappedOutMiB / 5)
    expect(ballast.secondsShort).toBeLessThan(proxmox.secondsShort / 5)
  })

  test('busy guests are not made to swap for a reserve that nobody can fill', () => {
    const busy = (name: string) =>
      guest(name, { needMiB: () => 7 * gib, cacheMiB: 0.5 * gib })
    const { ballast, proxmox } = compare([busy('a'), busy('b'), busy('c'), busy('d')], {
      seconds: 1800,
      hostMiB: 40 * gib,
      ownMiB: () => 6 * gib,
    })
    expect(proxmox.swappedOutMiB).toBeGreaterThan(1000)
    expect(ballast.swappedOutMiB).toBe(0)
    // It says that the host remains short instead.
    expect(ballast.secondsHostShort).toBeGreaterThan(1000)
  })

  test('a use that goes up and down does not make the balloons swing', () => {
    const wave = (at: number) => 2.5 * gib + Math.round(Math.sin(at / 60) * gib)
    const { ballast, proxmox } = compare(
      [guest('wave', { needMiB: wave }), guest('b'), guest('c'), guest('d')],
      { seconds: 3600, hostMiB: 48 * gib, ownMiB: () => 10 * gib },
    )
    expect(ballast.swappedOutMiB).toBe(0)
    expect(ballast.moves).toBeLessThan(proxmox.moves)
  })
})
