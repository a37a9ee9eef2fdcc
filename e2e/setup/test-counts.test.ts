import { expect, test } from 'vitest'

import { add, NONE, playwrightCounts, summary, vitestCounts } from './test-counts.ts'

test("vitest's tests are counted, and a file that did not load as one that failed", () => {
  const report = {
    numPassedTests: 7,
    numFailedTests: 2,
    numPendingTests: 1,
    numTodoTests: 1,
    testResults: [
      { status: 'passed', assertionResults: [{}] },
      { status: 'failed', assertionResults: [{}] },
      { status: 'failed', assertionResults: [] },
    ],
  }
  expect(vitestCounts(report)).toEqual({ passed: 7, failed: 3, skipped: 2 })
})

test("Playwright's tests are counted, and errors outside of tests as failures", () => {
  const report = {
    stats: { expected: 5, flaky: 1, unexpected: 2, skipped: 3 },
    errors: [{}],
  }
  expect(playwrightCounts(report)).toEqual({ passed: 6, failed: 3, skipped: 3 })
})

test('what is no report counts nothing', () => {
  for (const report of [null, 'x', {}, { stats: 1 }]) {
    expect(vitestCounts(report)).toEqual(NONE)
    expect(playwrightCounts(report)).toEqual(NONE)
  }
})

test('the last line sums up', () => {
  const sum = add(
    { passed: 1, failed: 2, skipped: 3 },
    { passed: 10, failed: 0, skipped: 1 },
  )
  expect(summary(sum)).toBe('11 passed, 2 failed, 4 skipped')
})
