import type { Me } from '../../../../server/contract/account.ts'
import type {
  CreateFacts,
  CreatePreview,
  UploadState,
} from '../../../../server/contract/create.ts'
import type { DirtyRateDetail } from '../../../../server/contract/dirty-rate.ts'
import type { DomainDetail, FleetPage } from '../../../../server/contract/domain.ts'
import type { ForecastReply } from '../../../../server/contract/forecast.ts'
import type { HostDetail } from '../../../../server/contract/host.ts'
import type { Job, JobSummary } from '../../../../server/contract/job.ts'
import type { PolicyDetail } from '../../../../server/contract/memory-policy.ts'
import { memoryStatFields } from '../../../../server/contract/memory.ts'
import type {
  MemoryDetail,
  MemoryStats,
  Resize,
} from '../../../../server/contract/memory.ts'
import type { ReclaimPlan } from '../../../../server/contract/reclaim.ts'

/** One valid value of each thing that the API gives. */
export const uuid = '6f8a7c1e-0000-4000-8000-000000000001'

export const people = {
  viewer: { id: 'v', username: 'ann', role: 'viewer', via: 'session' },
  operator: { id: 'o', username: 'bob', role: 'operator', via: 'session' },
  admin: { id: 'a', username: 'root', role: 'admin', via: 'session' },
} as const satisfies Record<string, Me>

export const hostDetail: HostDetail = {
  host: 'alpha',
  name: 'Alpha',
  uri: 'qemu+ssh://root@alpha/system',
  state: 'online',
  sinceMs: 1,
  failure: null,
  nextTryMs: null,
  sampledMs: null,
  stale: false,
  tickMs: 1000,
  sweepMs: null,
  domains: { running: 1, total: 1 },
  cpuPercent: null,
  memory: null,
  committed: { balloonKiB: 0, maximumKiB: 0, rssKiB: 0, usedKiB: 0 },
  hostname: null,
  hostUuid: null,
  versions: null,
  cpu: null,
  statsPeriodSeconds: 2,
  networks: [],
  pools: [],
}

export const domainDetail: DomainDetail = {
  key: `alpha/${uuid}`,
  host: 'alpha',
  hostName: 'Alpha',
  uuid,
  name: 'web1',
  title: null,
  state: 'running',
  stale: false,
  vcpus: 1,
  cpuPercent: null,
  memory: {
    usedKiB: null,
    cacheKiB: null,
    balloonKiB: null,
    maximumKiB: 1024,
    rssKiB: null,
    statsAgeSeconds: null,
    health: 'ok',
    pressure: null,
  },
  dirtyRate: { rateMiBps: null, measuredMs: null, doubtful: false },
  description: null,
  stateReason: 'booted',
  persistent: true,
  autostart: false,
  id: 1,
  virtType: 'qemu',
  arch: 'x86_64',
  machine: 'pc',
  osType: 'hvm',
  emulator: null,
  vcpusMaximum: 1,
  balloonModel: 'virtio',
  disks: [],
  interfaces: [],
  graphics: [],
}

export const fleetPage: FleetPage = {
  total: 1,
  matched: 1,
  offset: 0,
  rows: [{ ...domainDetail, spark: [], pressureSpark: [] }],
}

const noStats = Object.fromEntries(
  Object.keys(memoryStatFields).map((name) => [name, null]),
) as MemoryStats

export const resize: Resize = {
  id: 'r1',
  fromKiB: 1024,
  targetKiB: 512,
  actualKiB: 1024,
  startedMs: 1,
  endedMs: null,
  status: 'following',
  by: 'bob',
  command: 'virsh -c qemu+ssh://root@alpha/system setmem web1 512 --live',
  undoOf: null,
  pace: 'at-once',
  phase: null,
  lowestKiB: null,
  cause: null,
  reasons: [],
  job: null,
  configFromKiB: null,
}

export const memoryDetail: MemoryDetail = {
  host: 'alpha',
  uuid,
  name: 'web1',
  state: 'running',
  stale: false,
  sampledMs: null,
  stats: noStats,
  statsAgeSeconds: null,
  statsPeriodSeconds: 2,
  maximumKiB: 1024,
  configCurrentKiB: null,
  configMaximumKiB: null,
  derived: {
    usedKiB: null,
    cacheKiB: null,
    kernelReserveKiB: null,
    heldCacheKiB: null,
    overheadKiB: null,
    hostCostKiB: null,
    swapInKiBps: null,
    swapOutKiBps: null,
    majorFaultsPerS: null,
  },
  vcpuWaitPercent: null,
  pressure: { score: 0, level: 'calm', reasons: [] },
  health: 'ok',
  floor: null,
  presets: [],
  inhibitedBy: null,
  autodeflate: false,
  freePageReporting: true,
  hotplug: null,
  hostRoom: null,
  resizeBlocked: null,
  resize: null,
  undoTargetKiB: null,
  configChange: null,
}

export const dirtyRateDetail: DirtyRateDetail = {
  host: 'alpha',
  uuid,
  name: 'web1',
  state: 'running',
  stale: false,
  virtType: 'qemu',
  blocked: null,
  running: null,
  queuedSeconds: [],
  continuous: false,
  fine: false,
  modes: [],
  summary: null,
  newest: null,
  workingSet: { points: [], verdict: 'unknown', sizeMiB: null },
  traps: [],
  memoryKiB: 1024,
  cost: { pages: 0, readKiB: 0 },
  failure: null,
}

export const jobSummary: JobSummary = {
  id: '7',
  kind: 'migration',
  title: { domain: 'web1', from: 'alpha', to: 'beta' },
  owner: { type: 'user', name: 'bob' },
  hosts: ['alpha', 'beta'],
  domains: [{ host: 'alpha', uuid, name: 'web1' }],
  parent: null,
  children: { total: 0, active: 0, failed: 0 },
  state: 'running',
  step: 'transfer',
  progress: { done: 1, total: 2, unit: 'bytes' },
  expectedEndMs: null,
  waitingFor: null,
  cancel: { effect: 'source', blocked: null },
  createdMs: 1,
  startedMs: 1,
  endedMs: null,
  problem: null,
  leftovers: [],
}

export const job: Job = { ...jobSummary, steps: [], detail: null, result: null }
export const forecastReply: ForecastReply = {
  source: 'alpha',
  target: 'beta',
  uuid,
  facts: {
    memory: {
      ramKiB: 1024,
      balloonKiB: 1024,
      lowKiB: 256,
      likelyKiB: 512,
      highKiB: 1024,
      from: 'guest',
    },
    dirty: { points: [], flat: false, measuredMs: null },
    link: {
      mibps: 110,
      lowMiBps: 25,
      highMiBps: 1100,
      from: 'assumed',
      runs: 0,
      probedMs: null,
      pauseMiBps: 110,
      capYield: 1,
    },
    cpuShare: 0.1,
    vcpus: 1,
    diskBytes: 0,
    overheadMs: 250,
    pauseFixedMs: 40,
    error: { runs: 0, timePercent: null, verdictsRight: 0 },
  },
  runs: [],
}

export const reclaimPlan: ReclaimPlan = {
  madeMs: 1,
  wantedKiB: 1024,
  givesKiB: 0,
  freesKiB: 0,
  shortKiB: 1024,
  shortBecause: [{ why: 'no-driver', domains: 1, heldKiB: 1024 }],
  hosts: [
    { host: 'alpha', name: 'Alpha', totalKiB: null, availableKiB: null, givesKiB: 0 },
  ],
  domains: [
    {
      host: 'alpha',
      uuid,
      name: 'web1',
      state: 'running',
      nowKiB: 1024,
      usedKiB: null,
      floorKiB: null,
      minimumKiB: null,
      shares: 1000,
      pressure: null,
      spareKiB: 0,
      givesKiB: 0,
      afterKiB: 1024,
      freesKiB: 0,
      stage: null,
      why: 'no-driver',
    },
  ],
}

export const policyDetail: PolicyDetail = {
  host: 'alpha',
  settings: { mode: 'off', keepFreeKiB: 1024 },
  paused: null,
  active: false,
  totalKiB: null,
  availableKiB: null,
  dryAvailableKiB: null,
  domains: [],
  steps: [],
}

export const uploadState: UploadState = {
  id: '7',
  job: '7',
  host: 'alpha',
  pool: 'default',
  name: 'x.iso',
  path: '/var/lib/libvirt/images/x.iso',
  sizeBytes: 4,
  receivedBytes: 0,
  state: 'waiting',
}

export const createFacts: CreateFacts = {
  host: 'alpha',
  kvm: false,
  memory: null,
  cpus: 2,
  pools: [],
  networks: [],
  arches: [],
  firmware: { uefi: false, secureBoot: false, tpm: false },
  graphics: [],
  video: [],
  cpuModes: [],
  cpuModels: [],
  domainNames: [],
  osDatabase: { version: '20221203', folder: null },
}

export const createPreview: CreatePreview = {
  line: 'virt-install --name x',
  options: { uses: [] },
  seed: '0'.repeat(32),
  name: 'x',
  installXml: null,
  finalXml: '<domain/>',
  provenance: { install: null, final: [] },
  storage: [],
  cloudInit: null,
  settled: null,
  warnings: [],
  checks: [],
  errors: [],
}
