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
  add,
  NONE,
  playwrightCounts,
  summary,
  vitestCounts,
  type Counts,
} from './test-counts.ts'

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
let counts: Counts = NONE
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

/** Runs a tool that writes a report, and counts its tests; one that wrote none has failed once. */
async function counted(
  file: string,
  read: (report: unknown) => Counts,
  work: () => Promise<void>,
): Promise<void> {
  rmSync(file, { force: true })
  const failure = await work().then(
    () => undefined,
    (error: unknown) => error,
  )
  let found = NONE
  try {
    found = read(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    if (!failure) throw new Error(`no report of the tests: ${file}`, { cause: error })
  }
  if (failure && found.failed === 0) found = add(found, { ...NONE, failed: 1 })
  counts = add(counts, found)
  if (failure) throw failure
}

const vitest = (project: string) => {
  const file = join(reports, `${project}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  return counted(file, vitestCounts, () =>
    tool('vitest/vitest.mjs', 'run', '--project', project, ...reporters),
  )
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
    { title: 'unit tests', work: () => vitest('unit') },
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
    { title: 'lab tests', work: () => vitest('lab') },
    {
      title: 'browser tests',
      work: () =>
        counted(join(reports, 'browser.json'), playwrightCounts, () =>
          tool('@playwright/test/cli.js', 'test'),
        ),
    },
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
  console.log(`\n${table()}\n`)
  console.log(summary(counts))
  process.exitCode = good && !stopped.aborted ? 0 : 1
} catch (error) {
  release()
  fail(error)
}
release()
