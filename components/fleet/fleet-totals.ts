import type { HostSummary } from '../../server/contract/host.ts'

/** Sums over all hosts. RAM counts only where it is known. */
export function fleetTotals(hosts: readonly HostSummary[]) {
  const totals = {
    hosts: hosts.length,
    online: 0,
    running: 0,
    domains: 0,
    usedKiB: 0,
    totalKiB: 0,
  }
  for (const host of hosts) {
    if (host.state === 'online') totals.online += 1
    totals.running += host.domains.running
    totals.domains += host.domains.total
    totals.usedKiB += host.memory?.usedKiB ?? 0
    totals.totalKiB += host.memory?.totalKiB ?? 0
  }
  return totals
}
