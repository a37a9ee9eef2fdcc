import { route } from '../../_lib/handler.ts'

export const GET = route('GET /api/v1/migration-matrix', async ({ runtime, query }) => ({
  body: await runtime.moves.matrix(query),
}))
