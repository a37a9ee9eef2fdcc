import type { RouteKey } from '../../../../server/contract/access.ts'
import {
  hmpRequest,
  monitorAnswer,
  qmpRequest,
  qmpSchema,
} from '../../../../server/contract/monitor.ts'
import type { RouteSpec } from '../route-spec.ts'
import { domain } from './parameters.ts'

/** QMP and HMP of a running domain. */
export const monitorRoutes = {
  'GET /api/v1/hosts/{host}/domains/{uuid}/qmp-schema': {
    summary: 'The QMP commands that the running QEMU understands',
    params: domain,
    reply: qmpSchema,
    // It is QMP that is sent, and taints the domain, like what people type.
    audit: 'monitor.schema',
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
} as const satisfies Partial<Record<RouteKey, RouteSpec>>
