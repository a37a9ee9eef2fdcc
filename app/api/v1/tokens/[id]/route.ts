import { route } from '../../../_lib/handler.ts'

export const DELETE = route(
  'DELETE /api/v1/tokens/{id}',
  async ({ runtime, me, params }) => {
    await runtime.auth.deleteToken(me, params.id)
    return { body: null, detail: params.id }
  },
)
