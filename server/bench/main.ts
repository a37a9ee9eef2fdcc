import { parseArgs } from 'node:util'

import { setup as labUp } from '../../e2e/lab/global-setup.ts'
import { ensureDebian } from '../../e2e/setup/ensure.mjs'
import { browserSuite } from './browser/suite.ts'
import { table, type Suite } from './figures.ts'
import { migrationSuite } from './migration/suite.ts'
import { rpcSuite } from './rpc/suite.ts'
import { scaleSuite } from './scale/suite.ts'
import { virtInstallSuite } from './virt-install/suite.ts'

const suites: readonly Suite[] = [
  rpcSuite,
  scaleSuite,
  browserSuite,
  migrationSuite,
  virtInstallSuite,
]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
})
const name = positionals[0]
const suite = suites.find((candidate) => candidate.name === name)

if (suite) {
  process.exitCode = await measure(suite, values.json)
} else {
  console.error('npm run bench -- SUITE [--json]\n')
  for (const { name: known, title } of suites) console.error(`  ${known}  ${title}`)
  if (name !== undefined) console.error(`\nThere is no suite ${name}.`)
  process.exitCode = name === undefined ? 0 : 2
}

/** Runs one suite against the lab and answers the exit code: 1 when a goal was missed. */
async function measure(chosen: Suite, json: boolean): Promise<number> {
  await ensureDebian([...chosen.packages])
  const labDown = await labUp()
  try {
    const figures = await chosen.run(console.error)
    console.log(json ? JSON.stringify({ suite: chosen.name, figures }) : table(figures))
    return figures.some(({ met }) => met === false) ? 1 : 0
  } finally {
    await labDown()
  }
}
