import * as stats from '../rpc/procedures/stats.ts'
import type { DomainRef, TypedParam } from '../rpc/types.ts'
import type { CallOptions, Session } from './session.ts'
import { domainRef, flags } from './session.ts'
import type { StatsDecoder, StatsFrame } from './stats-columns.ts'

/** Groups of the stats call (virDomainStatsTypes) and the QMP commands each costs a domain. */
export const STATS_GROUPS = {
  /** 0 commands. */
  state: 1,
  /** 1 command. */
  cpu: 2,
  /** 2 commands. */
  balloon: 4,
  /** 2 commands. */
  vcpu: 8,
  /** 0 commands. */
  interface: 16,
  /** 3 commands. */
  block: 32,
  /** 0 commands. */
  perf: 64,
  /** 1 command. */
  iothread: 128,
  /** 0 commands; memory bandwidth (resctrl). */
  memory: 256,
  /** 1 command. */
  dirtyrate: 512,
  /** 2 commands. */
  vm: 1024,
} as const
export type StatsGroup = keyof typeof STATS_GROUPS

const SELECT = {
  active: 1,
  inactive: 2,
  persistent: 4,
  transient: 8,
  running: 16,
  paused: 32,
  shutoff: 64,
  other: 128,
} as const
/** Skip what a domain busy with another job would have to be waited for. Never leave it out. */
const NOWAIT = 1 << 29

export interface StatsRequest {
  groups: readonly StatsGroup[]
  /** Only these domains; one that has vanished is left out. Else by `select`, else all. */
  uuids?: readonly string[]
  select?: Partial<Record<keyof typeof SELECT, boolean>>
}

export type StatsValue = TypedParam['value']

/** One domain's fields by libvirt's names (`balloon.current`, `vcpu.0.time`, …). */
export interface DomainStats extends DomainRef {
  params: Record<string, StatsValue>
}

export const DIRTY_RATE_MODES = {
  'page-sampling': 0,
  'dirty-bitmap': 1,
  'dirty-ring': 2,
} as const
export type DirtyRateMode = keyof typeof DIRTY_RATE_MODES

/** Statistics of many domains in one call. A field may be absent at any time. */
export function statsMethods(session: Session) {
  return {
    /** As plain objects: for one domain's page. For sweeps use columns(). */
    async all(request: StatsRequest, options?: CallOptions): Promise<DomainStats[]> {
      const args = statsArgs(request)
      const { retStats } = await session.call(stats.connectGetAllDomainStats, args, options)
      return retStats.map(({ dom, params }) => {
        // Names come from outside: no prototype that one of them could hit.
        const byName: Record<string, StatsValue> = Object.create(null)
        for (const { field, value } of params) byName[field] = value
        return { ...dom, params: byName }
      })
    },
    /** Straight into columns; the frame is valid until the next call with this decoder. */
    async columns(
      decoder: StatsDecoder,
      request: StatsRequest,
      options?: CallOptions,
    ): Promise<StatsFrame> {
      const args = statsArgs(request)
      return decoder.decode(
        await session.callRaw(stats.connectGetAllDomainStats, args, options),
      )
    },
    /**
     * Starts a measurement of 1..60 seconds; it is read back with group `dirtyrate`. Never use
     * `dirty-bitmap` on a domain of type `qemu` (TCG): it crashes QEMU 7.2 and with it the guest.
     */
    async startDirtyRate(
      uuid: string,
      seconds: number,
      mode: DirtyRateMode = 'page-sampling',
      options?: CallOptions,
    ) {
      const args = { dom: domainRef(uuid), seconds, flags: DIRTY_RATE_MODES[mode] }
      await session.call(stats.domainStartDirtyRateCalc, args, options)
    },
  }
}

function statsArgs(request: StatsRequest) {
  let groups = 0
  for (const group of request.groups) groups |= STATS_GROUPS[group]
  return {
    doms: (request.uuids ?? []).map(domainRef),
    stats: groups,
    flags: (flags(SELECT, request.select) | NOWAIT) >>> 0,
  }
}

export type Stats = ReturnType<typeof statsMethods>
