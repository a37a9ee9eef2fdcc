import { vi } from 'vitest'

import type { Me } from '../../../../server/contract/account.ts'
import type { NewAuditEntry } from '../../../../server/contract/audit.ts'
import { ProblemError } from '../../../../server/contract/problem.ts'
import { registerRuntime } from '../../../../server/runtime.ts'
import type {
  AuditApi,
  AuthApi,
  CreateApi,
  FleetApi,
  Runtime,
} from '../../../../server/runtime.ts'
import { fakeNodes } from './node-samples.ts'
import {
  createFacts,
  createPreview,
  dirtyRateDetail,
  domainDetail,
  fleetPage,
  forecastReply,
  hostDetail,
  job,
  jobSummary,
  memoryDetail,
  people,
  policyDetail,
  reclaimPlan,
  resize,
  uuid,
  uploadState,
} from './samples.ts'

export interface FakeRuntime extends Runtime {
  /** Every line that reached the audit log. */
  lines: NewAuditEntry[]
  reportError: ReturnType<typeof vi.fn<Runtime['reportError']>>
}

const command = 'virsh -c qemu+ssh://root@alpha/system start web1'

/**
 * A runtime that says yes to everything, registered for the handlers under test. Whoever sends the
 * header `authorization: Bearer ROLE` or the cookie `role=ROLE` is that person.
 */
export function registerFakeRuntime(): FakeRuntime {
  const lines: NewAuditEntry[] = []
  const audit: AuditApi = {
    add: (entry) => void lines.push(entry),
    list: () => ({ entries: [], more: false }),
  }
  const runtime: FakeRuntime = {
    version: '1.2.3',
    trustedOrigins: ['https://ballast.example.org'],
    fleet: fakeFleet(),
    history: {
      samples: vi.fn(async () => ({ stepSeconds: 1, tMs: [], metrics: {} })),
      annotations: vi.fn(async () => []),
      sizing: vi.fn(async () => ({ fromMs: 1, toMs: 2, rows: [] })),
    },
    migrations: {
      preview: () => ({ command: 'virsh migrate web1', conflicts: [] }),
      start: vi.fn(() => ({ job: jobSummary, command: 'virsh migrate web1' })),
      control: vi.fn(async () => ({
        command: 'virsh migrate-setspeed web1 100',
        host: 'alpha',
      })),
    },
    jobs: {
      list: () => ({ total: 1, matched: 1, offset: 0, jobs: [jobSummary] }),
      get: () => ({ job, log: [], series: { tMs: [], columns: {} } }),
      cancel: vi.fn(() => jobSummary),
      remove: vi.fn(() => jobSummary),
    },
    moves: {
      preflight: vi.fn(async () => ({
        host: 'alpha',
        uuid,
        name: 'web1',
        state: 'running' as const,
        targets: [],
      })),
      matrix: vi.fn(async () => ({ total: 0, offset: 0, hosts: [], rows: [] })),
      forecast: vi.fn(async () => forecastReply),
      runs: vi.fn(() => ({ total: 0, offset: 0, runs: [], pairs: [] })),
      measureLink: vi.fn(async () => ({
        result: {
          source: 'alpha',
          target: 'beta',
          atMs: 1,
          mibps: 110,
          bytes: 2 ** 28,
          seconds: 2.3,
        },
        command,
      })),
      alike: vi.fn(async () => ({
        remedies: [{ kind: 'start-network' as const, name: 'default' }],
      })),
      makeAllAlike: vi.fn(async () => ({
        result: {
          made: [{ kind: 'start-network' as const, name: 'default', error: null }],
        },
        command,
      })),
      makeAlike: vi.fn(async () => ({
        result: { kind: 'start-network' as const, name: 'default' },
        command,
      })),
    },
    reclaim: {
      plan: vi.fn(() => reclaimPlan),
      run: vi.fn(() => jobSummary),
      undo: vi.fn(() => jobSummary),
    },
    policies: {
      get: (host) => known(host, policyDetail),
      setHost: vi.fn(() => policyDetail),
      setDomain: vi.fn(() => policyDetail),
      giveBack: vi.fn(async () => ({ domains: 1 })),
    },
    evacuations: {
      plan: vi.fn(async () => ({ moves: [], totalMs: null, left: 0 })),
      start: vi.fn(() => ({ job: jobSummary })),
      pause: vi.fn(),
    },
    create: fakeCreate(),
    auth: fakeAuth(),
    audit,
    lines,
    reportError: vi.fn(),
  }
  registerRuntime(runtime)
  return runtime
}

function fakeFleet(): FleetApi {
  return {
    nodes: fakeNodes,
    listHosts: () => [hostDetail],
    getHost: (host) => known(host, hostDetail),
    addHost: async () => ({ result: hostDetail, command: null }),
    updateHost: async () => ({ result: hostDetail, command: null }),
    removeHost: async () => ({ result: null, command: null }),
    testHost: async () => ({ ok: true, steps: [], failure: null }),
    acceptHostKey: async () => ({ result: null, command: null }),
    reconnectHost: () => ({ result: null, command: null }),
    listDomains: vi.fn(() => fleetPage),
    getDomain: (host) => known(host, domainDetail),
    getDomainXml: async () => '<domain/>',
    actOnDomain: vi.fn(async () => ({ result: null, command })),
    getMemory: (host) => known(host, memoryDetail),
    setMemoryTarget: vi.fn(async () => ({ result: resize, command: resize.command })),
    undoMemoryTarget: vi.fn(async () => ({ result: resize, command: null })),
    setMaximumMemory: async () => ({ result: null, command: 'virsh setmaxmem' }),
    setStatsPeriod: async () => ({ result: null, command }),
    qmpSchema: async () => ({
      result: { version: '7.2.22', commands: [], events: [] },
      command: 'virsh qemu-monitor-command',
    }),
    qmp: vi.fn(async () => ({ result: { answer: '{"return":{}}', command }, command })),
    hmp: vi.fn(async () => ({ result: { answer: 'running', command }, command })),
    getDirtyRate: (host) => known(host, dirtyRateDetail),
    measureDirtyRate: async () => ({ result: null, command }),
    setDirtyRateSampling: () => ({ result: null, command }),
  }
}

function fakeCreate(): CreateApi {
  return {
    facts: async (host) => known(host, createFacts),
    media: async () => [],
    labels: async (_host, path) => ({ path, volumeId: 'ARCH', os: null, live: false }),
    searchOs: async () => [],
    preview: vi.fn(async () => createPreview),
    create: vi.fn(async () => ({ job: '7', command, rootPassword: null })),
    beginUpload: vi.fn(async () => uploadState),
    uploadState: () => uploadState,
    upload: vi.fn(async (_id, _offset, body) => {
      let receivedBytes = 0
      for await (const part of body) receivedBytes += part.byteLength
      return { ...uploadState, receivedBytes }
    }),
    cancelUpload: () => uploadState,
    fetch: vi.fn(() => '7'),
    presets: () => [],
    savePreset: (_me, request) => ({ ...request, id: 'p', createdMs: 1 }),
    removePreset: vi.fn(),
  }
}

function known<T>(host: string, value: T): T {
  if (host === 'alpha') return value
  throw new ProblemError('not_found', { detail: `There is no host ${host}`, host })
}

function fakeAuth(): AuthApi {
  const user = {
    id: 'v',
    username: 'ann',
    role: 'viewer' as const,
    createdMs: 1,
    lastLoginMs: null,
    disabled: false,
  }
  const token = {
    id: 't1',
    name: 'ci',
    role: 'viewer' as const,
    createdMs: 1,
    expiresMs: null,
    usedMs: null,
    owner: 'ann',
  }
  const loggedIn = {
    me: people.admin,
    setCookie: ['ballast.session_token=x; Path=/; HttpOnly; SameSite=Lax'],
  }
  return {
    identify: async (headers) => identify(headers),
    needsSetup: () => false,
    setup: async () => loggedIn,
    login: vi.fn(async () => loggedIn),
    logout: async () => ({ setCookie: ['ballast.session_token=; Max-Age=0; Path=/'] }),
    changePassword: async () => {},
    listSessions: async () => [],
    endSession: async () => {},
    listUsers: async () => [user],
    createUser: async () => user,
    patchUser: async () => user,
    deleteUser: async () => {},
    listTokens: async () => [token],
    createToken: async () => ({ token: 'blst_x', info: token }),
    deleteToken: async () => {},
    onIdentityChange: () => () => {},
  }
}

function identify(headers: Headers): Me | null {
  const said = `${headers.get('authorization') ?? headers.get('cookie') ?? ''}`
  const name = /(?:Bearer |role=)(\w+)/.exec(said)?.[1]
  return Object.values(people).find(({ role }) => role === name) ?? null
}
