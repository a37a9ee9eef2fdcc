import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { ProcessId } from './processes.ts'
import type { Environment } from './run.ts'

/** Where a lab lives and which addresses it takes. */
export interface LabPlace {
  /** The state folder; short, because unix socket paths end at 107 bytes. */
  dir: string
  /** Second number of the lab's addresses: 77 makes 10.77.0.0/24 and the link `blab77`. */
  network: number
  /** What outlives a lab: the guests' image. */
  cacheDir: string
}

export interface HostState {
  name: string
  uuid: string
  address: string
  /** The `unshare` that waits for pid 1 and takes it along when it dies. */
  outer: ProcessId
  /** The host's pid 1. */
  init: ProcessId
}

export interface LabState {
  version: 1
  dir: string
  network: number
  imageDir: string
  /** Holds the network namespace with the bridge. */
  switch: ProcessId
  hosts: HostState[]
}

/** The place that the environment names, else the default one. */
export function labPlace(env: Environment = process.env): LabPlace {
  const network = Number(env['BALLAST_LAB_NETWORK'] ?? 77)
  if (!Number.isInteger(network) || network < 1 || network > 254)
    throw new RangeError('BALLAST_LAB_NETWORK must be a number from 1 to 254')
  const dir = env['BALLAST_LAB_DIR'] ?? '/run/ballast-lab'
  if (!dir.startsWith('/') || dir.length > 60)
    throw new RangeError(
      'BALLAST_LAB_DIR must be an absolute path of at most 60 characters',
    )
  return { dir, network, cacheDir: env['BALLAST_LAB_CACHE'] ?? '/var/cache/ballast-lab' }
}

/** What the last `up` wrote down, or undefined. Says nothing about what still lives. */
export function readState(dir: string): LabState | undefined {
  let text
  try {
    text = readFileSync(join(dir, 'state.json'), 'utf8')
  } catch {
    return undefined
  }
  const state: unknown = JSON.parse(text)
  return isState(state) ? state : undefined
}

function isState(value: unknown): value is LabState {
  return (
    typeof value === 'object' && value !== null && 'version' in value && value.version === 1
  )
}

/** Replaces the state file as a whole: a reader never sees half of one. */
export function writeState(state: LabState): void {
  const file = join(state.dir, 'state.json')
  writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`)
  renameSync(`${file}.new`, file)
}
