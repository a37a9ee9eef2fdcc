'use client'

import type { HostSummary } from '../../server/contract/host.ts'
import { useLiveTopic } from '../data/use-live.ts'

/** One host of the fleet by its slug; null while it is not known. */
export function useHostSummary(host: string): HostSummary | null {
  const { data } = useLiveTopic({ name: 'hosts' })
  return data?.hosts.find((candidate) => candidate.host === host) ?? null
}
