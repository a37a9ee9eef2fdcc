import { expect, test } from 'vitest'

import {
  afterSecondRun,
  readPlaywright,
  readVitest,
  summary,
  type TestResult,
  troubles,
} from './test-report.ts'

const result = (
  title: string,
  outcome: TestResult['outcome'],
  message?: string,
): TestResult => ({
  file: 'a.test.ts',
  title,
  outcome,
  ...(message === undefined ? {} : { message }),
})

test("vitest's tests are read with their files, and a file that did not load as one that failed", () => {
  const report = {
    numPassedTests: 1,
    testResults: [
      {
        name: '/project/server/a.test.ts',
        status: 'failed',
        message: '',
        assertionResults: [
          { fullName: 'adds', status: 'passed', failureMessages: [] },
          { fullName: 'divides', status: 'failed', failureMessages: ['by zero', 'x'] },
          { fullName: 'later', status: 'todo', failureMessages: [] },
        ],
      },
      {
        name: '/project/e2e/b.lab.test.ts',
        status: 'failed',
        message: 'no such module',
        assertionResults: [{ fullName: 'waits', status: 'pending', failureMessages: [] }],
      },
    ],
  }
  expect(readVitest(report, '/project')).toEqual([
    { file: 'server/a.test.ts', title: 'adds', outcome: 'passed' },
    {
      file: 'server/a.test.ts',
      title: 'divides',
      outcome: 'failed',
      message: 'by zero\nx',
    },
    { file: 'server/a.test.ts', title: 'later', outcome: 'skipped' },
    { file: 'e2e/b.lab.test.ts', title: 'waits', outcome: 'skipped' },
    {
      file: 'e2e/b.lab.test.ts',
      title: 'the file itself',
      outcome: 'failed',
      message: 'no such module',
    },
  ])
})

test("Playwright's tests are read through all suites, and errors outside of tests as failures", () => {
  const spec = (title: string, status: string, ...errors: string[]) => ({
    title,
    file: 'x.e2e.ts',
    tests: [{ status, results: [{ errors: errors.map((message) => ({ message })) }] }],
  })
  const report = {
    suites: [
      {
        title: 'x.e2e.ts',
        specs: [spec('clicks', 'expected')],
        suites: [{ title: 'deep', specs: [spec('drags', 'unexpected', 'no mouse')] }],
      },
    ],
    errors: [{ message: 'the lab is down' }],
  }
  expect(readPlaywright(report, 'e2e')).toEqual([
    { file: 'e2e/x.e2e.ts', title: 'clicks', outcome: 'passed' },
    { file: 'e2e/x.e2e.ts', title: 'drags', outcome: 'failed', message: 'no mouse' },
    {
      file: 'e2e',
      title: 'outside of the tests',
      outcome: 'failed',
      message: 'the lab is down',
    },
  ])
})

test('what is no report is refused', () => {
  for (const report of [null, 'x', {}, { stats: 1 }]) {
    expect(() => readVitest(report, '/')).toThrow()
    expect(() => readPlaywright(report, 'e2e')).toThrow()
  }
})

test('a second run tells flaky from broken', () => {
  const first = [
    result('fine', 'passed'),
    result('shaky', 'failed', 'too late'),
    result('broken', 'failed'),
    result('unseen', 'failed'),
    result('spoilt', 'passed'),
  ]
  const second = [
    result('fine', 'passed'),
    result('shaky', 'passed'),
    result('broken', 'failed'),
    result('spoilt', 'failed', 'now'),
    result('new', 'failed'),
  ]
  expect(afterSecondRun(first, second)).toEqual([
    result('fine', 'passed'),
    result('shaky', 'flaky', 'too late'),
    result('broken', 'failed'),
    result('unseen', 'failed'),
    result('spoilt', 'failed', 'now'),
    result('new', 'failed'),
  ])
})

test('a file that could not begin is flaky only when all of it passes in the second run', () => {
  const first = [result('waits', 'skipped'), result('the file itself', 'failed', 'hook')]
  expect(afterSecondRun(first, [result('waits', 'passed')])).toEqual([
    result('waits', 'passed'),
    result('the file itself', 'flaky', 'hook'),
  ])
  for (const second of [[], [result('waits', 'failed', 'x')]])
    expect(afterSecondRun(first, second)[1]).toEqual(first[1])
})

test('what went wrong is named with the first lines that it said', () => {
  const tests = [
    result('fine', 'passed'),
    result('shaky', 'flaky', '\u001B[31mone\u001B[39m\ntwo\nthree'),
    result('broken', 'failed'),
  ]
  expect(troubles(tests, 2)).toBe(
    'flaky: a.test.ts › shaky\n    one\n    two\nfailed: a.test.ts › broken\n',
  )
})

test('the last line sums up', () => {
  const tests = [result('a', 'passed'), result('b', 'failed'), result('c', 'skipped')]
  expect(summary(tests)).toBe('1 passed, 1 failed, 1 skipped')
  expect(summary([...tests, result('d', 'flaky')])).toBe(
    '1 passed, 1 failed, 1 skipped, 1 FLAKY (passed in a second run: find the cause)',
  )
})
