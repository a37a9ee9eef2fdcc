import { describe, expect, test } from 'vitest'

import type { Pressure } from '../contract/pressure.ts'
import { PressureGauge } from './pressure.ts'
import { ShrinkCourse, shrinkRules, shrinkStepKiB } from './shrink.ts'
import type { ShrinkOrder } from './shrink.ts'

const MiB = 1024
const calm: Pressure = { score: 0, level: 'calm', reasons: [] }

/** A guest as the lab's: a kernel's reserve, some use, and statistics every second. */
class Guest {
  actualKiB: number
  usedKiB: number
  /** KiB a second that the balloon moves; 0 = the guest gives nothing. */
  speedKiB = 1024 * MiB
  /** The balloon goes no lower. */
  leastKiB = 0
  silent = false
  /** How often it writes its statistics, s. */
  everyS = 1
  /** The least it ever had left; its kernel kills below 0. */
  leastUsableKiB = Infinity
  readonly #gauge = new PressureGauge()
  #targetKiB: number
  #statsAtMs: number | null = null
  #saidKiB: number | null = null

  constructor(actualKiB: number, usedKiB: number) {
    this.actualKiB = actualKiB
    this.#targetKiB = actualKiB
    this.usedKiB = usedKiB
  }

  send(toKiB: number): void {
    this.#targetKiB = toKiB
  }

  second(atMs: number) {
    const way = this.#targetKiB - this.actualKiB
    this.actualKiB += Math.sign(way) * Math.min(Math.abs(way), this.speedKiB)
    this.actualKiB = Math.max(this.actualKiB, this.leastKiB)
    const totalKiB = this.actualKiB - 32 * MiB
    const usableKiB = Math.max(0, totalKiB - this.usedKiB)
    this.leastUsableKiB = Math.min(this.leastUsableKiB, totalKiB - this.usedKiB)
    if (!this.silent && (atMs / 1000) % this.everyS === 0) {
      const rates = { swapInKiBps: 0, swapOutKiBps: 0, majorFaultsPerS: 0 }
      this.#gauge.add({ usableKiB, totalKiB, vcpuWaitPercent: 0, ...rates }, atMs)
      this.#statsAtMs = atMs
      this.#saidKiB = usableKiB
    }
    const old = this.#statsAtMs === null || atMs - this.#statsAtMs > 3_000 * this.everyS
    return {
      actualKiB: this.actualKiB,
      usableKiB: this.#saidKiB,
      pressure: old ? null : this.#gauge.pressure,
      momentaryPressure: this.#gauge.momentary,
      statsAtMs: this.#statsAtMs,
    }
  }
}

function run(guest: Guest, targetKiB: number, at?: (second: number) => void) {
  const course = new ShrinkCourse(guest.actualKiB, targetKiB, 0)
  const sent: number[] = []
  for (let second = 1; second < 600; second++) {
    at?.(second)
    const order = course.next(guest.second(second * 1000), second * 1000)
    if (order.kind === 'send') {
      sent.push(order.toKiB)
      guest.send(order.toKiB)
    }
    if (order.kind === 'end') return { end: order, sent, seconds: second, course }
  }
  throw new Error('the shrink did not end')
}

describe('a shrink', () => {
  test('of an idle guest gets there in some steps, and is watched at the end', () => {
    const guest = new Guest(2048 * MiB, 200 * MiB)
    const { end, sent, seconds } = run(guest, 1024 * MiB)
    expect(end).toEqual({ kind: 'end', status: 'reached', cause: null })
    expect(sent).toEqual([1792, 1536, 1280, 1024].map((mib) => mib * MiB))
    expect(seconds * 1000).toBeGreaterThan(shrinkRules.watchMs)
    expect(seconds).toBeLessThan(30)
  })

  test('of 60 GiB goes a GiB at a time and takes minutes, not hours', () => {
    const guest = new Guest(64 * 1024 * MiB, 512 * MiB)
    const { sent, seconds } = run(guest, 4 * 1024 * MiB)
    expect(sent).toHaveLength(60)
    expect(seconds).toBeLessThan(240)
  })

  test('of a guest whose use rises turns back, to where the guest is calm', () => {
    const guest = new Guest(1024 * MiB, 300 * MiB)
    const { end, sent, course } = run(guest, 420 * MiB, (second) => {
      if (second === 6) guest.usedKiB = 560 * MiB
    })
    expect(end).toMatchObject({ status: 'turned-back', cause: 'pressure' })
    const lowest = Math.min(...sent)
    expect(course.lowestKiB).toBe(lowest)
    expect(sent.at(-1)).toBeGreaterThan(lowest)
    // Room again: what it uses, its kernel's reserve and more than a sliver.
    expect(guest.actualKiB).toBeGreaterThan((560 + 32 + 20) * MiB)
    expect(guest.actualKiB).toBeLessThanOrEqual(1024 * MiB)
  })

  test('that presses the guest while it is watched turns back after the target too', () => {
    const guest = new Guest(1024 * MiB, 300 * MiB)
    const { end } = run(guest, 512 * MiB, (second) => {
      if (guest.actualKiB === 512 * MiB && second > 14) guest.usedKiB = 480 * MiB
    })
    expect(end).toMatchObject({ status: 'turned-back', cause: 'pressure' })
    expect(guest.actualKiB).toBeGreaterThan(512 * MiB)
  })

  test('of a guest already pressed is not begun', () => {
    const { end, sent } = run(new Guest(512 * MiB, 478 * MiB), 400 * MiB)
    expect(end).toMatchObject({ status: 'turned-back', cause: 'pressure' })
    expect(sent).toEqual([])
  })

  test('turns back where the guest has no more to give: its kernel finds no page', () => {
    const guest = new Guest(1024 * MiB, 100 * MiB)
    guest.leastKiB = 700 * MiB
    const { end, course } = run(guest, 256 * MiB)
    expect(end).toEqual({ kind: 'end', status: 'turned-back', cause: 'stalled' })
    expect(course.lowestKiB).toBe(700 * MiB)
    expect(guest.actualKiB).toBeGreaterThan(700 * MiB)
  })

  test('turns back when the guest takes memory back by itself', () => {
    const guest = new Guest(1024 * MiB, 200 * MiB)
    const { end } = run(guest, 512 * MiB, (second) => {
      if (second !== 7) return
      guest.actualKiB += 64 * MiB
      guest.speedKiB = 0
    })
    expect(end).toMatchObject({ status: 'turned-back', cause: 'took-back' })
  })

  test('turns back all the way when the guest falls silent', () => {
    const guest = new Guest(1024 * MiB, 200 * MiB)
    const { end } = run(guest, 512 * MiB, (second) => {
      if (second === 5) guest.silent = true
    })
    expect(end).toMatchObject({ status: 'turned-back', cause: 'silent' })
    expect(guest.actualKiB).toBe(1024 * MiB)
  })

  test('gives a silent guest half of all it gave at the first step', () => {
    const guest = new Guest(1024 * MiB, 200 * MiB)
    let fellSilentAt = 0
    const { sent, seconds } = run(guest, 512 * MiB, (second) => {
      if (guest.actualKiB > 640 * MiB || guest.silent) return
      guest.silent = true
      fellSilentAt = second
    })
    const lowest = Math.min(...sent)
    expect(sent[sent.indexOf(lowest) + 1]).toBeGreaterThanOrEqual((1024 * MiB + lowest) / 2)
    // 12 s until it is believed, then some steps of 4 s.
    expect(seconds - fellSilentAt).toBeLessThan(25)
  })

  test('takes nothing more from a guest that is late, and goes on when it is heard again', () => {
    const guest = new Guest(1024 * MiB, 200 * MiB)
    guest.speedKiB = 4 * MiB
    const heldAt: number[] = []
    const { end, sent } = run(guest, 512 * MiB, (second) => {
      guest.silent = second >= 5 && second < 15
      if (second === 12 || second === 14) heldAt.push(guest.actualKiB)
    })
    expect(heldAt[0]).toBe(heldAt[1])
    expect(sent).toContain(heldAt[0])
    expect(end).toMatchObject({ status: 'reached' })
  })

  test('turns back while the guest is calm still, when its use rises faster than it can tell', () => {
    const guest = new Guest(1024 * MiB, 300 * MiB)
    guest.everyS = 2
    let wanted = 0
    const { end } = run(guest, 420 * MiB, () => {
      if (guest.actualKiB > 600 * MiB && wanted === 0) return
      wanted = Math.min(400 * MiB, wanted + 40 * MiB)
      guest.usedKiB = 300 * MiB + wanted
    })
    expect(end).toMatchObject({ status: 'turned-back', cause: 'pressure' })
    expect(guest.leastUsableKiB).toBeGreaterThan(32 * MiB)
  })

  test('is not afraid of a use that rises while there is plenty', () => {
    const guest = new Guest(8192 * MiB, 300 * MiB)
    const { end } = run(guest, 4096 * MiB, () => {
      if (guest.usedKiB < 1500 * MiB) guest.usedKiB += 50 * MiB
    })
    expect(end).toMatchObject({ status: 'reached' })
  })

  test('gives back at once to a guest that is nearly out of memory', () => {
    const guest = new Guest(1024 * MiB, 300 * MiB)
    let filledAt = 0
    const { sent, course, seconds } = run(guest, 512 * MiB, (second) => {
      if (guest.actualKiB > 600 * MiB || filledAt > 0) return
      filledAt = second
      guest.usedKiB = guest.actualKiB - 34 * MiB
    })
    const back = sent[sent.indexOf(course.lowestKiB) + 1] ?? 0
    expect(back).toBeGreaterThanOrEqual((1024 * MiB + course.lowestKiB) / 2)
    expect(seconds - filledAt).toBeLessThan(12)
  })

  test('without any statistics goes on blindly, a rest after each step', () => {
    const guest = new Guest(1024 * MiB, 200 * MiB)
    guest.silent = true
    const { end, sent, seconds } = run(guest, 512 * MiB)
    expect(end).toMatchObject({ status: 'reached' })
    expect(sent.length).toBeGreaterThan(4)
    expect(seconds).toBeGreaterThan(sent.length * 2)
  })

  test('is not stalled by a host that did not answer meanwhile', () => {
    const course = new ShrinkCourse(1024 * MiB, 512 * MiB, 0)
    const look = {
      actualKiB: 1024 * MiB,
      usableKiB: 700 * MiB,
      pressure: calm,
      momentaryPressure: 0,
      statsAtMs: 0,
    }
    expect(course.next(look, 1000)).toMatchObject({ kind: 'send' })
    course.pause(60_000)
    expect(course.next(look, 61_000)).toEqual<ShrinkOrder>({ kind: 'wait' })
  })
})

describe('a step', () => {
  test.each([
    ['a quarter of the way', 2048, 2048, 8192, 512],
    ['a quarter of what can be spared', 2048, 2048, 400, 100],
    ['at least 16 MiB', 64, 64, 40, 16],
    ['at most half of what can be spared', 64, 64, 20, 10],
    ['not all at the end, when that is more than half', 64, 12, 16, 8],
    ['at most 1 GiB', 65_536, 65_536, 65_536, 1024],
    ['no crumb at the end', 100, 30, 1000, 30],
  ])('is %s', (_name, whole, left, usable, step) => {
    const look = { usableKiB: usable * MiB, pressure: calm }
    expect(shrinkStepKiB(whole * MiB, left * MiB, look)).toBe(step * MiB)
  })

  test('is half as large when the guest is tight', () => {
    const tight: Pressure = { score: 40, level: 'tight', reasons: [] }
    const look = { usableKiB: 8192 * MiB, pressure: tight }
    expect(shrinkStepKiB(2048 * MiB, 2048 * MiB, look)).toBe(256 * MiB)
  })

  test('is half as large when the guest hardly gets a CPU', () => {
    const waits = { signal: 'vcpu-wait', score: 25, value: 55 } as const
    const starved: Pressure = { score: 25, level: 'calm', reasons: [waits] }
    const look = { usableKiB: 8192 * MiB, pressure: starved }
    expect(shrinkStepKiB(2048 * MiB, 2048 * MiB, look)).toBe(256 * MiB)
  })
})
