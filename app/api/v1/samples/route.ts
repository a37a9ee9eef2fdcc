import { route } from '../../_lib/handler.ts'

export const GET = route('GET /api/v1/samples', async ({ runtime, query }) => ({
  body: await runtime.history.samples(query),
}))
