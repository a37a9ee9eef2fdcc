import { route } from '../../../_lib/handler.ts'

export const GET = route('GET /api/v1/me/sessions', async ({ runtime, headers }) => ({
  body: { sessions: await runtime.auth.listSessions(headers) },
}))
