import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { readDocument } from './read-document.ts'
import type { Gathering } from './read-document.ts'
import type { OsRecords } from './records.ts'

/** No document of the database comes near; a larger one is not part of it. */
const mostBytes = 2 * 1024 * 1024

/** Files of a database folder by their path in it, without those of its other parts. */
async function documents(root: string): Promise<string[]> {
  const found: string[] = []
  for (const part of ['device', 'os']) {
    const names = await readdir(join(root, part), {
      recursive: true,
      encoding: 'utf8',
    }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    })
    // Ancestors first (`x.xml` before what is added in `x.d/`), the same on each machine.
    for (const name of names.toSorted()) {
      if (name.endsWith('.xml')) found.push(`${part}/${name}`)
    }
  }
  return found
}

/**
 * Reads the database of operating systems from folders such as /usr/share/osinfo; a file of
 * a later folder stands in for the one with the same path in an earlier one, as libosinfo
 * has it for /etc/osinfo. Takes about 0.2 s.
 *
 * @returns null when none of the folders is there
 * @throws Error naming the file when one cannot be read
 */
export async function readOsinfo(folders: readonly string[]): Promise<OsRecords | null> {
  const files = new Map<string, string>()
  let version = ''
  for (const folder of folders) {
    for (const name of await documents(folder)) files.set(name, join(folder, name))
    version = (await versionOf(folder)) ?? version
  }
  if (files.size === 0) return null
  const into: Gathering = { systems: new Map(), devices: new Map() }
  for (const [name, path] of files) {
    try {
      if ((await stat(path)).size > mostBytes) throw new Error('it is too large')
      readDocument(await readFile(path, 'utf8'), into)
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new Error(`The OS database's ${name} (${path}) cannot be read: ${why}`, {
        cause,
      })
    }
  }
  const systems = [...into.systems.values()].filter((os) => os.shortIds.length > 0)
  return {
    version,
    devices: [...into.devices.values()],
    keys: systems,
    at(index) {
      const system = systems[index]
      if (!system) throw new RangeError(`there is no system ${index}`)
      return system
    },
  }
}

/** The database's version, `20221203`; null when the folder is not there. */
export async function versionOf(folder: string): Promise<string | null> {
  try {
    return (await readFile(join(folder, 'VERSION'), 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
