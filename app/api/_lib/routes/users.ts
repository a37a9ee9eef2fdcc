import { z } from 'zod'

import type { RouteKey } from '../../../../server/contract/access.ts'
import {
  createUserRequest,
  patchUserRequest,
  user,
} from '../../../../server/contract/account.ts'
import type { RouteSpec } from '../route-spec.ts'
import { id } from './parameters.ts'

/** Accounts of others. */
export const userRoutes = {
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
} as const satisfies Partial<Record<RouteKey, RouteSpec>>
