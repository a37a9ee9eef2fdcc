import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

import type { OsDatabase } from '../virtinst/os-facts.ts'
import { unpack } from './compact.ts'
import { osDatabaseOf } from './database.ts'
import { readOsinfo, versionOf } from './directory.ts'

export interface LoadedOsDatabase {
  database: OsDatabase
  /** `20221203`. */
  version: string
  /** Where the facts came from: a folder, or null for the file of the project. */
  folder: string | null
}

const factsFile = join(import.meta.dirname, 'facts.json')

/** Where osinfo-db is, and what an admin of this machine adds to it. Later ones win. */
export function osinfoFolders(): string[] {
  return ['/usr/share/osinfo', '/etc/osinfo', join(homedir(), '.config/osinfo')]
}

/**
 * The OS database of this machine, else the facts file of the project. Where the machine's has
 * the version that the facts were made from, and nothing is added to it, the facts file is read:
 * it says the same (a test holds them together) in a twentieth of the time.
 *
 * @throws Error naming the file when the machine's database cannot be read
 */
export async function loadOsDatabase(
  folders: readonly string[] = osinfoFolders(),
): Promise<LoadedOsDatabase> {
  const present = folders.filter((folder) => existsSync(folder))
  const content: unknown = JSON.parse(await readFile(factsFile, 'utf8'))
  const own = unpack(content)
  const [first] = present
  const same = present.length === 1 && (await versionOf(first ?? '')) === own.version
  const installed = present.length > 0 && !same ? await readOsinfo(present) : null
  const database = osDatabaseOf(installed ?? own)
  return { database, version: database.version, folder: installed ? (first ?? null) : null }
}
