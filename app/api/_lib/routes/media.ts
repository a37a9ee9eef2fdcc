import { z } from 'zod'

import type { RouteKey } from '../../../../server/contract/access.ts'
import {
  fetchRequest,
  imageLabels,
  mediaVolume,
  uploadRequest,
  uploadState,
} from '../../../../server/contract/create.ts'
import { jobId } from '../../../../server/contract/job.ts'
import type { RouteSpec } from '../route-spec.ts'
import { host, id } from './parameters.ts'

const pool = host.extend({ pool: z.string().min(1).max(255) })

/** Volumes to boot from: which there are, uploads, fetches. */
export const mediaRoutes = {
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
} as const satisfies Partial<Record<RouteKey, RouteSpec>>
