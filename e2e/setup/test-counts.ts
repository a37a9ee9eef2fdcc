/** How many tests ended how. */
export interface Counts {
  passed: number
  failed: number
  skipped: number
}

export const NONE: Counts = { passed: 0, failed: 0, skipped: 0 }

export function add(a: Counts, b: Counts): Counts {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
  }
}

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null
const count = (from: Json, name: string) => {
  const value = from[name]
  return typeof value === 'number' ? value : 0
}

/** Counts of vitest's JSON report. A file that cannot be loaded has no tests: it counts as one that failed. */
export function vitestCounts(report: unknown): Counts {
  if (!isObject(report)) return NONE
  const files = Array.isArray(report['testResults'])
    ? report['testResults'].filter(isObject)
    : []
  const broken = files.filter(
    ({ status, assertionResults }) =>
      status === 'failed' &&
      Array.isArray(assertionResults) &&
      assertionResults.length === 0,
  ).length
  return {
    passed: count(report, 'numPassedTests'),
    failed: count(report, 'numFailedTests') + broken,
    skipped: count(report, 'numPendingTests') + count(report, 'numTodoTests'),
  }
}

/** Counts of Playwright's JSON report. A test that passed only when tried again has passed. */
export function playwrightCounts(report: unknown): Counts {
  if (!isObject(report) || !isObject(report['stats'])) return NONE
  const { stats, errors } = report
  const outside = Array.isArray(errors) ? errors.length : 0
  return {
    passed: count(stats, 'expected') + count(stats, 'flaky'),
    failed: count(stats, 'unexpected') + outside,
    skipped: count(stats, 'skipped'),
  }
}

/** The last line of `npm test`. */
export function summary({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}
