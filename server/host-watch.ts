import type { FleetApi } from './runtime.ts'
import type { HostTable } from './store/hosts.ts'

/** What of the fleet is needed here. */
export type HostKeeper = Pick<
  FleetApi,
  'listHosts' | 'getHost' | 'addHost' | 'updateHost' | 'removeHost'
>

interface Logger {
  info(details: object, message: string): void
  warn(details: object, message: string): void
}

const intervalMs = 1000

/**
 * Brings hosts that the CLI adds, changes or removes into the running fleet. Looks once a second at
 * a counter that SQLite keeps in memory shared by the processes (`pragma data_version`); the table is
 * read only when that moved.
 *
 * @returns ends it
 */
export function watchHosts(
  hosts: HostTable,
  fleet: HostKeeper,
  logger: Logger,
): () => void {
  let version = hosts.outsideVersion()
  let busy = false
  const look = async () => {
    if (busy) return
    busy = true
    try {
      const now = hosts.outsideVersion()
      if (now === version) return
      await adoptHosts(hosts, fleet, logger)
      version = now
    } catch (error) {
      // The database does not answer at the moment; the next look tries again.
      logger.warn({ err: error }, 'could not look for hosts added from outside')
    } finally {
      busy = false
    }
  }
  const timer = setInterval(() => void look(), intervalMs).unref()
  return () => clearInterval(timer)
}

/** Makes the fleet have the hosts of the table. One that it refuses is logged, the others go on. */
export async function adoptHosts(
  hosts: HostTable,
  fleet: HostKeeper,
  logger: Logger,
): Promise<void> {
  const stored = new Map(hosts.list().map((record) => [record.host, record]))
  const running = new Map(fleet.listHosts().map((summary) => [summary.host, summary]))
  const attempt = async (host: string, what: string, work: () => Promise<unknown>) => {
    try {
      await work()
      logger.info({ host }, `host ${what} from outside`)
    } catch (error) {
      logger.warn({ err: error, host }, `host could not be ${what} from outside`)
    }
  }
  for (const { host } of running.values()) {
    if (!stored.has(host)) await attempt(host, 'removed', () => fleet.removeHost(host))
  }
  for (const { host, uri, name, statsPeriodSeconds } of stored.values()) {
    const known = running.get(host)
    const record = { uri, name, statsPeriodSeconds }
    if (!known) {
      await attempt(host, 'added', () => fleet.addHost({ host, ...record }))
    } else if (
      known.uri !== uri ||
      known.name !== name ||
      fleet.getHost(host).statsPeriodSeconds !== statsPeriodSeconds
    ) {
      await attempt(host, 'changed', () => fleet.updateHost(host, record))
    }
  }
}
