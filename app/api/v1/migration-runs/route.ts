import { route } from '../../_lib/handler.ts'

export const GET = route('GET /api/v1/migration-runs', ({ runtime, query }) => ({
  body: runtime.moves.runs(query),
}))
