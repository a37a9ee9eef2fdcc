import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'

import {
  apiToken,
  createTokenResponse,
  session,
  type createTokenRequest,
} from '../../server/contract/account.ts'
import { api } from '../data/api-client.ts'
import { apiPaths } from '../data/paths.ts'

export const accountQueries = {
  sessions: () =>
    queryOptions({
      queryKey: ['account', 'sessions'],
      queryFn: async ({ signal }) =>
        (
          await api.get(apiPaths.sessions(), z.object({ sessions: z.array(session) }), {
            signal,
          })
        ).sessions,
    }),
  tokens: () =>
    queryOptions({
      queryKey: ['account', 'tokens'],
      queryFn: async ({ signal }) =>
        (
          await api.get(apiPaths.tokens(), z.object({ tokens: z.array(apiToken) }), {
            signal,
          })
        ).tokens,
    }),
}

/** Changes of one's own account. All throw ProblemError. */
export const accountChanges = {
  password: (currentPassword: string, newPassword: string) =>
    api.put(apiPaths.password(), z.null(), { currentPassword, newPassword }),
  endSession: (id: string) => api.delete(apiPaths.session(id), z.null()),
  createToken: (request: z.input<typeof createTokenRequest>) =>
    api.post(apiPaths.tokens(), createTokenResponse, request),
  revokeToken: (id: string) => api.delete(apiPaths.token(id), z.null()),
}
