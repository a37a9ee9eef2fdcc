import { z } from 'zod'

import type { RouteKey } from '../../../../server/contract/access.ts'
import {
  changePasswordRequest,
  loginRequest,
  me,
  session,
  setupRequest,
} from '../../../../server/contract/account.ts'
import type { RouteSpec } from '../route-spec.ts'
import { id } from './parameters.ts'

/** The person who asks: setup, login, sessions, password. */
export const sessionRoutes = {
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
} as const satisfies Partial<Record<RouteKey, RouteSpec>>
