import type { Role } from './account.ts'
import type { TopicName } from './live.ts'

/**
 * Who may call what: the one table. `nobody` = without a session. A route that is not here does not
 * exist: api/_lib/handler.ts looks its role up by this key, and a test walks the folder.
 */
export const routeRoles = {
  'GET /api/v1/health': 'nobody',
  'GET /api/v1/openapi.json': 'viewer',
  'POST /api/v1/setup': 'nobody',
  'POST /api/v1/login': 'nobody',
  'POST /api/v1/logout': 'nobody',
  'GET /api/v1/me': 'viewer',
  'PUT /api/v1/me/password': 'viewer',
  'GET /api/v1/me/sessions': 'viewer',
  'DELETE /api/v1/me/sessions/{id}': 'viewer',
  'GET /api/v1/tokens': 'viewer',
  'POST /api/v1/tokens': 'viewer',
  'DELETE /api/v1/tokens/{id}': 'viewer',
  'GET /api/v1/users': 'admin',
  'POST /api/v1/users': 'admin',
  'PATCH /api/v1/users/{id}': 'admin',
  'DELETE /api/v1/users/{id}': 'admin',
  'GET /api/v1/audit': 'viewer',
  'GET /api/v1/hosts': 'viewer',
  'POST /api/v1/hosts': 'admin',
  'POST /api/v1/host-tests': 'admin',
  'POST /api/v1/host-keys': 'admin',
  'GET /api/v1/hosts/{host}': 'viewer',
  'PATCH /api/v1/hosts/{host}': 'admin',
  'DELETE /api/v1/hosts/{host}': 'admin',
  'POST /api/v1/hosts/{host}/reconnect': 'operator',
  'GET /api/v1/hosts/{host}/memory': 'viewer',
  // Of the whole machine: every guest of it is concerned.
  'PUT /api/v1/hosts/{host}/ksm': 'admin',
  'GET /api/v1/hosts/{host}/numa': 'viewer',
  'GET /api/v1/hosts/{host}/numa/advice': 'viewer',
  'POST /api/v1/hosts/{host}/numa/numad': 'operator',
  'GET /api/v1/domains': 'viewer',
  'GET /api/v1/hosts/{host}/domains': 'viewer',
  'GET /api/v1/hosts/{host}/domains/{uuid}': 'viewer',
  'GET /api/v1/hosts/{host}/domains/{uuid}/xml': 'viewer',
  'POST /api/v1/hosts/{host}/domains/{uuid}/actions/{action}': 'operator',
  'GET /api/v1/hosts/{host}/domains/{uuid}/migration-preview': 'viewer',
  // XML of one's own needs an admin besides: server/moves/moves.ts.
  'POST /api/v1/hosts/{host}/domains/{uuid}/migrations': 'operator',
  'POST /api/v1/migrations/{id}/control': 'operator',
  'GET /api/v1/hosts/{host}/domains/{uuid}/memory': 'viewer',
  'PUT /api/v1/hosts/{host}/domains/{uuid}/memory/target': 'operator',
  'POST /api/v1/hosts/{host}/domains/{uuid}/memory/undo': 'operator',
  'PUT /api/v1/hosts/{host}/domains/{uuid}/memory/maximum': 'operator',
  'PUT /api/v1/hosts/{host}/domains/{uuid}/memory/stats-period': 'operator',
  'GET /api/v1/hosts/{host}/domains/{uuid}/qmp-schema': 'operator',
  // Commands that may change something need an admin besides: server/fleet/monitor-actions.ts.
  'POST /api/v1/hosts/{host}/domains/{uuid}/qmp': 'operator',
  'POST /api/v1/hosts/{host}/domains/{uuid}/hmp': 'operator',
  'GET /api/v1/hosts/{host}/domains/{uuid}/dirty-rate': 'viewer',
  'POST /api/v1/hosts/{host}/domains/{uuid}/dirty-rate': 'operator',
  'PUT /api/v1/hosts/{host}/domains/{uuid}/dirty-rate/sampling': 'operator',
  'GET /api/v1/hosts/{host}/domains/{uuid}/numa': 'viewer',
  'GET /api/v1/hosts/{host}/domains/{uuid}/preflight': 'viewer',
  'GET /api/v1/hosts/{host}/domains/{uuid}/forecast': 'viewer',
  'GET /api/v1/migration-matrix': 'viewer',
  'GET /api/v1/evacuation-plan': 'viewer',
  'POST /api/v1/evacuations': 'operator',
  'PUT /api/v1/evacuations/{id}/paused': 'operator',
  // Defines or starts a network or a pool that another host has.
  'POST /api/v1/hosts/{host}/alike': 'operator',
  'GET /api/v1/hosts/{host}/alike': 'viewer',
  'PUT /api/v1/hosts/{host}/alike': 'operator',
  'GET /api/v1/migration-runs': 'viewer',
  // Fills the link between two hosts for some seconds.
  'POST /api/v1/hosts/{host}/link-probes': 'operator',
  'GET /api/v1/samples': 'viewer',
  'GET /api/v1/annotations': 'viewer',
  'GET /api/v1/sizing': 'viewer',
  'POST /api/v1/reclaim-plans': 'operator',
  'POST /api/v1/reclaims': 'operator',
  'POST /api/v1/jobs/{id}/undo': 'operator',
  'GET /api/v1/hosts/{host}/memory-policy': 'viewer',
  'PUT /api/v1/hosts/{host}/memory-policy': 'admin',
  'POST /api/v1/hosts/{host}/memory-policy/give-back': 'admin',
  'PUT /api/v1/hosts/{host}/domains/{uuid}/memory-policy': 'admin',
  'GET /api/v1/os': 'viewer',
  'GET /api/v1/presets': 'operator',
  'POST /api/v1/presets': 'operator',
  'DELETE /api/v1/presets/{id}': 'operator',
  'GET /api/v1/hosts/{host}/create/facts': 'operator',
  'POST /api/v1/hosts/{host}/create/preview': 'operator',
  'POST /api/v1/hosts/{host}/create': 'operator',
  'GET /api/v1/hosts/{host}/media': 'operator',
  'GET /api/v1/hosts/{host}/media/labels': 'operator',
  'POST /api/v1/hosts/{host}/pools/{pool}/uploads': 'operator',
  'POST /api/v1/hosts/{host}/pools/{pool}/fetches': 'operator',
  'GET /api/v1/uploads/{id}': 'operator',
  'PUT /api/v1/uploads/{id}': 'operator',
  'DELETE /api/v1/uploads/{id}': 'operator',
  'GET /api/v1/jobs': 'viewer',
  'GET /api/v1/jobs/{id}': 'viewer',
  'POST /api/v1/jobs/{id}/cancel': 'operator',
  'DELETE /api/v1/jobs/{id}': 'operator',
} as const satisfies Record<string, Role | 'nobody'>

export type RouteKey = keyof typeof routeRoles

/** The same for what http/server.ts answers itself, beside the API. */
export const serverRouteRoles = {
  'GET /metrics': 'viewer',
} as const satisfies Record<string, Role>

export const topicRoles = {
  hosts: 'viewer',
  fleet: 'viewer',
  host: 'viewer',
  domain: 'viewer',
  memory: 'viewer',
  'qmp-events': 'operator',
  // Who may look may also keep it measured while looking: it changes nothing in the guest.
  'dirty-rate': 'viewer',
  jobs: 'viewer',
  job: 'viewer',
  'memory-policy': 'viewer',
} as const satisfies Record<TopicName, Role>
