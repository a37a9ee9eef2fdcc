import { z } from 'zod'

import { rowDirtyRate } from './dirty-rate-row.ts'
import { hostSlug } from './host.ts'
import { rowPressure } from './pressure.ts'
import { rowMove } from './row-move.ts'

export const domainUuid = z.uuid()

/** virDomainState, by name. `blocked` is shown as running by every tool and by us. */
export const domainState = z.enum([
  'running',
  'paused',
  'shutting-down',
  'shut-off',
  'crashed',
  'pm-suspended',
])
export type DomainState = z.infer<typeof domainState>

export const domainAction = z.enum([
  'start',
  'shutdown',
  'reboot',
  'reset',
  'destroy',
  'suspend',
  'resume',
])
export type DomainAction = z.infer<typeof domainAction>

/** Keys of the catalogue `domain.blocked.*`: why an action is not possible now. */
export type BlockedReason =
  | 'alreadyRunning'
  | 'notRunning'
  | 'paused'
  | 'notPaused'
  | 'alreadyShuttingDown'
  | 'asleep'
  | 'hostOffline'
  | 'role'

const alive: readonly DomainState[] = ['running', 'paused', 'shutting-down', 'pm-suspended']

/**
 * Which lifecycle action is legal in which state: one row an action, as the QEMU driver of libvirt
 * checks it (qemu_driver.c: qemuDomainCreateWithFlags, …ShutdownFlags, …Reboot, …Reset,
 * …DestroyFlags, …Suspend, …Resume). null = allowed.
 */
const actionRules: Record<DomainAction, (state: DomainState) => BlockedReason | null> = {
  start: (state) => (alive.includes(state) ? 'alreadyRunning' : null),
  shutdown: (state) =>
    state === 'shutting-down' ? 'alreadyShuttingDown' : onlyRunning(state),
  reboot: onlyRunning,
  reset: (state) => (alive.includes(state) ? null : 'notRunning'),
  destroy: (state) => (alive.includes(state) ? null : 'notRunning'),
  suspend: onlyRunning,
  resume: (state) => {
    if (state === 'paused') return null
    return state === 'running'
      ? 'notPaused'
      : state === 'pm-suspended'
        ? 'asleep'
        : 'notRunning'
  },
}

function onlyRunning(state: DomainState): BlockedReason | null {
  if (state === 'running' || state === 'shutting-down') return null
  if (state === 'paused') return 'paused'
  return state === 'pm-suspended' ? 'asleep' : 'notRunning'
}

/** Why `action` is not possible for a domain in `state`; null when it is. Used by page and server alike. */
export function domainActionBlocked(
  action: DomainAction,
  state: DomainState,
): BlockedReason | null {
  return actionRules[action](state)
}

export function domainIsActive(state: DomainState): boolean {
  return alive.includes(state)
}

/** What is amiss with a domain's balloon; keys of the catalogue `memory.health.*`. */
export const balloonHealth = z.enum([
  'ok',
  'not-running',
  'no-device',
  'no-driver',
  'stats-off',
  'stale',
  'frozen',
  'inhibited',
  'unknown',
])
export type BalloonHealth = z.infer<typeof balloonHealth>

const kibOrUnknown = z.number().nullable()

/** Memory of one domain at one moment, in KiB. null = the guest does not say. */
export const rowMemory = z.object({
  usedKiB: kibOrUnknown.describe('as the guest counts it, without cache'),
  cacheKiB: kibOrUnknown.describe('reclaimable: usable minus unused'),
  balloonKiB: kibOrUnknown.describe('balloon.current: what the guest has now'),
  maximumKiB: z.number(),
  rssKiB: kibOrUnknown,
  statsAgeSeconds: z.number().nullable(),
  health: balloonHealth,
  pressure: rowPressure.nullable().describe('null = the guest does not say, or not lately'),
})
export type RowMemory = z.infer<typeof rowMemory>

/** One line of the fleet table. */
export const fleetRow = z.object({
  key: z.string().describe('host/uuid: unique in the fleet'),
  host: hostSlug,
  hostName: z.string(),
  uuid: domainUuid,
  name: z.string(),
  title: z.string().nullable(),
  state: domainState,
  stale: z.boolean().describe('its host does not answer; the figures are the last known'),
  vcpus: z.number().int(),
  cpuPercent: z.number().nullable().describe('of its vCPUs, 0..100'),
  memory: rowMemory,
  dirtyRate: rowDirtyRate,
  move: rowMove.optional().describe('while it is on its way to another host'),
  spark: z
    .array(z.number().nullable())
    .describe('used KiB, oldest first, at most 30 points over the last minute'),
  pressureSpark: z
    .array(z.number().nullable())
    .describe('the score of pressure likewise; empty = nothing showed in the last minute'),
})
export type FleetRow = z.infer<typeof fleetRow>

export const fleetSortKey = z.enum([
  'name',
  'host',
  'state',
  'cpu',
  'used',
  'balloon',
  'maximum',
  'rss',
  'pressure',
  'dirty',
])
export type FleetSortKey = z.infer<typeof fleetSortKey>

/** What to show of the fleet: filter and order, the same in the URL, the API and the live topic. */
export const fleetQuery = z.strictObject({
  search: z.string().max(200).default(''),
  hosts: z.array(hostSlug).max(500).default([]).describe('empty = all'),
  states: z.array(domainState).default([]).describe('empty = all'),
  sort: fleetSortKey.default('name'),
  descending: z.boolean().default(false),
})
export type FleetQuery = z.infer<typeof fleetQuery>

/** A window on the ordered fleet. `total` = before the filter, `matched` = after it. */
export const fleetPage = z.object({
  total: z.number().int(),
  matched: z.number().int(),
  offset: z.number().int(),
  rows: z.array(fleetRow),
})
export type FleetPage = z.infer<typeof fleetPage>

export const domainDisk = z.object({
  target: z.string(),
  device: z.string(),
  source: z.string().nullable(),
  bus: z.string().nullable(),
})
export const domainInterface = z.object({
  mac: z.string().nullable(),
  type: z.string(),
  source: z.string().nullable(),
  model: z.string().nullable(),
})

/** One domain as its overview needs it. */
export const domainDetail = fleetRow.omit({ spark: true, pressureSpark: true }).extend({
  description: z.string().nullable(),
  stateReason: z.string().describe('in libvirt words, such as booted or destroyed'),
  persistent: z.boolean(),
  autostart: z.boolean(),
  id: z.number().int().nullable(),
  virtType: z.string().describe('kvm or qemu'),
  arch: z.string(),
  machine: z.string(),
  osType: z.string(),
  emulator: z.string().nullable(),
  vcpusMaximum: z.number().int(),
  balloonModel: z.string().nullable().describe('null = no <memballoon>'),
  disks: z.array(domainDisk),
  interfaces: z.array(domainInterface),
  graphics: z.array(z.string()),
})
export type DomainDetail = z.infer<typeof domainDetail>

/** The key of a domain in the fleet. */
export function domainKey(host: string, uuid: string): string {
  return `${host}/${uuid}`
}
