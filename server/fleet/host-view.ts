import type { HostDetail, HostSeries, HostSummary } from '../contract/host.ts'
import type { HostAgent } from './host-agent.ts'
import { commitmentOf } from './host-figures.ts'

export function hostSummaryOf(agent: HostAgent): HostSummary {
  const { sampledMs, sweepMs, cpuPercent, memory } = agent.figures
  let running = 0
  for (const domain of agent.inventory.domains.values()) if (domain.active) running++
  return {
    host: agent.record.host,
    name: agent.record.name,
    uri: agent.record.uri,
    state: agent.state,
    sinceMs: agent.sinceMs,
    failure: agent.failure,
    nextTryMs: agent.nextTryMs,
    sampledMs,
    stale: agent.stale,
    tickMs: agent.tickMs,
    sweepMs,
    domains: { running, total: agent.inventory.domains.size },
    cpuPercent: cpuPercent === null ? null : Math.round(cpuPercent * 10) / 10,
    memory,
    committed: commitmentOf(agent.inventory.domains.values()),
  }
}

export function hostDetailOf(agent: HostAgent): HostDetail {
  return {
    ...hostSummaryOf(agent),
    hostname: agent.facts?.hostname ?? null,
    hostUuid: agent.facts?.hostUuid ?? null,
    versions: agent.facts?.versions ?? null,
    cpu: agent.facts?.cpu ?? null,
    statsPeriodSeconds: agent.record.statsPeriodSeconds,
    networks: agent.inventory.networks,
    pools: agent.inventory.pools,
  }
}

export function hostSeriesOf(
  agent: HostAgent,
  afterMs: number,
  untilMs: number,
): HostSeries {
  return agent.figures.series.read(afterMs, untilMs)
}
