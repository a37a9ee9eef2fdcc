import type { ForecastFacts, ForecastPlan, ForecastRun } from '../../contract/forecast.ts'

/** A guest of 1 GiB, half of it full, that writes so much over so much, on a link of 100 MiB/s. */
export function factsWith(
  dirtyMiBps: number,
  workingSetMiB: number,
  change: Partial<ForecastFacts> = {},
): ForecastFacts {
  const windows = [1, 2, 5, 10, 20]
  return {
    memory: {
      ramKiB: 1024 * 1024,
      balloonKiB: 1024 * 1024,
      lowKiB: 512 * 1024,
      likelyKiB: 512 * 1024,
      highKiB: 512 * 1024,
      from: 'guest',
    },
    dirty: {
      points: windows.map((seconds) => {
        const mib = Math.min(workingSetMiB, dirtyMiBps * seconds)
        return { seconds, lowMiB: mib, highMiB: mib }
      }),
      flat: true,
      measuredMs: 1,
    },
    link: {
      mibps: 100,
      lowMiBps: 100,
      highMiBps: 100,
      from: 'earlier',
      runs: 5,
      probedMs: null,
      pauseMiBps: 100,
      capYield: 1,
    },
    cpuShare: 1,
    vcpus: 1,
    diskBytes: 0,
    overheadMs: 200,
    pauseFixedMs: 20,
    error: { runs: 0, timePercent: null, verdictsRight: 0 },
    ...change,
  }
}

export const plain: ForecastPlan = {
  bandwidthMiBps: null,
  downtimeMs: 300,
  autoConverge: null,
  postCopy: false,
  copyDisks: false,
}

export function runWith(
  outcome: Partial<NonNullable<ForecastRun['outcome']>>,
  change: Partial<ForecastRun> = {},
): ForecastRun {
  return {
    id: String(change.startedMs ?? 1),
    startedMs: 1,
    source: 'alpha',
    target: 'beta',
    uuid: '6f8a7c1e-0000-4000-8000-000000000001',
    name: 'web1',
    way: 'direct',
    plan: plain,
    forecast: null,
    ...change,
    outcome: {
      ended: 'done',
      totalMs: 5_000,
      pauseMs: 50,
      sentMiB: 480,
      passes: 3,
      throttlePercent: 0,
      sendMiBps: 100,
      firstPassMiB: 470,
      setupMs: 10,
      postCopy: false,
      converged: true,
      ...outcome,
    },
  }
}
