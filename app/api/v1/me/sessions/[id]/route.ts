import { route } from '../../../../_lib/handler.ts'

export const DELETE = route(
  'DELETE /api/v1/me/sessions/{id}',
  async ({ runtime, headers, params }) => {
    await runtime.auth.endSession(headers, params.id)
    return { body: null }
  },
)
