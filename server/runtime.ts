/*
 * All that Next's side of the process may ask of the server's, on one page: who writes a route or a page
 * needs no other file of server/ but the contract. A third of it is imports.
 */

import type { z } from 'zod'

import type {
  ApiToken,
  createTokenRequest,
  createUserRequest,
  Me,
  patchUserRequest,
  Role,
  Session,
  User,
} from './contract/account.ts'
import type { AuditPage, AuditQuery, NewAuditEntry } from './contract/audit.ts'
import type {
  CreateFacts,
  CreatePreset,
  CreatePreview,
  CreatePreviewRequest,
  CreateReply,
  CreateRequest,
  fetchRequest,
  ImageLabels,
  MediaVolume,
  OsEntry,
  presetRequest,
  uploadRequest,
  UploadState,
} from './contract/create.ts'
import type { DirtyRateDetail, MeasureDirtyRateRequest } from './contract/dirty-rate.ts'
import type {
  DomainAction,
  DomainDetail,
  FleetPage,
  FleetQuery,
} from './contract/domain.ts'
import type {
  EvacuationOptions,
  EvacuationPlan,
  StartEvacuationRequest,
} from './contract/evacuation.ts'
import type {
  ForecastReply,
  ForecastRunsQuery,
  ForecastRunsReply,
  LinkProbe,
} from './contract/forecast.ts'
import type {
  Annotation,
  AnnotationsQuery,
  SamplesQuery,
  SamplesResponse,
  SizingQuery,
  SizingReport,
} from './contract/history.ts'
import type {
  AcceptHostKeyRequest,
  AddHostRequest,
  HostDetail,
  HostSummary,
  HostTestResult,
  PatchHostRequest,
} from './contract/host.ts'
import type { JobPage, JobQuery, JobSummary, JobWithLog } from './contract/job.ts'
import type { DomainPolicy, HostPolicy, PolicyDetail } from './contract/memory-policy.ts'
import type {
  MemoryDetail,
  Resize,
  SetMemoryMaximumRequest,
  SetMemoryTargetRequest,
} from './contract/memory.ts'
import type {
  MigrationControl,
  MigrationOptions,
  MigrationPreview,
  StartMigrationRequest,
} from './contract/migration.ts'
import type {
  HmpRequest,
  MonitorAnswer,
  QmpRequest,
  QmpSchema,
} from './contract/monitor.ts'
import type { DomainNuma, HostNuma, NumaAdvice, NumadFacts } from './contract/numa.ts'
import type {
  ConsumerOrder,
  HostMemoryReport,
  Ksm,
  SetKsmRequest,
} from './contract/overcommit.ts'
import type {
  AlikeReply,
  MakeAlikeRequest,
  MakeAllAlikeReply,
  MakeAllAlikeRequest,
  MatrixQuery,
  MatrixReply,
  PreflightRemedy,
  PreflightReply,
} from './contract/preflight.ts'
import type { ReclaimPlan, ReclaimRequest, ReclaimRunRequest } from './contract/reclaim.ts'

/** A change that was made, with the virsh line that would have made it. */
export interface Change<T> {
  result: T
  command: string | null
}

/** The hosts as machines: memory, NUMA cells, KSM. Every method throws only ProblemError. */
export interface NodesApi {
  memory(host: string, order: ConsumerOrder): Promise<HostMemoryReport>
  setKsm(host: string, set: SetKsmRequest): Promise<Change<{ ksm: Ksm; command: string }>>
  numa(host: string): Promise<HostNuma>
  /** Where a guest of this size belongs. */
  advice(
    host: string,
    size: { vcpus: number; memoryKiB: number; pageKiB: number | null },
  ): Promise<NumaAdvice>
  /** Asks libvirt for a start that cannot take place; its words tell whether numad is there. */
  probeNumad(host: string): Promise<Change<NumadFacts>>
  domainNuma(host: string, uuid: string): Promise<DomainNuma>
}

/** What pages and route handlers may ask of the fleet. Every method throws only ProblemError. */
export interface FleetApi {
  nodes: NodesApi
  listHosts(): HostSummary[]
  getHost(host: string): HostDetail
  addHost(request: AddHostRequest): Promise<Change<HostDetail>>
  updateHost(host: string, patch: PatchHostRequest): Promise<Change<HostDetail>>
  removeHost(host: string): Promise<Change<null>>
  /** Tries a URI step by step without keeping it. Takes at most 20 s. */
  testHost(uri: string): Promise<HostTestResult>
  /** Trusts the key with this fingerprint from now on, and reconnects the hosts that waited for it. */
  acceptHostKey(request: AcceptHostKeyRequest): Promise<Change<null>>
  reconnectHost(host: string): Change<null>

  listDomains(query: FleetQuery, offset: number, limit: number): FleetPage
  getDomain(host: string, uuid: string): DomainDetail
  getDomainXml(host: string, uuid: string, options: { inactive: boolean }): Promise<string>
  actOnDomain(host: string, uuid: string, action: DomainAction): Promise<Change<null>>

  getMemory(host: string, uuid: string): MemoryDetail
  /** `by` is the username, kept with the resize. */
  setMemoryTarget(
    host: string,
    uuid: string,
    request: SetMemoryTargetRequest & { by: string },
  ): Promise<Change<Resize | null>>
  undoMemoryTarget(
    host: string,
    uuid: string,
    by: string,
    affects?: 'live' | 'config',
  ): Promise<Change<Resize | null>>
  /** In the config: for the next start. */
  setMaximumMemory(
    host: string,
    uuid: string,
    request: SetMemoryMaximumRequest,
  ): Promise<Change<null>>
  setStatsPeriod(host: string, uuid: string, periodSeconds: number): Promise<Change<null>>

  getDirtyRate(host: string, uuid: string): DirtyRateDetail
  /** Resolves when the first window has begun. */
  measureDirtyRate(
    host: string,
    uuid: string,
    request: MeasureDirtyRateRequest,
  ): Promise<Change<null>>
  setDirtyRateSampling(host: string, uuid: string, fine: boolean): Change<null>

  /** What the running QEMU understands; read from it once an emulator version. */
  qmpSchema(host: string, uuid: string): Promise<Change<QmpSchema>>
  /** What only looks needs an operator; the rest an admin who names the domain. */
  qmp(
    host: string,
    uuid: string,
    request: QmpRequest & { role: Role },
  ): Promise<Change<MonitorAnswer>>
  hmp(
    host: string,
    uuid: string,
    request: HmpRequest & { role: Role },
  ): Promise<Change<MonitorAnswer>>
}

/** What a move would meet and how it would go. Every method throws only ProblemError. */
export interface MovesApi {
  /** One domain against all other hosts, the best first. */
  preflight(host: string, uuid: string): Promise<PreflightReply>
  /** Many domains against all hosts. */
  matrix(query: MatrixQuery): Promise<MatrixReply>
  /** What a forecast of the move is made from. */
  forecast(host: string, uuid: string, target: string): Promise<ForecastReply>
  /** Moves that ended, with what was expected of them. */
  runs(query: ForecastRunsQuery): ForecastRunsReply
  /** Sends some MiB from `host` to another one, and keeps how fast they went. */
  measureLink(host: string, target: string): Promise<Change<LinkProbe>>
  /** The networks and pools that `host` lacks beside another one. */
  alike(host: string, source: string): Promise<AlikeReply>
  /** Makes on `host` what another host has: a network or a pool. */
  makeAlike(host: string, request: MakeAlikeRequest): Promise<Change<PreflightRemedy>>
  /** The same for all that was confirmed. */
  makeAllAlike(
    host: string,
    request: MakeAllAlikeRequest,
  ): Promise<Change<MakeAllAlikeReply>>
}

/** Moving domains between hosts. Every method throws only ProblemError. */
export interface MigrationsApi {
  preview(
    host: string,
    uuid: string,
    target: string,
    options: MigrationOptions,
  ): MigrationPreview
  /** Begins a job; `role` because XML of one's own needs an admin. */
  start(
    host: string,
    uuid: string,
    request: StartMigrationRequest & { by: string; role: Role },
  ): { job: JobSummary; command: string }
  /** `id` is that of the job. */
  control(
    id: string,
    request: MigrationControl,
    by: string,
  ): Promise<{ command: string | null; host: string }>
}

/** Many moves as one job. Every method throws only ProblemError. */
export interface EvacuationsApi {
  /** `host` is to be emptied; null: the domains that are named. */
  plan(
    host: string | null,
    domains: readonly { host: string; uuid: string }[],
    options: EvacuationOptions,
  ): Promise<EvacuationPlan>
  start(request: StartEvacuationRequest & { by: string; role: Role }): { job: JobSummary }
  /** `id` is that of the job. */
  pause(id: string, paused: boolean): void
}

/** What was sampled and what happened, read back. Every method throws only ProblemError. */
export interface HistoryApi {
  /** From the tier that fits the step, and from the live series what is not kept yet. */
  samples(query: SamplesQuery): Promise<SamplesResponse>
  /** Oldest first, at most 500: the newest of the span. */
  annotations(query: AnnotationsQuery): Promise<Annotation[]>
  /** The use of every domain against its size. */
  sizing(query: SizingQuery): Promise<SizingReport>
}

/** Long work. Every method throws only ProblemError. */
export interface JobsApi {
  list(query: JobQuery, offset: number, limit: number): JobPage
  get(id: string): JobWithLog
  /** Asks a job and its parts to stop. */
  cancel(id: string, by: string): JobSummary
  /** Takes an ended job off the list. */
  remove(id: string): JobSummary
}

/** Memory taken back from many domains by a plan. Every method throws only ProblemError. */
export interface ReclaimApi {
  /** What would happen; nothing does. */
  plan(request: ReclaimRequest): ReclaimPlan
  /** Carries out a plan that somebody confirmed, as a job. */
  run(request: ReclaimRunRequest, by: string): JobSummary
  /** Gives back all that the reclaim of this job took, as a job; one under way is stopped first. */
  undo(id: string, by: string): JobSummary
}

/** What hosts are to keep free. Every method throws only ProblemError. */
export interface MemoryPolicyApi {
  get(host: string): PolicyDetail
  setHost(host: string, settings: HostPolicy): PolicyDetail
  setDomain(host: string, uuid: string, settings: DomainPolicy): PolicyDetail
  /** Gives all guests of a host what they had before the policy took from them. */
  giveBack(host: string): Promise<{ domains: number }>
}

/**
 * Creating domains: what a form is filled from, volumes from browsers and addresses. Every method
 * throws only ProblemError.
 */
export interface CreateApi {
  /** What a host has and can do. Seconds the first time, on a host that has to probe its QEMU. */
  facts(host: string): Promise<CreateFacts>
  /** Volumes that can be booted or attached. */
  media(host: string): Promise<MediaVolume[]>
  /** What an image on a host says of itself. */
  labels(host: string, path: string): Promise<ImageLabels>
  /** What would be made of a line or a form; what is wrong is an answer too. */
  preview(host: string, request: CreatePreviewRequest): Promise<CreatePreview>
  /** Begins the job. Refuses what is wrong with the fields that it belongs to (`issues`). */
  create(host: string, request: CreateRequest, me: Me): Promise<CreateReply>
  searchOs(search: string, options: { limit: number; arch: string }): Promise<OsEntry[]>

  /** Makes the volume that an upload is to fill. */
  beginUpload(
    host: string,
    pool: string,
    request: z.infer<typeof uploadRequest>,
    me: Me,
  ): Promise<UploadState>
  uploadState(id: string): UploadState
  /** Takes the bytes from `offsetBytes` on; resolves when the host has them. */
  upload(
    id: string,
    offsetBytes: number,
    body: AsyncIterable<Uint8Array>,
    me: Me,
  ): Promise<UploadState>
  cancelUpload(id: string, me: Me): UploadState
  /** Begins to fetch a file into a pool; gives the job. */
  fetch(host: string, pool: string, request: z.infer<typeof fetchRequest>, me: Me): string

  presets(me: Me): CreatePreset[]
  /** One of the same name is replaced. */
  savePreset(me: Me, request: z.infer<typeof presetRequest>): CreatePreset
  removePreset(me: Me, id: string): void
}

/** Where a request came from, for limits and the audit log. */
export interface Caller {
  me: Me
  address: string | null
}

/** Accounts, sessions and tokens. Methods throw only ProblemError. */
export interface AuthApi {
  /** Who sends these headers (session cookie or Bearer token); null = nobody. */
  identify(headers: Headers): Promise<Me | null>
  /** True until the first admin exists. */
  needsSetup(): boolean
  /** Creates the first admin with the one-time token and logs in: gives the Set-Cookie values. */
  setup(
    request: { token: string; username: string; password: string },
    origin: { address: string | null; userAgent: string | null },
  ): Promise<{ me: Me; setCookie: string[] }>
  /** Limited per account and address: throws too_many_requests. */
  login(
    request: { username: string; password: string },
    origin: { address: string | null; userAgent: string | null },
  ): Promise<{ me: Me; setCookie: string[] }>
  logout(headers: Headers): Promise<{ setCookie: string[] }>
  changePassword(
    headers: Headers,
    request: { currentPassword: string; newPassword: string },
  ): Promise<void>

  listSessions(headers: Headers): Promise<Session[]>
  endSession(headers: Headers, id: string): Promise<void>

  listUsers(): Promise<User[]>
  createUser(request: z.infer<typeof createUserRequest>): Promise<User>
  /** Refuses to take away the last enabled admin. Ends the user's sessions when disabled. */
  patchUser(id: string, patch: z.infer<typeof patchUserRequest>): Promise<User>
  deleteUser(id: string): Promise<void>

  /** Own tokens; all of them for an admin. */
  listTokens(me: Me): Promise<ApiToken[]>
  /** The role is at most the caller's own. */
  createToken(
    me: Me,
    request: z.infer<typeof createTokenRequest>,
  ): Promise<{ token: string; info: ApiToken }>
  deleteToken(me: Me, id: string): Promise<void>

  /** Calls back when a user's session or token ends or its role changes, to close its live sockets. */
  onIdentityChange(listener: (userId: string) => void): () => void
}

export interface AuditApi {
  add(entry: NewAuditEntry): void
  list(query: AuditQuery): AuditPage
}

/** What the Next side of the process can reach. Registered by main.ts before Next is prepared. */
export interface Runtime {
  version: string
  /** Origins that may change state and open sockets, besides the one the request names as Host. */
  trustedOrigins: readonly string[]
  fleet: FleetApi
  migrations: MigrationsApi
  history: HistoryApi
  jobs: JobsApi
  moves: MovesApi
  reclaim: ReclaimApi
  policies: MemoryPolicyApi
  evacuations: EvacuationsApi
  create: CreateApi
  auth: AuthApi
  audit: AuditApi
  /** Logs a fault that the caller is only told about in general words (status 500). */
  reportError(error: unknown, where: string): void
}

export type { Role }

const slot = Symbol.for('ballast.runtime')
type Holder = { [slot]?: Runtime }

/** Node and Next load this module twice, so the runtime hangs on globalThis, not on the module. */
export function registerRuntime(runtime: Runtime): void {
  ;(globalThis as Holder)[slot] = runtime
}

/** @throws Error when called outside the server process (at build time, or in a unit test) */
export function getRuntime(): Runtime {
  const runtime = (globalThis as Holder)[slot]
  if (!runtime)
    throw new Error('No runtime here: start the server with npm start or npm run dev')
  return runtime
}
