import { randomBytes } from 'node:crypto'

import { buildDomain } from '../virtinst/build-domain.ts'
import { hasOption, parseCommandLine, valueOf } from '../virtinst/command-line.ts'
import type { HostFacts } from '../virtinst/host-facts.ts'
import {
  VirtInstallError,
  type DomainPlan,
  type VirtInstallOptions,
} from '../virtinst/model.ts'
import { optionSpecs } from '../virtinst/options/index.ts'
import { osMayBeMissing } from './environment.ts'
import { fileProblem } from './file-problem.ts'
import type { LiveHost } from './live-host.ts'
import { Output, restartWords } from './output.ts'

/** What virt-install of this behaviour calls itself. */
const version = '5.1.0'

const usage = 'usage: virt-install --name NAME --memory MB STORAGE INSTALL [options]\n'

/** Where the line's host is: a directory, or the name or URI of one that is there. */
interface Target {
  recordedHost: string | null
  connect: string | null
  args: string[]
}

/** Takes `--recorded-host DIR`, `--connect NAME-OR-URI` and `--` off the front. */
function readTarget(words: readonly string[]): Target {
  const target: Target = { recordedHost: null, connect: null, args: [] }
  let at = 0
  for (; at < words.length; at++) {
    const [word = '', joined] = words[at]!.split(/=(.*)/s)
    if (word !== '--recorded-host' && word !== '--connect') break
    const value = joined ?? words[++at]
    if (value === undefined || value === '') {
      throw new VirtInstallError(`argument ${word}: expected one argument`, { exitCode: 2 })
    }
    if (word === '--connect') target.connect = value
    else target.recordedHost = value
  }
  if (words[at] === '--') at++
  target.args = words.slice(at)
  return target
}

/**
 * `ballast virt-install …`, which prints and ends as virt-install does: documents on stdout, words on
 * stderr. @returns the exit status: 0 done, 1 refused, 2 not understood
 */
export async function runVirtInstall(words: readonly string[]): Promise<number> {
  try {
    return await run(readTarget(words))
  } catch (error) {
    return report(error)
  }
}

async function run(target: Target): Promise<number> {
  const options = parseCommandLine(target.args)
  const steps = requestedSteps(options)
  const output = new Output(steps !== null || hasOption(options, 'quiet'))
  const shown = await showHelp(options)
  if (shown !== null) {
    output.always(shown)
    return 0
  }
  if (treatWaitZero(options)) output.warn('Treating --wait 0 as --noautoconsole')
  const host = await openHost(target, options)
  try {
    const plan = await planOf(host, options).catch((error: unknown) =>
      sayRefusal(error, output, options, host),
    )
    if (plan === null) return 1
    if (steps !== null) {
      output.always(documentsOf(plan, steps))
      return 0
    }
    for (const note of plan.notes) output.say(note)
    for (const warning of plan.warnings) output.warn(warning)
    if (hasOption(options, 'dry-run')) {
      output.say('Dry run completed successfully')
      return 0
    }
    if (typeof host === 'string') {
      output.error('Nothing can be made on a recorded host: add --print-xml or --dry-run.')
      return 1
    }
    const { createOnHost } = await import('./create.ts')
    return await createOnHost(host, plan, options, output)
  } finally {
    if (typeof host !== 'string') await host.close()
  }
}

/**
 * A line that is refused after something was said of it, or once its installation had begun.
 * @returns null: all is said. @throws every other error
 */
function sayRefusal(
  error: unknown,
  output: Output,
  options: VirtInstallOptions,
  host: string | LiveHost,
): null {
  if (!(error instanceof VirtInstallError) || error.before === null) throw error
  const { notes, warnings, begunName } = error.before
  for (const note of notes) output.say(note)
  for (const warning of warnings) output.warn(warning)
  const begins = requestedSteps(options) === null && !hasOption(options, 'dry-run')
  const uri = typeof host === 'string' ? null : host.uri
  if (begunName === null || !begins || uri === null) throw error
  output.say('\nStarting install...')
  output.error(error.message)
  output.complain(restartWords(uri, begunName))
  return null
}

/** `--wait 0` is an old way to say `--noautoconsole`. @returns whether it was said */
function treatWaitZero(options: VirtInstallOptions): boolean {
  const wait = options.uses.findLast(({ option }) => option === 'wait')
  if (wait?.value === undefined || wait.value === null || Number(wait.value) !== 0)
    return false
  options.uses = options.uses.filter(({ option }) => option !== 'wait')
  options.uses.push({ option: 'noautoconsole', value: null, fields: [] })
  return true
}

/** `all`, `1`, `2`, or null: nothing is to be printed. */
function requestedSteps(options: VirtInstallOptions): string | null {
  const step = valueOf(options, 'print-step')
  if (step !== undefined && step !== null) return checkedStep(step)
  if (!hasOption(options, 'print-xml')) return null
  return checkedStep(valueOf(options, 'print-xml') ?? 'all')
}

function checkedStep(step: string): string {
  if (['1', '2', 'all'].includes(step)) return step
  throw new VirtInstallError(`Unknown XML step request '${step}', must be 1, 2, or all`, {
    option: 'print-xml',
  })
}

function documentsOf({ installXml, finalXml }: DomainPlan, step: string): string {
  const documents = installXml === null ? [finalXml] : [installXml, finalXml]
  if (step === 'all') return documents.join('')
  const document = documents[Number(step) - 1]
  if (document === undefined) {
    throw new VirtInstallError(`Requested installation does not have XML step ${step}`, {
      option: 'print-step',
    })
  }
  return document
}

/** The directory of a recorded host, or a real one. */
async function openHost(
  target: Target,
  options: VirtInstallOptions,
): Promise<string | LiveHost> {
  if (target.recordedHost !== null) return target.recordedHost
  const name = target.connect ?? valueOf(options, 'connect') ?? 'qemu:///system'
  const { openLiveHost } = await import('./live-host.ts')
  return openLiveHost(name)
}

async function planOf(
  host: string | LiveHost,
  options: VirtInstallOptions,
): Promise<DomainPlan> {
  const { loadOsDatabase } = await import('../osinfo/load.ts')
  const { withStandIns } = await import('../osinfo/newer-release.ts')
  const [facts, { database }] = await Promise.all([
    factsOf(host, options),
    loadOsDatabase(),
  ])
  return buildDomain(options, {
    facts,
    // Said also where only XML is printed: real virt-install would know no such system.
    osDatabase: withStandIns(database, ({ warning }) => {
      if (!hasOption(options, 'quiet')) writeError(`WARNING  ${warning}`)
    }),
    randomBytes: (count) => randomBytes(count),
    fileProblem,
    osMayBeMissing: osMayBeMissing(),
    workingDirectory: process.cwd(),
  })
}

async function factsOf(
  host: string | LiveHost,
  options: VirtInstallOptions,
): Promise<HostFacts> {
  if (typeof host === 'string') {
    const { readRecordedHost } = await import('../virtinst/recorded-host.ts')
    return readRecordedHost(host)
  }
  const { wantedPaths } = await import('../creation/wanted-paths.ts')
  return await host.facts(wantedPaths(options))
}

/** `--help`, `--version`, `--osinfo list`, `--disk help`. */
async function showHelp(options: VirtInstallOptions): Promise<string | null> {
  if (hasOption(options, 'version')) return `${version}\n`
  if (hasOption(options, 'help')) return await generalHelp()
  for (const { option, value } of options.uses) {
    if (option === 'osinfo' && value === 'list') return await osList()
    const spec = optionSpecs.get(option)
    if (spec && (value === 'help' || value === '?')) {
      const keys = spec.keys.map(({ key }) => `  ${key.replaceAll('#', '[0-9]*')}`).sort()
      return `--${option} options:\n${keys.join('\n')}\n`
    }
  }
  return null
}

async function generalHelp(): Promise<string> {
  const { flags } = await import('../virtinst/options/top-level.ts')
  const lines = flags.map(({ spellings, takes }) => {
    const value = takes === 'value' ? ' VALUE' : takes === 'optional' ? ' [VALUE]' : ''
    return `  ${spellings.join(', ')}${value}`
  })
  return `${usage}\n${lines.sort().join('\n')}\n\nOPTION help lists what an option takes, e.g. --disk help; --osinfo list the systems.\n`
}

async function osList(): Promise<string> {
  const { loadOsDatabase } = await import('../osinfo/load.ts')
  const { database } = await loadOsDatabase()
  const names = database
    .list()
    .map(({ id }) => database.byId(id)?.shortIds.join(', ') ?? '')
  return `${names
    .filter((name) => name !== '')
    .sort()
    .join('\n')}\n`
}

function report(error: unknown): number {
  if (error instanceof VirtInstallError) {
    if (error.exitCode === 2) writeError(`${usage}virt-install: error: ${error.message}`)
    else writeError(`ERROR    ${error.message}`)
    return error.exitCode
  }
  if (!(error instanceof Error)) throw error
  // A host that cannot be reached, a directory that is no host: words, not a stack.
  const named = ['RecordedHostError', 'UriError', 'ProblemError', 'TransportFailure']
  if (!named.includes(error.name) && error.name !== 'LibvirtError') throw error
  writeError(`ERROR    ${error.message}`)
  return 1
}

const writeError = (text: string) => void process.stderr.write(`${text}\n`)
