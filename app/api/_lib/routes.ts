import { z } from 'zod'

import type { RouteKey } from '../../../server/contract/access.ts'
import {
  apiToken,
  changePasswordRequest,
  createTokenRequest,
  createTokenResponse,
  createUserRequest,
  loginRequest,
  me,
  patchUserRequest,
  session,
  setupRequest,
  user,
} from '../../../server/contract/account.ts'
import { auditPage, auditQuery } from '../../../server/contract/audit.ts'
import {
  createFacts,
  createPreset,
  createPreview,
  createPreviewRequest,
  createReply,
  createRequest,
  fetchRequest,
  imageLabels,
  mediaVolume,
  osEntry,
  presetRequest,
  uploadRequest,
  uploadState,
} from '../../../server/contract/create.ts'
import {
  dirtyRateDetail,
  measureDirtyRateRequest,
  setDirtyRateSamplingRequest,
} from '../../../server/contract/dirty-rate.ts'
import {
  domainAction,
  domainDetail,
  domainState,
  domainUuid,
  fleetPage,
  fleetSortKey,
} from '../../../server/contract/domain.ts'
import {
  evacuationId,
  evacuationPlan,
  pauseEvacuationRequest,
  startEvacuationRequest,
  startEvacuationResponse,
} from '../../../server/contract/evacuation.ts'
import { forecastQuery, forecastReply } from '../../../server/contract/forecast.ts'
import {
  annotation,
  metricName,
  samplesResponse,
  sizingReport,
} from '../../../server/contract/history.ts'
import {
  acceptHostKeyRequest,
  addHostRequest,
  hostDetail,
  hostSlug,
  hostSummary,
  hostTestResult,
  patchHostRequest,
  testHostRequest,
} from '../../../server/contract/host.ts'
import {
  jobId,
  jobKind,
  jobPage,
  jobQuery,
  jobState,
  jobSummary,
  jobWithLog,
} from '../../../server/contract/job.ts'
import {
  domainPolicy,
  hostPolicy,
  policyDetail,
} from '../../../server/contract/memory-policy.ts'
import {
  memoryDetail,
  setMemoryMaximumRequest,
  setMemoryTargetRequest,
  setMemoryTargetResponse,
  setStatsPeriodRequest,
} from '../../../server/contract/memory.ts'
import {
  defaultMigrationOptions,
  migrationControl,
  migrationOptions,
  migrationPreview,
  startMigrationRequest,
  startMigrationResponse,
} from '../../../server/contract/migration.ts'
import {
  hmpRequest,
  monitorAnswer,
  qmpRequest,
  qmpSchema,
} from '../../../server/contract/monitor.ts'
import {
  domainNuma,
  hostNuma,
  numaAdvice,
  numaAdviceQuery,
  numadFacts,
} from '../../../server/contract/numa.ts'
import {
  consumerOrder,
  hostMemoryReport,
  setKsmRequest,
  setKsmResponse,
} from '../../../server/contract/overcommit.ts'
import {
  makeAlikeRequest,
  matrixQuery,
  matrixReply,
  preflightReply,
} from '../../../server/contract/preflight.ts'
import {
  reclaimPlan,
  reclaimRequest,
  reclaimRunRequest,
} from '../../../server/contract/reclaim.ts'

/** What a route takes and gives. The role it needs is in server/contract/access.ts. */
export interface RouteSpec {
  summary: string
  params?: z.ZodType
  query?: z.ZodType
  /** 'bytes': handed to the handler as they come, without a limit. */
  body?: z.ZodType | 'bytes'
  /** null: nothing (204); 'xml': text. */
  reply: z.ZodType | null | 'xml'
  /** 200 when left out, or 204 without a reply. */
  status?: 201
  /** The action in the audit log. Every route that changes something has one. */
  audit?: string
  /** Changes nothing, though it is a POST: no line in the audit log. */
  readOnly?: boolean
}

const listOf = <T extends z.ZodType>(item: T) =>
  // Repeated (host=a&host=b) or with commas (host=a,b).
  z.preprocess(
    (value) =>
      [value ?? []]
        .flat()
        .flatMap((part) => String(part).split(','))
        .filter(Boolean),
    z.array(item).max(500),
  )
/** JSON text within a query; what is no JSON stays text, which the schema refuses. */
const asJson = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => {
    if (typeof value !== 'string') return value
    try {
      return JSON.parse(value) as unknown
    } catch {
      return value
    }
  }, schema)
const flag = z.stringbool().default(false)
const id = z.strictObject({ id: z.string().max(100) })
const host = z.strictObject({ host: hostSlug })
const pool = host.extend({ pool: z.string().min(1).max(255) })
const jobParams = z.strictObject({ id: jobId })
const domain = z.strictObject({ host: hostSlug, uuid: domainUuid })
const span = {
  from: z.coerce.number().describe('epoch ms'),
  to: z.coerce.number().describe('epoch ms'),
}
/** What was done, as virsh would have done it. */
const done = z.object({ command: z.string().nullable() })

const pageQuery = z.strictObject({
  search: z.string().max(200).default(''),
  state: listOf(domainState).default([]),
  sort: fleetSortKey.default('name'),
  descending: flag,
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/** Every route of the API, by the keys of the access table. `openapi.json` is made from it. */
export const routeSpecs = {
  'GET /api/v1/health': {
    summary: 'Whether the server is up',
    reply: z.object({
      status: z.literal('ok'),
      version: z.string(),
      needsSetup: z.boolean(),
    }),
  },
  'GET /api/v1/openapi.json': { summary: 'This description', reply: z.looseObject({}) },
  'POST /api/v1/setup': {
    summary: 'Creates the first admin with the one-time token, and logs in',
    body: setupRequest,
    reply: me,
    audit: 'setup',
  },
  'POST /api/v1/login': {
    summary: 'Logs in: sets the session cookie',
    body: loginRequest,
    reply: me,
    audit: 'session.login',
  },
  'POST /api/v1/logout': {
    summary: 'Ends the session',
    reply: null,
    audit: 'session.logout',
  },
  'GET /api/v1/me': { summary: 'Who is asking', reply: me },
  'PUT /api/v1/me/password': {
    summary: 'Changes the own password; all other sessions end',
    body: changePasswordRequest,
    reply: null,
    audit: 'password.change',
  },
  'GET /api/v1/me/sessions': {
    summary: 'The own sessions, newest first',
    reply: z.object({ sessions: z.array(session) }),
  },
  'DELETE /api/v1/me/sessions/{id}': {
    summary: 'Ends one of the own sessions',
    params: id,
    reply: null,
    audit: 'session.end',
  },
  'GET /api/v1/tokens': {
    summary: 'The own tokens; all of them for an admin',
    reply: z.object({ tokens: z.array(apiToken) }),
  },
  'POST /api/v1/tokens': {
    summary: 'Makes a token, with at most the own role; it is shown only here',
    body: createTokenRequest,
    reply: createTokenResponse,
    status: 201,
    audit: 'token.create',
  },
  'DELETE /api/v1/tokens/{id}': {
    summary: 'Revokes a token',
    params: id,
    reply: null,
    audit: 'token.delete',
  },
  'GET /api/v1/users': {
    summary: 'The accounts',
    reply: z.object({ users: z.array(user) }),
  },
  'POST /api/v1/users': {
    summary: 'Creates an account',
    body: createUserRequest,
    reply: user,
    status: 201,
    audit: 'user.create',
  },
  'PATCH /api/v1/users/{id}': {
    summary: 'Changes role or password, or disables',
    params: id,
    body: patchUserRequest,
    reply: user,
    audit: 'user.update',
  },
  'DELETE /api/v1/users/{id}': {
    summary: 'Removes an account with its sessions and tokens',
    params: id,
    reply: null,
    audit: 'user.delete',
  },
  'GET /api/v1/audit': {
    summary: 'Who did what, newest first',
    query: auditQuery,
    reply: auditPage,
  },
  'GET /api/v1/hosts': {
    summary: 'The hosts',
    reply: z.object({ hosts: z.array(hostSummary) }),
  },
  'POST /api/v1/hosts': {
    summary: 'Adds a host by its libvirt URI',
    body: addHostRequest,
    reply: hostDetail,
    status: 201,
    audit: 'host.add',
  },
  'POST /api/v1/host-tests': {
    summary: 'Tries a URI step by step without keeping it',
    body: testHostRequest,
    reply: hostTestResult,
    audit: 'host.test',
  },
  'POST /api/v1/host-keys': {
    summary: 'Trusts the SSH host key with this fingerprint',
    body: acceptHostKeyRequest,
    reply: null,
    audit: 'host-key.accept',
  },
  'GET /api/v1/hosts/{host}': { summary: 'One host', params: host, reply: hostDetail },
  'PATCH /api/v1/hosts/{host}': {
    summary: 'Changes URI, name or statistics period',
    params: host,
    body: patchHostRequest,
    reply: hostDetail,
    audit: 'host.update',
  },
  'DELETE /api/v1/hosts/{host}': {
    summary: 'Forgets a host; nothing changes on it',
    params: host,
    reply: null,
    audit: 'host.remove',
  },
  'POST /api/v1/hosts/{host}/reconnect': {
    summary: 'Tries to connect now',
    params: host,
    reply: null,
    audit: 'host.reconnect',
  },
  'GET /api/v1/hosts/{host}/memory': {
    summary:
      'What the guests of a host have and may take, beside RAM, huge pages and cells',
    params: host,
    query: z.strictObject({ order: consumerOrder.default('rss') }),
    reply: hostMemoryReport,
  },
  'PUT /api/v1/hosts/{host}/ksm': {
    summary: 'Changes how the host merges equal pages (KSM)',
    params: host,
    body: setKsmRequest,
    reply: setKsmResponse,
    audit: 'host.ksm',
  },
  'GET /api/v1/hosts/{host}/numa': {
    summary: 'NUMA cells of a host, and where its domains may be and are',
    params: host,
    reply: hostNuma,
  },
  'GET /api/v1/hosts/{host}/numa/advice': {
    summary: 'Where a guest of this size belongs, with the XML for it',
    params: host,
    query: numaAdviceQuery,
    reply: numaAdvice,
  },
  'POST /api/v1/hosts/{host}/numa/numad': {
    summary: 'Finds out whether numad is on the host, by a start that cannot take place',
    params: host,
    reply: numadFacts,
    audit: 'host.numad-probe',
  },
  'GET /api/v1/domains': {
    summary: 'A window on the domains of all hosts, filtered and sorted',
    query: pageQuery.extend({ host: listOf(hostSlug).default([]) }),
    reply: fleetPage,
  },
  'GET /api/v1/hosts/{host}/domains': {
    summary: 'The same for one host',
    params: host,
    query: pageQuery,
    reply: fleetPage,
  },
  'GET /api/v1/hosts/{host}/domains/{uuid}': {
    summary: 'One domain',
    params: domain,
    reply: domainDetail,
  },
  'GET /api/v1/hosts/{host}/domains/{uuid}/xml': {
    summary: 'The domain XML as libvirt has it',
    params: domain,
    query: z.strictObject({ inactive: flag }),
    reply: 'xml',
  },
  'POST /api/v1/hosts/{host}/domains/{uuid}/actions/{action}': {
    summary: 'Starts, shuts down, reboots, … a domain',
    params: domain.extend({ action: domainAction }),
    reply: done,
    audit: 'domain.{action}',
  },
  'GET /api/v1/hosts/{host}/domains/{uuid}/migration-preview': {
    summary: 'The virsh line of a move with these options, and what does not go together',
    params: domain,
    query: z.strictObject({
      target: hostSlug,
      options: asJson(migrationOptions.default(defaultMigrationOptions)),
    }),
    reply: migrationPreview,
  },
  'POST /api/v1/hosts/{host}/domains/{uuid}/migrations': {
    summary: 'Begins to move a domain to another host, as a job',
    params: domain,
    body: startMigrationRequest,
    reply: startMigrationResponse,
    status: 201,
    audit: 'migration.start',
  },
  'POST /api/v1/migrations/{id}/control': {
    summary: 'Steers a move that runs: bandwidth, downtime limit, post-copy, abort, …',
    params: z.strictObject({ id: jobId }),
    body: migrationControl,
    reply: done,
    audit: 'migration.control',
  },
  'GET /api/v1/hosts/{host}/domains/{uuid}/memory': {
    summary: 'Everything about the memory of a domain',
    params: domain,
    reply: memoryDetail,
  },
  'PUT /api/v1/hosts/{host}/domains/{uuid}/memory/target': {
    summary: 'Sets the balloon target; a shrink goes in steps unless told otherwise',
    params: domain,
    body: setMemoryTargetRequest,
    reply: setMemoryTargetResponse,
    audit: 'memory.target',
  },
  'POST /api/v1/hosts/{host}/domains/{uuid}/memory/undo': {
    summary: 'Goes back to the target before the last change',
    params: domain,
    reply: setMemoryTargetResponse,
    audit: 'memory.undo',
  },
  'PUT /api/v1/hosts/{host}/domains/{uuid}/memory/maximum': {
    summary: 'Sets what the domain may have from its next start on',
    params: domain,
    body: setMemoryMaximumRequest,
    reply: done,
    audit: 'memory.maximum',
  },
  'PUT /api/v1/hosts/{host}/domains/{uuid}/memory/stats-period': {
    summary: 'How often the guest is asked for statistics',
    params: domain,
    body: setStatsPeriodRequest,
    reply: done,
    audit: 'memory.stats-period',
  },
  'GET /api/v1/hosts/{host}/domains/{uuid}/qmp-schema': {
    summary: 'The QMP commands that the running QEMU understands',
    params: domain,
    reply: qmpSchema,
  },
  'POST /api/v1/hosts/{host}/domains/{uuid}/qmp': {
    summary: 'Sends a QMP command; what is not read-only needs an admin and `confirm`',
    params: domain,
    body: qmpRequest,
    reply: monitorAnswer,
    audit: 'monitor.qmp',
  },
  'POST /api/v1/hosts/{host}/domains/{uuid}/hmp': {
    summary:
      'Sends a line to the human monitor; all but `info …` needs an admin and `confirm`',
    params: domain,
    body: hmpRequest,
    reply: monitorAnswer,
    audit: 'monitor.hmp',
  },
  'GET /api/v1/hosts/{host}/domains/{uuid}/dirty-rate': {
    summary: 'How fast a domain writes to its memory, and its working set',
    params: domain,
    reply: dirtyRateDetail,
  },
  'POST /api/v1/hosts/{host}/domains/{uuid}/dirty-rate': {
    summary: 'Begins measurements of the dirty rate; the results come later',
    params: domain,
    body: measureDirtyRateRequest,
    reply: done,
    audit: 'dirty-rate.measure',
  },
  'PUT /api/v1/hosts/{host}/domains/{uuid}/dirty-rate/sampling': {
    summary: 'Samples more pages by QMP until the domain stops; taints it',
    params: domain,
    body: setDirtyRateSamplingRequest,
    reply: done,
    audit: 'dirty-rate.sampling',
  },
  'GET /api/v1/hosts/{host}/domains/{uuid}/numa': {
    summary: 'Where the memory and vCPUs of a domain may be and are',
    params: domain,
    reply: domainNuma,
  },
  'GET /api/v1/hosts/{host}/domains/{uuid}/preflight': {
    summary: 'Whether the domain may move to each other host, and what it would meet there',
    params: domain,
    reply: preflightReply,
  },
  'GET /api/v1/hosts/{host}/domains/{uuid}/forecast': {
    summary: 'What a forecast of a move to another host is made from',
    params: domain,
    query: forecastQuery,
    reply: forecastReply,
  },
  'GET /api/v1/migration-matrix': {
    summary: 'Which domains may move to which hosts, with what stands in the way',
    query: matrixQuery,
    reply: matrixReply,
  },
  'GET /api/v1/evacuation-plan': {
    summary:
      'Who would go where, in which order, if a host was emptied or a selection moved',
    query: z.strictObject({
      host: hostSlug.optional(),
      domains: listOf(z.string().regex(/^[a-z0-9-]+\/[0-9a-f-]{36}$/))
        .default([])
        .describe('host/uuid, when no host is named'),
      parallel: z.coerce.number().int().min(1).max(8).default(2),
      bandwidthMiBps: z.coerce.number().int().min(1).max(1_000_000).optional(),
      autoConverge: z.stringbool().default(true),
      postCopy: flag,
    }),
    reply: evacuationPlan,
  },
  'POST /api/v1/evacuations': {
    summary: 'Moves many domains as one job with a part for each',
    body: startEvacuationRequest,
    reply: startEvacuationResponse,
    status: 201,
    audit: 'evacuation.start',
  },
  'PUT /api/v1/evacuations/{id}/paused': {
    summary: 'Stops beginning new moves, or goes on; those under way are left alone',
    params: evacuationId,
    body: pauseEvacuationRequest,
    reply: null,
    audit: 'evacuation.pause',
  },
  'POST /api/v1/hosts/{host}/alike': {
    summary: 'Defines or starts a network or a storage pool that another host has',
    params: host,
    body: makeAlikeRequest,
    reply: done,
    audit: 'host.alike',
  },
  'GET /api/v1/samples': {
    summary: 'Metrics of a domain, or of a host, over a span of time',
    query: z.strictObject({
      host: hostSlug,
      domain: domainUuid.optional(),
      metrics: listOf(metricName).pipe(z.array(metricName).min(1)),
      ...span,
      step: z.coerce.number().int().min(1).max(86_400).optional().describe('seconds'),
    }),
    reply: samplesResponse,
  },
  'GET /api/v1/annotations': {
    summary: 'What happened to the domains of a host: started, stopped, resized, pressed',
    query: z.strictObject({ host: hostSlug, domain: domainUuid.optional(), ...span }),
    reply: z.object({ annotations: z.array(annotation) }),
  },
  'GET /api/v1/sizing': {
    summary: 'The use of every domain against its size, with a suggestion',
    query: z.strictObject(span),
    reply: sizingReport,
  },
  'POST /api/v1/reclaim-plans': {
    summary: 'Which domains could give how much memory; nothing is changed',
    body: reclaimRequest,
    reply: reclaimPlan,
    audit: 'memory.plan',
  },
  'POST /api/v1/reclaims': {
    summary: 'Carries out a plan that was shown and confirmed, as a job',
    body: reclaimRunRequest,
    reply: jobSummary,
    status: 201,
    audit: 'memory.reclaim',
  },
  'POST /api/v1/jobs/{id}/undo': {
    summary: 'Gives back all memory that a reclaim took; one under way is stopped first',
    params: jobParams,
    reply: jobSummary,
    status: 201,
    audit: 'memory.reclaim-undo',
  },
  'GET /api/v1/hosts/{host}/memory-policy': {
    summary: 'What a host is to keep free, how its domains take part, and what was done',
    params: host,
    reply: policyDetail,
  },
  'PUT /api/v1/hosts/{host}/memory-policy': {
    summary: 'What a host is to keep free: off, as a dry run, or on',
    params: host,
    body: hostPolicy,
    reply: policyDetail,
    audit: 'memory.policy-host',
  },
  'POST /api/v1/hosts/{host}/memory-policy/give-back': {
    summary: 'Gives all guests what they had before the policy took from them',
    params: host,
    reply: z.object({ domains: z.number().int() }),
    audit: 'memory.policy-give-back',
  },
  'PUT /api/v1/hosts/{host}/domains/{uuid}/memory-policy': {
    summary: 'How a domain takes part: mode, minimum, maximum, shares',
    params: domain,
    body: domainPolicy,
    reply: policyDetail,
    audit: 'memory.policy-domain',
  },
  'GET /api/v1/os': {
    summary: 'Operating systems by name, for a type-ahead, with their sizes',
    query: z.strictObject({
      search: z.string().max(100).default(''),
      arch: z.string().max(20).default('x86_64'),
      limit: z.coerce.number().int().min(1).max(1000).default(20),
    }),
    reply: z.object({ systems: z.array(osEntry) }),
  },
  'GET /api/v1/presets': {
    summary: 'The own virt-install lines that are kept under a name',
    reply: z.object({ presets: z.array(createPreset) }),
  },
  'POST /api/v1/presets': {
    summary: 'Keeps a line under a name; one of the same name is replaced',
    body: presetRequest,
    reply: createPreset,
    status: 201,
    audit: 'preset.save',
  },
  'DELETE /api/v1/presets/{id}': {
    summary: 'Forgets a line',
    params: id,
    reply: null,
    audit: 'preset.remove',
  },
  'GET /api/v1/hosts/{host}/create/facts': {
    summary: 'What a host has and can do, for a new domain',
    params: host,
    reply: createFacts,
  },
  'POST /api/v1/hosts/{host}/create/preview': {
    summary: 'What a virt-install line or a form would make: XML, checks, errors by field',
    params: host,
    body: createPreviewRequest,
    reply: createPreview,
    readOnly: true,
  },
  'POST /api/v1/hosts/{host}/create': {
    summary: 'Creates a domain: begins a job',
    params: host,
    body: createRequest,
    reply: createReply,
    status: 201,
    audit: 'domain.create',
  },
  'GET /api/v1/hosts/{host}/media': {
    summary: 'Volumes of a host that can be booted or attached',
    params: host,
    reply: z.object({ volumes: z.array(mediaVolume) }),
  },
  'GET /api/v1/hosts/{host}/media/labels': {
    summary: 'What an image on a host says of itself: its label, its operating system',
    params: host,
    query: z.strictObject({ path: z.string().min(1).max(4096) }),
    reply: imageLabels,
  },
  'POST /api/v1/hosts/{host}/pools/{pool}/uploads': {
    summary: 'Makes a volume for a file; the bytes follow with PUT /uploads/{id}',
    params: pool,
    body: uploadRequest,
    reply: uploadState,
    status: 201,
    audit: 'volume.upload',
  },
  'POST /api/v1/hosts/{host}/pools/{pool}/fetches': {
    summary: 'The server fetches a file into a pool, and checks it',
    params: pool,
    body: fetchRequest,
    reply: z.object({ job: jobId }),
    status: 201,
    audit: 'volume.fetch',
  },
  'GET /api/v1/uploads/{id}': {
    summary: 'How much of an upload has arrived: go on from there',
    params: id,
    reply: uploadState,
  },
  'PUT /api/v1/uploads/{id}': {
    summary: 'Bytes of an upload from `offset` on, as application/octet-stream',
    params: id,
    query: z.strictObject({
      offset: z.coerce.number().int().min(0).default(0).describe('bytes'),
    }),
    body: 'bytes',
    reply: uploadState,
    audit: 'volume.upload.bytes',
  },
  'DELETE /api/v1/uploads/{id}': {
    summary: 'Cancels an upload; its volume is removed',
    params: id,
    reply: uploadState,
    audit: 'volume.upload.cancel',
  },
  'GET /api/v1/jobs': {
    summary: 'Long work: migrations, creations, uploads, …; newest first',
    query: jobQuery.extend({
      states: listOf(jobState).default([]),
      kinds: listOf(jobKind).default([]),
      offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    reply: jobPage,
  },
  'GET /api/v1/jobs/{id}': {
    summary: 'One job with its steps, its log and what its kind adds',
    params: jobParams,
    reply: jobWithLog,
  },
  'POST /api/v1/jobs/{id}/cancel': {
    summary: 'Asks a job and its parts to stop; `cancel.effect` says what that does',
    params: jobParams,
    reply: jobSummary,
    audit: 'job.cancel',
  },
  'DELETE /api/v1/jobs/{id}': {
    summary: 'Takes a job that has ended off the list, with its parts',
    params: jobParams,
    reply: null,
    audit: 'job.delete',
  },
} as const satisfies Record<RouteKey, RouteSpec>

export type RouteSpecs = typeof routeSpecs
