import type { DomainAction } from '../../server/contract/domain.ts'

interface HostRef {
  host: string
}
interface DomainRef extends HostRef {
  uuid: string
}

const part = encodeURIComponent

/** Addresses of pages. Components never put one together themselves. */
export const paths = {
  fleet: () => '/',
  host: ({ host }: HostRef) => `/hosts/${part(host)}`,
  hostMemory: (host: HostRef) => `${paths.host(host)}/memory`,
  hostNuma: (host: HostRef) => `${paths.host(host)}/numa`,
  domain: ({ host, uuid }: DomainRef) => `/hosts/${part(host)}/domains/${part(uuid)}`,
  domainMemory: (domain: DomainRef) => `${paths.domain(domain)}/memory`,
  domainDirtyRate: (domain: DomainRef) => `${paths.domain(domain)}/dirty-rate`,
  domainMigration: (domain: DomainRef) => `${paths.domain(domain)}/migration`,
  domainXml: (domain: DomainRef) => `${paths.domain(domain)}/xml`,
  domainNuma: (domain: DomainRef) => `${paths.domain(domain)}/numa`,
  domainMonitor: (domain: DomainRef) => `${paths.domain(domain)}/monitor`,
  hostPolicy: (host: HostRef) => `${paths.host(host)}/memory-policy`,
  sizing: () => '/sizing',
  migrations: () => '/migrations',
  create: () => '/create',
  createLike: ({ host, uuid }: DomainRef) =>
    `/create?host=${part(host)}&from=${part(`${host}/${uuid}`)}`,
  createAgain: ({ host, job }: HostRef & { job: string }) =>
    `/create?host=${part(host)}&job=${part(job)}`,
  jobs: () => '/jobs',
  job: (id: string) => `/jobs/${part(id)}`,
  settingsHosts: () => '/settings/hosts',
  settingsUsers: () => '/settings/users',
  audit: () => '/audit',
  account: () => '/account',
  login: (next?: string) => (next ? `/login?next=${part(next)}` : '/login'),
}

const v1 = '/api/v1'

/** Addresses of the API: one for each route of server/contract/access.ts. */
export const apiPaths = {
  health: () => `${v1}/health`,
  openapi: () => `${v1}/openapi.json`,
  setup: () => `${v1}/setup`,
  login: () => `${v1}/login`,
  logout: () => `${v1}/logout`,
  me: () => `${v1}/me`,
  password: () => `${v1}/me/password`,
  sessions: () => `${v1}/me/sessions`,
  session: (id: string) => `${v1}/me/sessions/${part(id)}`,
  tokens: () => `${v1}/tokens`,
  token: (id: string) => `${v1}/tokens/${part(id)}`,
  users: () => `${v1}/users`,
  user: (id: string) => `${v1}/users/${part(id)}`,
  audit: () => `${v1}/audit`,
  hosts: () => `${v1}/hosts`,
  hostTests: () => `${v1}/host-tests`,
  hostKeys: () => `${v1}/host-keys`,
  host: ({ host }: HostRef) => `${v1}/hosts/${part(host)}`,
  reconnect: (host: HostRef) => `${apiPaths.host(host)}/reconnect`,
  domains: () => `${v1}/domains`,
  hostDomains: (host: HostRef) => `${apiPaths.host(host)}/domains`,
  domain: ({ host, uuid }: DomainRef) => `${v1}/hosts/${part(host)}/domains/${part(uuid)}`,
  domainXml: (domain: DomainRef) => `${apiPaths.domain(domain)}/xml`,
  domainAction: (domain: DomainRef, action: DomainAction) =>
    `${apiPaths.domain(domain)}/actions/${action}`,
  migrationPreview: (domain: DomainRef) => `${apiPaths.domain(domain)}/migration-preview`,
  migrations: (domain: DomainRef) => `${apiPaths.domain(domain)}/migrations`,
  migrationControl: (id: string) => `${v1}/migrations/${part(id)}/control`,
  memory: (domain: DomainRef) => `${apiPaths.domain(domain)}/memory`,
  memoryTarget: (domain: DomainRef) => `${apiPaths.memory(domain)}/target`,
  memoryUndo: (domain: DomainRef) => `${apiPaths.memory(domain)}/undo`,
  memoryMaximum: (domain: DomainRef) => `${apiPaths.memory(domain)}/maximum`,
  statsPeriod: (domain: DomainRef) => `${apiPaths.memory(domain)}/stats-period`,
  qmpSchema: (domain: DomainRef) => `${apiPaths.domain(domain)}/qmp-schema`,
  qmp: (domain: DomainRef) => `${apiPaths.domain(domain)}/qmp`,
  hmp: (domain: DomainRef) => `${apiPaths.domain(domain)}/hmp`,
  dirtyRate: (domain: DomainRef) => `${apiPaths.domain(domain)}/dirty-rate`,
  dirtyRateSampling: (domain: DomainRef) => `${apiPaths.dirtyRate(domain)}/sampling`,
  domainNuma: (domain: DomainRef) => `${apiPaths.domain(domain)}/numa`,
  hostMemory: (host: HostRef) => `${apiPaths.host(host)}/memory`,
  ksm: (host: HostRef) => `${apiPaths.host(host)}/ksm`,
  hostNuma: (host: HostRef) => `${apiPaths.host(host)}/numa`,
  numaAdvice: (host: HostRef) => `${apiPaths.hostNuma(host)}/advice`,
  numad: (host: HostRef) => `${apiPaths.hostNuma(host)}/numad`,
  preflight: (domain: DomainRef) => `${apiPaths.domain(domain)}/preflight`,
  forecast: (domain: DomainRef) => `${apiPaths.domain(domain)}/forecast`,
  migrationMatrix: () => `${v1}/migration-matrix`,
  evacuationPlan: () => `${v1}/evacuation-plan`,
  evacuations: () => `${v1}/evacuations`,
  evacuationPaused: (id: string) => `${apiPaths.evacuations()}/${part(id)}/paused`,
  migrationRuns: () => `${v1}/migration-runs`,
  linkProbes: (host: HostRef) => `${apiPaths.host(host)}/link-probes`,
  alike: (host: HostRef) => `${apiPaths.host(host)}/alike`,
  samples: () => `${v1}/samples`,
  annotations: () => `${v1}/annotations`,
  sizing: () => `${v1}/sizing`,
  reclaimPlans: () => `${v1}/reclaim-plans`,
  reclaims: () => `${v1}/reclaims`,
  jobUndo: (id: string) => `${apiPaths.job(id)}/undo`,
  memoryPolicy: (host: HostRef) => `${apiPaths.host(host)}/memory-policy`,
  memoryPolicyGiveBack: (host: HostRef) => `${apiPaths.memoryPolicy(host)}/give-back`,
  domainMemoryPolicy: (domain: DomainRef) => `${apiPaths.domain(domain)}/memory-policy`,
  jobs: () => `${v1}/jobs`,
  job: (id: string) => `${v1}/jobs/${part(id)}`,
  os: () => `${v1}/os`,
  presets: () => `${v1}/presets`,
  preset: (id: string) => `${v1}/presets/${part(id)}`,
  createFacts: (host: HostRef) => `${apiPaths.host(host)}/create/facts`,
  create: (host: HostRef) => `${apiPaths.host(host)}/create`,
  createPreview: (host: HostRef) => `${apiPaths.create(host)}/preview`,
  media: (host: HostRef) => `${apiPaths.host(host)}/media`,
  mediaLabels: (host: HostRef) => `${apiPaths.media(host)}/labels`,
  poolUploads: (host: HostRef, pool: string) =>
    `${apiPaths.host(host)}/pools/${part(pool)}/uploads`,
  poolFetches: (host: HostRef, pool: string) =>
    `${apiPaths.host(host)}/pools/${part(pool)}/fetches`,
  upload: (id: string) => `${v1}/uploads/${part(id)}`,
  jobCancel: (id: string) => `${apiPaths.job(id)}/cancel`,
}

/** The live websocket of the site that `location` names. */
export function liveUrl(location: { protocol: string; host: string }): string {
  return `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}/live`
}
