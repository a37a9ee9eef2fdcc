import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest'

import { getLab, Guest } from '../../../e2e/lab/index.ts'
import type { MigrationDetail } from '../../contract/migration.ts'
import { LabMoves } from './lab-moves.ts'

const MiB = 2 ** 20

/** Writes all round a working set: under a cap of 30 MiB/s it never ends by itself. */
export const endless = {
  fillMiB: 20,
  dirtyMiBps: 60,
  workingSetMiB: 80,
  waveMiB: 0,
  wavePeriodS: 60,
  cacheMiB: 0,
  busy: false,
}

/**
 * Moves between beta and gamma for the tests of one file. What a test makes is gone after it, on both
 * hosts; what cannot be removed fails that test.
 */
export class TestMoves {
  readonly beta = getLab().host('beta')
  readonly gamma = getLab().host('gamma')
  readonly #made = new Set<string>()
  #moves: LabMoves | null = null

  constructor() {
    beforeAll(async () => {
      this.#moves = await new LabMoves(['beta', 'gamma']).start()
    }, 60_000)
    afterAll(() => this.#moves?.close())
    afterEach(async () => {
      const names = [...this.#made]
      this.#made.clear()
      const removed = await Promise.allSettled(
        names.flatMap((name) =>
          [this.beta, this.gamma].map((host) => host.removeGuest(name)),
        ),
      )
      expect(removed.filter(({ status }) => status === 'rejected')).toEqual([])
    })
  }

  get moves(): LabMoves {
    if (!this.#moves) throw new Error('only inside a test')
    return this.#moves
  }

  guestOn(host: string, name: string): Guest {
    return new Guest(getLab().dir, host, name)
  }

  /** A guest of this name may be on either host after the test. */
  expectGuest(name: string): void {
    this.#made.add(name)
  }

  /** Makes a guest on beta; gives its name. */
  async make(
    name: string,
    plan: Omit<Parameters<typeof this.beta.makeGuest>[0], 'name'> = {},
  ): Promise<string> {
    this.expectGuest(name)
    const small = { maximumMiB: 192, network: false, statsPeriodS: 1 }
    await this.beta.makeGuest({ ...small, ...plan, name })
    return name
  }

  /** Waits for the end of a move that is to succeed. */
  async moved(id: string, timeoutMs?: number): Promise<MigrationDetail> {
    const { job, log } = await this.moves.end(id, timeoutMs)
    expect(job.state, JSON.stringify([job.problem, log])).toBe('done')
    const detail = this.moves.detail(id)
    expect(detail.result).toMatchObject({ outcome: 'moved', where: 'target' })
    expect(detail.progressPercent).toBe(100)
    return detail
  }

  /** The guest writes on, as the guest itself counts it. */
  async writesOn(host: string, name: string): Promise<void> {
    // A guest that is emulated beside others may take its time for an answer.
    const patience = { timeout: 30_000, interval: 300 }
    const dirtied = async () => (await this.guestOn(host, name).workload()).dirtiedPages
    const before = await vi.waitFor(dirtied, patience)
    await vi.waitFor(async () => expect(await dirtied()).toBeGreaterThan(before), patience)
  }
}

/** `virsh domjobinfo` as numbers: times in ms, sizes in bytes, the rest as it is. */
export function jobInfo(text: string): Record<string, number> {
  const units: Record<string, number> = {
    B: 1,
    KiB: 1024,
    MiB,
    GiB: 1024 * MiB,
    'B/s': 1,
    'KiB/s': 1024,
    'MiB/s': MiB,
    'GiB/s': 1024 * MiB,
    ms: 1,
    s: 1000,
  }
  const numbers: Record<string, number> = {}
  for (const line of text.split('\n')) {
    const [, key, value, unit = ''] = /^([^:]+):\s+([\d.]+)\s*(\S*)/.exec(line) ?? []
    if (key) numbers[key] = Number(value) * (units[unit] ?? 1)
  }
  return numbers
}
