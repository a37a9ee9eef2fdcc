import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { down, status, up } from '../lab/lifecycle.ts'
import { labPlace } from '../lab/state.ts'
import { ensureBuild } from './ensure-build.mjs'
import { root } from './ensure.mjs'
import { fail } from './steps.mjs'
import { release, stopSignal } from './stop.ts'
import {
  afterSecondRun,
  failed,
  readPlaywright,
  readVitest,
  summary,
  type TestResult,
  troubles,
} from './test-report.ts'

interface Result {
  title: string
  outcome: 'ok' | 'FAILED' | 'not run'
  ms: number
}

interface Step {
  title: string
  work: () => Promise<void>
}

const stopped = stopSignal()
const results: Result[] = []
const tests: TestResult[] = []
const reports = join(root, 'test-results')

/** Runs one of the project's tools with its output on ours; throws where it fails. */
function tool(script: string, ...args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'node_modules', script), ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, NODE_ENV: 'test', NEXT_TELEMETRY_DISABLED: '1' },
    })
    const end = () => child.kill('SIGTERM')
    stopped.addEventListener('abort', end)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      stopped.removeEventListener('abort', end)
      if (code === 0) resolve()
      else reject(new Error(signal ? `ended by ${signal}` : `ended with ${code}`))
    })
  })
}

/** More than this many failed tests are no accident: they are not run again. */
const SECOND_RUN_AT_MOST = 5

interface Suite {
  /** Where its tool writes its report, below test-results. */
  report: string
  read: (report: unknown) => TestResult[]
  run: () => Promise<void>
  /** Runs the failed tests once more; without it none is. */
  again?: (failures: readonly TestResult[]) => Promise<void>
}

/** Runs the tool of a suite once; one that failed without a report has one failed test. */
async function runOnce({ report, read }: Suite, work: () => Promise<void>) {
  const file = join(reports, report)
  rmSync(file, { force: true })
  const failure = await work().then(
    () => undefined,
    (error: unknown) => error,
  )
  let found: TestResult[] = []
  try {
    found = read(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    if (!failure) throw new Error(`no report of the tests: ${file}`, { cause: error })
  }
  if (failure && !found.some(failed)) {
    const message = failure instanceof Error ? failure.message : String(failure)
    found.push({ file: report, title: 'its run', outcome: 'failed', message })
  }
  return found
}

/**
 * Runs a suite. A few failed tests are run once more: what passes then is flaky, which is named at
 * the end and is a defect, but it is told from what is broken.
 */
async function runSuite(suite: Suite): Promise<void> {
  let found = await runOnce(suite, suite.run)
  const failures = found.filter(failed)
  const { again } = suite
  if (again && failures.length > 0 && failures.length <= SECOND_RUN_AT_MOST)
    if (!stopped.aborted) {
      console.log(`\n── ${failures.length} failed: once more`)
      found = afterSecondRun(found, await runOnce(suite, () => again(failures)))
    }
  tests.push(...found)
  const still = found.filter(failed).length
  if (still > 0) throw new Error(`${still} failed`)
}

const vitest = (project: string, ...files: string[]) =>
  tool(
    'vitest/vitest.mjs',
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${join(reports, `${project}.json`)}`,
    ...files,
  )
const playwright = (...args: string[]) => tool('@playwright/test/cli.js', 'test', ...args)

const unit: Suite = {
  report: 'unit.json',
  read: (report) => readVitest(report, root),
  run: () => vitest('unit'),
}
const labTests: Suite = {
  report: 'lab.json',
  read: (report) => readVitest(report, root),
  run: () => vitest('lab'),
  // The tests of a file build on each other.
  again: (failures) => vitest('lab', ...new Set(failures.map(({ file }) => file))),
}
const browser: Suite = {
  report: 'browser.json',
  read: (report) => readPlaywright(report, 'e2e'),
  run: () => playwright(),
  again: () => playwright('--last-failed'),
}

async function runGroup(steps: readonly Step[]): Promise<boolean> {
  let good = true
  for (const { title, work } of steps) {
    if (stopped.aborted) return false
    console.log(`\n── ${title}`)
    const began = Date.now()
    let outcome: Result['outcome'] = 'ok'
    try {
      await work()
    } catch (error) {
      outcome = 'FAILED'
      good = false
      console.error(error instanceof Error ? error.message : error)
    }
    results.push({ title, outcome, ms: Date.now() - began })
  }
  return good
}

const place = labPlace()
let wasUp = false
const groups: Step[][] = [
  [
    {
      title: 'types',
      work: async () => {
        // Makes next-env.d.ts and the types of the routes, which are not committed.
        await tool('next/dist/bin/next', 'typegen')
        await tool('typescript/bin/tsc', '--noEmit')
      },
    },
    {
      title: 'lint and format',
      work: async () => {
        await tool('oxlint/bin/oxlint')
        await tool('oxfmt/bin/oxfmt', '--check')
      },
    },
    { title: 'unit tests', work: () => runSuite(unit) },
  ],
  [{ title: 'build', work: ensureBuild }],
  [
    {
      title: 'lab up',
      work: async () => {
        wasUp = (await status(place)).state !== 'down'
        await up(place, { say: (line) => console.log(line) })
      },
    },
  ],
  [
    { title: 'lab tests', work: () => runSuite(labTests) },
    { title: 'browser tests', work: () => runSuite(browser) },
  ],
]

function table(): string {
  const before: { title: string; ms: number }[] = JSON.parse(
    process.env['BALLAST_SETUP_STEPS'] ?? '[]',
  )
  const rows: Result[] = [
    ...before.map((row): Result => ({ ...row, outcome: 'ok' })),
    ...results,
  ]
  for (const { title } of groups.flat())
    if (!results.some((result) => result.title === title))
      rows.push({ title, outcome: 'not run', ms: 0 })
  const width = Math.max(...rows.map(({ title }) => Math.min(title.length, 60)))
  return rows
    .map(({ title, outcome, ms }) => {
      const time = outcome === 'not run' ? '' : `${(ms / 1000).toFixed(1)} s`
      return `${title.slice(0, 60).padEnd(width)}  ${outcome.padEnd(7)}  ${time.padStart(8)}`
    })
    .join('\n')
}

try {
  mkdirSync(reports, { recursive: true })
  let good = true
  for (const group of groups) if (good) good = await runGroup(group)
  const labRan = results.some(({ title }) => title === 'lab up')
  if (labRan && wasUp) console.log('\nThe lab was up before and stays up.')
  else if (labRan) {
    const began = Date.now()
    await down(place)
    results.push({ title: 'lab down', outcome: 'ok', ms: Date.now() - began })
  }
  const named = troubles(tests)
  if (named) console.log(`\n${named}`)
  console.log(`\n${table()}\n`)
  console.log(summary(tests))
  process.exitCode = good && !stopped.aborted ? 0 : 1
} catch (error) {
  release()
  fail(error)
}
release()
