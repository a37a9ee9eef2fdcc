import type { RowDirtyRate } from '../contract/dirty-rate-row.ts'
import type { DirtyRateBlocked, DirtyRateDetail } from '../contract/dirty-rate.ts'
import {
  costOf,
  finePagesPerGiB,
  modesOf,
  normalPagesPerGiB,
  onlySmallBlocks,
} from '../dirty-rate/sampling.ts'
import { isDoubtful, trapsOf } from '../dirty-rate/summary.ts'
import type { HostContext } from './domain-view.ts'
import type { LiveDomain } from './live-domain.ts'

/** RAM that QEMU has allotted, KiB: what sampling draws its pages from, whatever the balloon holds. */
export function ramKiBOf(domain: LiveDomain): number {
  const blocks = domain.live?.ramBlocksKiB ?? []
  return blocks.reduce((sum, kib) => sum + kib, 0) || domain.maximumKiB
}

/** What the fleet table shows of the dirty rate. */
export function rowDirtyRateOf(domain: LiveDomain): RowDirtyRate {
  const { summary, measurements } = domain.dirtyRate
  const doubtful = summary !== null && isDoubtful(measurements, smallBlocksOf(domain))
  return {
    rateMiBps: !summary || doubtful ? null : Math.round(summary.rateMiBps * 10) / 10,
    measuredMs: summary?.measuredMs ?? null,
    doubtful,
  }
}

/** Everything the dirty-rate page shows of one domain. */
export function dirtyRateDetailOf(
  domain: LiveDomain,
  context: HostContext,
): DirtyRateDetail {
  const log = domain.dirtyRate
  const memoryKiB = ramKiBOf(domain)
  const virtType = domain.live?.virtType ?? ''
  return {
    host: context.host,
    uuid: domain.uuid,
    name: domain.name,
    state: domain.state,
    stale: context.stale,
    virtType,
    blocked: blockedOf(domain, context),
    running: log.running,
    queuedSeconds: log.asked.map(({ seconds }) => seconds),
    continuous: log.watchers > 0,
    fine: log.fine,
    modes: modesOf(virtType, log.refused),
    summary: log.summary,
    newest: log.measurements.at(-1) ?? null,
    workingSet: log.workingSet,
    traps: trapsOf({
      measurements: log.measurements,
      summary: log.summary,
      smallBlocks: smallBlocksOf(domain),
      saturated: log.workingSet.points.some(({ saturated }) => saturated),
    }),
    memoryKiB,
    cost: costOf(memoryKiB, log.fine ? finePagesPerGiB : normalPagesPerGiB),
    failure: log.failure,
  }
}

function smallBlocksOf(domain: LiveDomain): boolean {
  return onlySmallBlocks(domain.live?.ramBlocksKiB ?? [])
}

function blockedOf(domain: LiveDomain, { stale }: HostContext): DirtyRateBlocked | null {
  if (stale) return 'host-offline'
  if (domain.state !== 'running') return 'not-running'
  return domain.dirtyRate.job ? 'job' : null
}
