import type { SafeFloor } from '../../contract/memory.ts'
import { PeakWindow, safeFloorOf } from '../../memory/safe-floor.ts'

/*
 * A host with guests whose use somebody sets second by second. Only what matters for the comparison
 * of two ways to move balloons: a guest whose use is above its balloon swaps, one that has free
 * memory fills it with cache, a balloon moves at a finite speed. All MiB and seconds.
 */

export interface SimulatedGuest {
  name: string
  maximumMiB: number
  minimumMiB: number
  shares: number
  /** What its programs need at a second. */
  needMiB(second: number): number
  /** How much cache it keeps when it has the room. */
  cacheMiB: number
}

/** What a balloon moves in a second, MiB: a guest under KVM gives about a GiB. */
const balloonMiBps = 512
/** The guest's own kernel, MiB. */
const kernelMiB = 100
/** Statistics come this often, s: the period that both Ballast and Proxmox set. */
const periodSeconds = 2

export class GuestModel {
  readonly guest: SimulatedGuest
  actualMiB: number
  targetMiB: number
  swappedMiB = 0
  /** What was written out in all, MiB. */
  swappedOutMiB = 0
  secondsShort = 0
  usedMiB = 0
  freeMiB = 0
  floor: SafeFloor | null = null
  readonly #peak = new PeakWindow()
  /** What the newest statistics said. */
  told = { usedMiB: 0, freeMiB: 0, swapping: false }

  constructor(guest: SimulatedGuest) {
    this.guest = guest
    this.actualMiB = guest.maximumMiB
    this.targetMiB = guest.maximumMiB
  }

  tick(second: number): void {
    const way = this.targetMiB - this.actualMiB
    this.actualMiB += Math.sign(way) * Math.min(Math.abs(way), balloonMiBps)
    const need = this.guest.needMiB(second) + kernelMiB
    const beyond = Math.max(0, need - this.actualMiB)
    const out = Math.max(0, beyond - this.swappedMiB)
    this.swappedOutMiB += out
    if (beyond > 0) this.secondsShort++
    this.swappedMiB = beyond
    this.usedMiB = need - beyond
    const rest = this.actualMiB - this.usedMiB
    this.freeMiB = Math.max(0, rest - this.guest.cacheMiB)
    if (second % periodSeconds !== 0) return
    this.told = { usedMiB: this.usedMiB, freeMiB: this.freeMiB, swapping: out > 0 }
    this.#peak.add((this.usedMiB - kernelMiB) * 1024, second * 1000)
    this.floor = safeFloorOf(
      this.#peak.max(second * 1000),
      kernelMiB * 1024,
      this.guest.maximumMiB * 1024,
      this.floor,
    )
  }

  /** As the gauge would: hardly anything left, or swap moving. */
  get pressed(): boolean {
    return this.told.swapping || this.actualMiB - this.told.usedMiB < this.actualMiB * 0.04
  }
}

export interface Outcome {
  swappedOutMiB: number
  secondsShort: number
  /** How long the host had less than it should, s. */
  secondsHostShort: number
  moves: number
}

/** Runs one way of moving balloons over a host. */
export function simulate(
  options: {
    seconds: number
    hostMiB: number
    keepFreeMiB: number
    /** What the host itself needs at a second. */
    ownMiB(second: number): number
    guests: readonly SimulatedGuest[]
  },
  loop: (guests: readonly GuestModel[], availableMiB: number, second: number) => void,
): Outcome {
  const guests = options.guests.map((guest) => new GuestModel(guest))
  let secondsHostShort = 0
  let moves = 0
  for (let second = 0; second < options.seconds; second++) {
    for (const guest of guests) guest.tick(second)
    const takenMiB = guests.reduce((sum, { actualMiB }) => sum + actualMiB, 0)
    const availableMiB = options.hostMiB - options.ownMiB(second) - takenMiB
    // What the page allocator still has on its way does not count as short.
    if (availableMiB < options.keepFreeMiB - 10) secondsHostShort++
    const before = guests.map(({ targetMiB }) => targetMiB)
    loop(guests, availableMiB, second)
    moves += guests.filter(({ targetMiB }, at) => targetMiB !== before[at]).length
  }
  return {
    swappedOutMiB: guests.reduce((sum, { swappedOutMiB }) => sum + swappedOutMiB, 0),
    secondsShort: guests.reduce((sum, { secondsShort }) => sum + secondsShort, 0),
    secondsHostShort,
    moves,
  }
}
