import type { DomainDetail, FleetRow, RowMemory } from '../contract/domain.ts'
import { domainKey } from '../contract/domain.ts'
import type { HostRoom, MemoryDetail } from '../contract/memory.ts'
import type { Pressure, RowPressure } from '../contract/pressure.ts'
import { statisticsHold } from '../memory/health.ts'
import { leastReason } from '../memory/pressure.ts'
import { targetPresets } from '../memory/safe-floor.ts'
import { resizeBlocked } from '../memory/target.ts'
import type { Clock } from './clock.ts'
import { rowDirtyRateOf } from './dirty-rate-view.ts'
import type { LiveDomain } from './live-domain.ts'
import { configChangeOf } from './memory-actions.ts'

/** What a view of a domain needs to know of its host. */
export interface HostContext {
  host: string
  hostName: string
  /** The host does not answer: its figures are the last known. */
  stale: boolean
  clock: Clock
}

/** Besides, for one domain looked at closely. */
export interface CloseContext extends HostContext {
  room: HostRoom | null
}

const sparkPoints = 30
const sparkStepMs = 2_000

/** The line of the fleet table; the same object until the domain or its host changes. */
export function fleetRowOf(domain: LiveDomain, context: HostContext): FleetRow {
  const key = `${domain.version} ${context.stale} ${context.hostName}`
  if (domain.rowCache?.key === key) return domain.rowCache.row
  const row: FleetRow = {
    key: domainKey(context.host, domain.uuid),
    host: context.host,
    hostName: context.hostName,
    uuid: domain.uuid,
    name: domain.name,
    title: domain.live?.title ?? null,
    state: domain.state,
    stale: context.stale,
    vcpus: domain.vcpus,
    cpuPercent: domain.cpuPercent === null ? null : Math.round(domain.cpuPercent * 10) / 10,
    memory: rowMemoryOf(domain, context.clock),
    dirtyRate: rowDirtyRateOf(domain),
    move: domain.move,
    spark: sparkOf(domain, 'usedKiB', context.clock.wallMs()),
    pressureSpark: pressureSparkOf(domain, context.clock.wallMs()),
  }
  domain.rowCache = { key, row }
  return row
}

function rowMemoryOf(domain: LiveDomain, clock: Clock): RowMemory {
  const now = clock.monotonicMs()
  return {
    usedKiB: domain.memory.derived.usedKiB,
    cacheKiB: domain.memory.derived.cacheKiB,
    balloonKiB: domain.active ? domain.balloonKiB : null,
    maximumKiB: domain.maximumKiB,
    rssKiB: domain.stats.rss,
    statsAgeSeconds: domain.statsAgeSeconds(clock.wallMs(), now),
    health: domain.healthAt(now),
    pressure: rowPressureOf(domain.pressureAt(now)),
  }
}

function rowPressureOf(pressure: Pressure | null): RowPressure | null {
  if (!pressure) return null
  const { score, level, reasons } = pressure
  return { score, level, signal: reasons[0]?.signal ?? null }
}

/** A guest that lacks nothing needs no line, and no bytes for one. */
function pressureSparkOf(domain: LiveDomain, wallMs: number): (number | null)[] {
  const spark = sparkOf(domain, 'pressure', wallMs)
  return spark.some((score) => score !== null && score >= leastReason) ? spark : []
}

/**
 * One column of the last minute in steps of two seconds that lie still on the clock. The step that is
 * under way is left out: else the line would be another with each sample.
 */
export function sparkOf(
  domain: LiveDomain,
  column: 'usedKiB' | 'pressure',
  wallMs: number,
): (number | null)[] {
  const untilStep = Math.floor(wallMs / sparkStepMs) - 1
  const fromStep = untilStep - sparkPoints
  const afterMs = (fromStep + 1) * sparkStepMs - 1
  const { tMs, values } = domain.series.readColumn(column, afterMs)
  const spark: (number | null)[] = []
  tMs.forEach((ms, row) => {
    const at = Math.floor(ms / sparkStepMs) - fromStep - 1
    if (at < 0 || at >= sparkPoints) return
    while (spark.length <= at) spark.push(null)
    spark[at] = values[row] ?? spark[at]!
  })
  const first = spark.findIndex((value) => value !== null)
  return first === -1 ? [] : spark.slice(first)
}

/** One domain as its overview shows it. */
export function domainDetailOf(domain: LiveDomain, context: HostContext): DomainDetail {
  const {
    spark: _spark,
    pressureSpark: _pressureSpark,
    ...row
  } = fleetRowOf(domain, context)
  const xml = domain.live
  return {
    ...row,
    description: xml?.description ?? null,
    stateReason: domain.stateReason,
    persistent: domain.persistent,
    autostart: domain.autostart,
    id: domain.id >= 0 ? domain.id : null,
    virtType: xml?.virtType ?? '',
    arch: xml?.arch ?? '',
    machine: xml?.machine ?? '',
    osType: xml?.osType ?? '',
    emulator: xml?.emulator ?? null,
    vcpusMaximum: xml?.vcpusMaximum ?? domain.vcpus,
    balloonModel: xml?.balloonModel ?? null,
    disks: xml?.disks ?? [],
    interfaces: xml?.interfaces ?? [],
    graphics: xml?.graphics ?? [],
  }
}

/** Everything the memory page shows of one domain. */
export function memoryDetailOf(domain: LiveDomain, context: CloseContext): MemoryDetail {
  const now = context.clock.monotonicMs()
  const health = domain.healthAt(now)
  const floor = statisticsHold(health) ? domain.memory.floor : null
  return {
    host: context.host,
    uuid: domain.uuid,
    name: domain.name,
    state: domain.state,
    stale: context.stale,
    sampledMs: domain.sampledMs,
    stats: domain.stats,
    statsAgeSeconds: domain.statsAgeSeconds(context.clock.wallMs(), now),
    statsPeriodSeconds: domain.statsPeriodSeconds,
    maximumKiB: domain.maximumKiB,
    configCurrentKiB: domain.config?.currentKiB ?? null,
    configMaximumKiB: domain.config?.maximumKiB ?? null,
    derived: domain.memory.derived,
    vcpuWaitPercent: domain.vcpuWaitPercent,
    pressure: domain.pressureAt(now),
    health,
    floor,
    presets: targetPresets(domain.stats.actual, domain.maximumKiB, floor),
    inhibitedBy: domain.inhibitedBy,
    autodeflate: domain.live?.autodeflate ?? null,
    freePageReporting: domain.live?.freePageReporting ?? null,
    hotplug: domain.live?.hotplug ?? null,
    hostRoom: context.room,
    resizeBlocked: context.stale ? 'host-offline' : resizeBlocked(domain.state, health),
    resize: domain.resizes.current,
    undoTargetKiB: domain.active ? domain.resizes.undoTargetKiB : null,
    configChange: configChangeOf(domain),
  }
}
