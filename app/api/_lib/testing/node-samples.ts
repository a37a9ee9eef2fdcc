import type { DomainNuma, HostNuma } from '../../../../server/contract/numa.ts'
import type { HostMemoryReport, Ksm } from '../../../../server/contract/overcommit.ts'
import type { NodesApi } from '../../../../server/runtime.ts'
import { uuid } from './samples.ts'

const command = 'virsh -c qemu+ssh://root@alpha/system freecell --all'

const ksm: Ksm = {
  pagesShared: 0,
  pagesSharing: 0,
  pagesUnshared: 0,
  pagesVolatile: 0,
  fullScans: 0,
  pagesToScan: 100,
  sleepMs: 20,
  mergeAcrossNodes: true,
  savedKiB: 0,
  activity: 'unknown',
  watchedSeconds: 0,
}

const memory: HostMemoryReport = {
  host: 'alpha',
  sampledMs: 1,
  overcommit: null,
  consumers: [],
  consumersTotal: 0,
  restKiB: 0,
  order: 'rss',
  ksm,
  ksmReason: null,
  commands: { memory: command, cells: command, pages: command, ksm: command },
}

const placement: DomainNuma['placement'] = {
  uuid,
  name: 'web1',
  state: 'running',
  vcpus: 1,
  balloonKiB: 1024,
  maximumKiB: 1024,
  rssKiB: null,
  memory: { mode: null, placement: null, cells: null, source: 'xml', hugePageKiB: null },
  guestCells: [],
  vcpuPlacement: 'static',
  vcpuList: [],
  vcpuCells: [],
  emulatorCpus: null,
  ioThreads: [],
  notes: ['one-cell-host'],
}

const numad: HostNuma['numad'] = {
  state: 'unknown',
  source: null,
  domain: null,
  words: null,
  askedMs: null,
}

/** Hosts as machines that say yes to everything. */
export const fakeNodes: NodesApi = {
  memory: async () => memory,
  setKsm: async () => ({ result: { ksm, command }, command }),
  numa: async () => ({
    host: 'alpha',
    readMs: 1,
    cells: [],
    domains: [placement],
    domainsTotal: 1,
    numad,
    commands: { cells: command, pages: command, capabilities: command },
  }),
  advice: async (host, size) => ({
    host,
    ...size,
    verdict: 'does-not-fit',
    cells: [],
    candidates: [],
    needsCache: false,
    xml: null,
    virtInstall: null,
  }),
  probeNumad: async () => ({ result: numad, command: null }),
  domainNuma: async () => ({
    host: 'alpha',
    readMs: 1,
    cells: [],
    placement,
    commands: {
      numatune: command,
      vcpuinfo: command,
      vcpupin: command,
      emulatorpin: command,
    },
  }),
}
