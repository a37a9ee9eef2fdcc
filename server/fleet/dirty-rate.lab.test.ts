import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import type { Guest } from '../../e2e/lab/index.ts'
import type { DirtyRateDetail } from '../contract/dirty-rate.ts'
import { ProblemError } from '../contract/problem.ts'
import { LabFleet } from './testing/lab-fleet.ts'

let it: LabFleet
let db1: Guest
let app1: Guest

beforeAll(async () => {
  it = await new LabFleet(['alpha', 'beta']).start()
  db1 = it.guest('db1')
  app1 = it.guest('app1')
})
afterAll(async () => {
  await it.fleet.close()
  await Promise.all([reset(db1), reset(app1)])
}, 60_000)

// A busy machine may take longer than one wait; what was sent holds in any case.
const reset = (guest: Guest) => guest.resetWorkload().catch(() => guest.resetWorkload())

function detail(guest: Guest): DirtyRateDetail {
  return it.fleet.getDirtyRate(guest.hostName, guest.uuid)
}

/** Keeps a guest measured while `look` goes on. */
async function watching<T>(guest: Guest, look: () => Promise<T>): Promise<T> {
  const topic = {
    name: 'dirty-rate',
    host: guest.hostName,
    uuid: guest.uuid,
    windowSeconds: 300,
    continuous: true,
  } as const
  const handle = it.fleet.open(topic, { delta: () => undefined, gone: () => undefined })
  try {
    return await look()
  } finally {
    handle.close()
  }
}

/** What the guest itself says that it writes, MiB/s, over a few seconds. */
async function written(guest: Guest): Promise<number> {
  const [from, fromMs] = [(await guest.workload()).dirtiedPages, performance.now()]
  await it.when('4 s passed', () => performance.now() - fromMs > 4_000)
  const pages = (await guest.workload()).dirtiedPages - from
  return pages / 256 / ((performance.now() - fromMs) / 1000)
}

/** Looks again, for a minute at most, until what is measured and what is true agree. */
async function agreeing(look: () => Promise<void>, timeout = 60_000): Promise<void> {
  await vi.waitFor(look, { timeout, interval: 1_000 })
}

/** Waits for measurements of this load alone, enough for the mean to stand. */
async function settled(guest: Guest, count: number): Promise<DirtyRateDetail> {
  const fromMs = Date.now() + 1_500
  await it.when(
    `${count} measurements of ${guest.name}`,
    () => {
      const { summary, newest } = detail(guest)
      const since = (newest?.endedMs ?? 0) - fromMs
      return summary !== null && summary.count >= count && since > count * 1_150
    },
    90_000,
  )
  return detail(guest)
}

describe('the rate is the one that the guest has', () => {
  test.each([
    ['db1', 20, 120],
    ['db1', 50, 200],
    ['app1', 30, 100],
  ])(
    '%s at %i MiB/s over %i MiB, sampled finely, within 20 %',
    { timeout: 120_000 },
    async (name, dirtyMiBps, workingSetMiB) => {
      const guest = it.guest(name)
      await guest.setWorkload({ dirtyMiBps, workingSetMiB })
      it.fleet.setDirtyRateSampling(guest.hostName, guest.uuid, true)
      try {
        await watching(guest, async () => {
          await settled(guest, 6)
          // A guest that gets no CPU for a moment writes less: compared are the same seconds.
          await agreeing(async () => {
            const truth = await written(guest)
            expect(Math.abs(truth / dirtyMiBps - 1)).toBeLessThan(0.1)
            const { summary } = detail(guest)
            expect(Math.abs(summary!.rateMiBps / truth - 1)).toBeLessThan(0.2)
          })
        })
      } finally {
        it.fleet.setDirtyRateSampling(guest.hostName, guest.uuid, false)
      }
    },
  )

  test(
    'in QEMU’s own way a small guest scatters, and the range says by how much',
    {
      timeout: 150_000,
    },
    async () => {
      await db1.setWorkload({ dirtyMiBps: 40, workingSetMiB: 200 })
      await watching(db1, async () => {
        await settled(db1, 8)
        await agreeing(async () => {
          const truth = await written(db1)
          const { summary, traps } = detail(db1)
          expect(traps).toContain('scatter')
          expect(summary!.scatterMiBps).toBeGreaterThan(4)
          expect(summary!.lowMiBps).toBeLessThan(truth * 1.1)
          expect(summary!.highMiBps).toBeGreaterThan(truth * 0.9)
        })
      })
    },
  )
})

describe('the working set', () => {
  test(
    'a curve that ends flat at what the guest writes to',
    { timeout: 240_000 },
    async () => {
      // Not app1: pages that its free page reporting gives back count as written too.
      await db1.setWorkload({ dirtyMiBps: 30, workingSetMiB: 60 })
      it.fleet.setDirtyRateSampling('alpha', db1.uuid, true)
      try {
        // The guest frees what it wrote under the load before; a window that still sees that is
        // measured again.
        await agreeing(async () => {
          const fromMs = Date.now()
          for (const seconds of [[1, 2], [5], [10], [20]]) {
            await it.fleet.measureDirtyRate('alpha', db1.uuid, {
              mode: 'page-sampling',
              seconds,
            })
          }
          await it.when(
            'the windows',
            () => {
              const { workingSet, newest } = detail(db1)
              const seconds = workingSet.points.map((point) => point.seconds)
              return (
                [1, 2, 5, 10, 20].every((length) => seconds.includes(length)) &&
                newest?.seconds === 20 &&
                newest.endedMs - 20_000 > fromMs
              )
            },
            80_000,
          )
          const { points, verdict, sizeMiB } = detail(db1).workingSet
          expect(verdict, JSON.stringify(points)).toBe('flat')
          // QEMU gives 20 s only to 20 MiB: the truth lies in the range, within 20 %.
          expect(sizeMiB).not.toBeNull()
          expect(points.at(-1)!.lowMiB).toBeLessThan(60 * 1.2)
          expect(points.at(-1)!.highMiB).toBeGreaterThan(60 * 0.8)
          expect(points.find(({ seconds }) => seconds === 10)!.saturated).toBe(true)
          expect(detail(db1).traps).toContain('saturated')
        }, 150_000)
      } finally {
        it.fleet.setDirtyRateSampling('alpha', db1.uuid, false)
      }
    },
  )
})

describe('what the host cannot do', () => {
  test('dirty-bitmap is neither offered nor sent, and the guest lives', async () => {
    const offer = detail(db1).modes.find(({ mode }) => mode === 'dirty-bitmap')
    expect(offer).toMatchObject({ possible: false, reason: 'emulated' })
    const asking = it.fleet.measureDirtyRate('alpha', db1.uuid, {
      mode: 'dirty-bitmap',
      seconds: [1],
    })
    await expect(asking).rejects.toSatisfy(
      (error) => error instanceof ProblemError && error.code === 'invalid',
    )
    const qmp = await it
      .host('alpha')
      .virsh('qemu-monitor-command', 'db1', '{"execute":"query-dirty-rate"}')
    expect(qmp).toContain('page-sampling')
    expect((await db1.meminfo())['MemTotal']).toBeGreaterThan(0)
  })

  test('dirty-ring is refused in libvirt’s words', async () => {
    const asking = it.fleet.measureDirtyRate('alpha', db1.uuid, {
      mode: 'dirty-ring',
      seconds: [1],
    })
    const words = /dirty-ring calculation mode requires dirty-ring feature enabled/
    await expect(asking).rejects.toThrow(words)
    const offer = detail(db1).modes.find(({ mode }) => mode === 'dirty-ring')
    expect(offer).toMatchObject({ possible: false, reason: 'refused' })
    expect(offer!.words).toMatch(words)
  })
})

describe('the rotation', () => {
  test('brings a figure of every running guest, one watched or not', async () => {
    const running = () => it.rows().filter(({ state }) => state === 'running')
    await it.when(
      'all measured',
      () => running().every(({ dirtyRate }) => dirtyRate.measuredMs !== null),
      40_000,
    )
    const off = it.rows().filter(({ state }) => state === 'shut-off')
    expect(off.every(({ dirtyRate }) => dirtyRate.rateMiBps === null)).toBe(true)
  })

  test('one measurement of a guest at a time, also when many ask', async () => {
    const asked = [1, 1, 2].map((seconds) =>
      it.fleet.measureDirtyRate('alpha', db1.uuid, {
        mode: 'page-sampling',
        seconds: [seconds],
      }),
    )
    await expect(Promise.all(asked)).resolves.toHaveLength(3)
  })
})
