import { route } from '../../_lib/handler.ts'

export const GET = route('GET /api/v1/samples', ({ runtime, query }) => ({
  body: runtime.fleet.samples(query),
}))
