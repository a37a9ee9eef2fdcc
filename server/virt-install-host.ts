import { loadConfig } from './config.ts'
import { ProblemError } from './contract/problem.ts'
import { singleHost } from './creation/record-host.ts'
import { createOpenTransport } from './ssh/open-transport.ts'
import { Store } from './store/store.ts'
import type { HostFacts } from './virtinst/host-facts.ts'

/**
 * What a real host answers: one of the fleet by its name, or any by its libvirt URI. Throws what
 * connecting and libvirt throw, and ProblemError for a name that is not known.
 */
export async function readLiveHost(
  nameOrUri: string,
  paths: readonly string[],
): Promise<HostFacts> {
  const config = loadConfig()
  const uri = nameOrUri.includes(':/') ? nameOrUri : uriOf(config.databaseFile, nameOrUri)
  const openTransport = createOpenTransport({ knownHostsFile: config.knownHostsFile })
  const host = singleHost(uri, openTransport)
  try {
    return await host.facts(paths)
  } finally {
    await host.close()
  }
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
