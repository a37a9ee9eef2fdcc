import { loadConfig } from '../config.ts'
import { ProblemError } from '../contract/problem.ts'
import { singleHost } from '../creation/record-host.ts'
import { createOpenTransport } from '../ssh/open-transport.ts'
import { Store } from '../store/store.ts'

/** A real host while a line is worked on. */
export type LiveHost = ReturnType<typeof singleHost> & { uri: string }

/**
 * One of the fleet by its name, or any by its libvirt URI. Nothing is connected yet. Throws
 * ProblemError for a name that is not known. Whoever opened it closes it.
 */
export function openLiveHost(nameOrUri: string): LiveHost {
  const { databaseFile, knownHostsFile } = loadConfig()
  const uri = nameOrUri.includes(':/') ? nameOrUri : uriOf(databaseFile, nameOrUri)
  return { ...singleHost(uri, createOpenTransport({ knownHostsFile })), uri }
}

function uriOf(databaseFile: string, name: string): string {
  const store = new Store(databaseFile)
  try {
    const known = store.hosts.list().find(({ host }) => host === name)
    if (known) return known.uri
    throw new ProblemError('conflict', { detail: `There is no host ${name}` })
  } finally {
    store.close()
  }
}
