import { route } from '../../../../../_lib/handler.ts'

export const GET = route(
  'GET /api/v1/hosts/{host}/media/labels',
  async ({ runtime, params, query }) => ({
    body: await runtime.create.labels(params.host, query.path),
  }),
)
