import { z } from 'zod'

import type { RouteKey } from '../../../../server/contract/access.ts'
import {
  apiToken,
  createTokenRequest,
  createTokenResponse,
} from '../../../../server/contract/account.ts'
import type { RouteSpec } from '../route-spec.ts'
import { id } from './parameters.ts'

/** API tokens. */
export const tokenRoutes = {
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
} as const satisfies Partial<Record<RouteKey, RouteSpec>>
