import { z } from 'zod'

import type { RouteKey } from '../../../../server/contract/access.ts'
import {
  createFacts,
  createPreset,
  createPreview,
  createPreviewRequest,
  createReply,
  createRequest,
  osEntry,
  presetRequest,
} from '../../../../server/contract/create.ts'
import type { RouteSpec } from '../route-spec.ts'
import { host, id } from './parameters.ts'

/** New domains: facts for the form, presets, preview, the job. */
export const creationRoutes = {
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
} as const satisfies Partial<Record<RouteKey, RouteSpec>>
