import { route } from '../../_lib/handler.ts'

export const GET = route('GET /api/v1/sizing', async ({ runtime, query }) => ({
  body: await runtime.history.sizing(query),
}))
