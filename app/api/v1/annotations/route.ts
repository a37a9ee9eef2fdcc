import { route } from '../../_lib/handler.ts'

export const GET = route('GET /api/v1/annotations', async ({ runtime, query }) => ({
  body: { annotations: await runtime.history.annotations(query) },
}))
