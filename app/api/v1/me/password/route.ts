import { route } from '../../../_lib/handler.ts'

export const PUT = route('PUT /api/v1/me/password', async ({ runtime, headers, body }) => {
  await runtime.auth.changePassword(headers, body)
  return { body: null }
})
