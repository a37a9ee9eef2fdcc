import { route } from '../../../_lib/handler.ts'

export const PATCH = route(
  'PATCH /api/v1/users/{id}',
  async ({ runtime, params, body }) => {
    const user = await runtime.auth.patchUser(params.id, body)
    return { body: user, detail: `${user.username}: ${Object.keys(body).join(', ')}` }
  },
)

export const DELETE = route('DELETE /api/v1/users/{id}', async ({ runtime, params }) => {
  const user = (await runtime.auth.listUsers()).find(({ id }) => id === params.id)
  await runtime.auth.deleteUser(params.id)
  return { body: null, detail: user?.username }
})
