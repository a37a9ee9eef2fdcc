import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'

import {
  user,
  type createUserRequest,
  type patchUserRequest,
} from '../../server/contract/account.ts'
import { api } from '../data/api-client.ts'
import { apiPaths } from '../data/paths.ts'

export const usersQuery = () =>
  queryOptions({
    queryKey: ['users'],
    queryFn: async ({ signal }) =>
      (await api.get(apiPaths.users(), z.object({ users: z.array(user) }), { signal }))
        .users,
  })

/** Changes of accounts, for admins. All throw ProblemError. */
export const userChanges = {
  create: (request: z.infer<typeof createUserRequest>) =>
    api.post(apiPaths.users(), user, request),
  patch: (id: string, request: z.infer<typeof patchUserRequest>) =>
    api.patch(apiPaths.user(id), user, request),
  remove: (id: string) => api.delete(apiPaths.user(id), z.null()),
}
