import type { LiveSource } from './contract/live.ts'
import { ProblemError } from './contract/problem.ts'
import type { FleetApi } from './runtime.ts'

const none = (): never => {
  throw new ProblemError('not_found', { detail: 'There are no hosts yet' })
}

/** Stands in until server/fleet is there. */
export const emptyFleet: FleetApi & LiveSource = {
  listHosts: () => [],
  getHost: none,
  addHost: none,
  updateHost: none,
  removeHost: none,
  testHost: none,
  acceptHostKey: none,
  reconnectHost: none,
  listDomains: (_query, offset) => ({ total: 0, matched: 0, offset, rows: [] }),
  getDomain: none,
  getDomainXml: none,
  actOnDomain: none,
  getMemory: none,
  setMemoryTarget: none,
  undoMemoryTarget: none,
  setStatsPeriod: none,
  samples: none,
  open: (topic) => ({
    full: () => {
      if (topic.name === 'hosts') return { hosts: [] }
      if (topic.name === 'fleet') return { total: 0, matched: 0, offset: 0, rows: [] }
      return none()
    },
    close: () => {},
  }),
}
