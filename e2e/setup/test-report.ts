import { relative } from 'node:path'

import { z } from 'zod'

/** How one test ended. `flaky` failed at first and passed when it was run once more. */
export interface TestResult {
  file: string
  title: string
  outcome: 'passed' | 'failed' | 'skipped' | 'flaky'
  /** What a failed test said. */
  message?: string
}

const WHOLE_FILE = 'the file itself'

const vitestReport = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()),
        }),
      ),
    }),
  ),
})

/**
 * The tests of vitest's JSON report, with their files below `root`. What fails outside of the tests
 * (a file that cannot be loaded, a hook) fails in the name of its file.
 * @throws z.ZodError where it is no such report
 */
export function readVitest(report: unknown, root: string): TestResult[] {
  return vitestReport
    .parse(report)
    .testResults.flatMap(({ name, status, message, assertionResults }) => {
      const file = relative(root, name)
      const tests = assertionResults.map((test): TestResult => {
        const at = { file, title: test.fullName }
        if (test.status === 'passed') return { ...at, outcome: 'passed' }
        if (test.status !== 'failed') return { ...at, outcome: 'skipped' }
        return { ...at, outcome: 'failed', message: test.failureMessages.join('\n') }
      })
      const isOutside = status === 'failed' && !tests.some(failed)
      return isOutside
        ? [...tests, { file, title: WHOLE_FILE, outcome: 'failed', message }]
        : tests
    })
}

const browserError = z.object({ message: z.string().default('') })
const browserSpec = z.object({
  title: z.string(),
  file: z.string(),
  tests: z.array(
    z.object({
      status: z.enum(['expected', 'unexpected', 'skipped', 'flaky']),
      results: z.array(z.object({ errors: z.array(browserError) })),
    }),
  ),
})
const browserSuite = z.object({
  title: z.string(),
  specs: z.array(browserSpec),
  get suites() {
    return z.array(browserSuite).default([])
  },
})
const browserReport = z.object({
  suites: z.array(browserSuite),
  errors: z.array(browserError),
})

/**
 * The tests of Playwright's JSON report, with their files below `folder`; an error outside of all
 * tests counts as one that failed.
 * @throws z.ZodError where it is no such report
 */
export function readPlaywright(report: unknown, folder: string): TestResult[] {
  const { suites, errors } = browserReport.parse(report)
  const ofSuite = (suite: z.infer<typeof browserSuite>): TestResult[] => [
    ...suite.specs.flatMap(({ title, file, tests }) =>
      tests.map(({ status, results }): TestResult => {
        const at = { file: `${folder}/${file}`, title }
        if (status === 'expected') return { ...at, outcome: 'passed' }
        if (status !== 'unexpected') return { ...at, outcome: status }
        const said = results.flatMap((result) => result.errors.map((one) => one.message))
        return { ...at, outcome: 'failed', message: said.join('\n') }
      }),
    ),
    ...suite.suites.flatMap(ofSuite),
  ]
  return [
    ...suites.flatMap(ofSuite),
    ...errors.map(({ message }): TestResult => ({
      file: folder,
      title: 'outside of the tests',
      outcome: 'failed',
      message,
    })),
  ]
}

export const failed = ({ outcome }: TestResult): boolean => outcome === 'failed'

const nameOf = ({ file, title }: TestResult) => `${file} › ${title}`

/**
 * What is to be said of `first` after its failed tests were run once more: one that passed then is
 * flaky, one that failed anew or was not seen again has failed, and so has whatever fails beside it.
 */
export function afterSecondRun(
  first: readonly TestResult[],
  second: readonly TestResult[],
): TestResult[] {
  const again = new Map(second.map((test) => [nameOf(test), test]))
  const names = new Set(first.map((test) => nameOf(test)))
  const passedAgain = (test: TestResult) => {
    if (test.title !== WHOLE_FILE) return again.get(nameOf(test))?.outcome === 'passed'
    const inFile = second.filter(({ file }) => file === test.file)
    return inFile.length > 0 && !inFile.some(failed)
  }
  return [
    ...first.map((test): TestResult => {
      if (failed(test)) return passedAgain(test) ? { ...test, outcome: 'flaky' } : test
      const now = again.get(nameOf(test))
      return now && (failed(now) || test.outcome === 'skipped') ? now : test
    }),
    ...second.filter((test) => failed(test) && !names.has(nameOf(test))),
  ]
}

const escapes = new RegExp(`${String.fromCodePoint(27)}\\[[\\d;]*m`, 'g')

/** The failed and the flaky tests by name, each with the first lines that it said. */
export function troubles(tests: readonly TestResult[], lines = 6): string {
  return tests
    .filter(({ outcome }) => outcome === 'failed' || outcome === 'flaky')
    .map((test) => {
      const said = (test.message ?? '').replace(escapes, '').trim().split('\n')
      const shown = said.slice(0, lines).map((line) => `    ${line}`.trimEnd())
      return [`${test.outcome}: ${nameOf(test)}`, ...shown].join('\n')
    })
    .join('\n')
}

/** The last line of `npm test`. */
export function summary(tests: readonly TestResult[]): string {
  const count = (wanted: TestResult['outcome']) =>
    tests.filter(({ outcome }) => outcome === wanted).length
  const flaky = count('flaky')
  return `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped${
    flaky ? `, ${flaky} FLAKY (passed in a second run: find the cause)` : ''
  }`
}
