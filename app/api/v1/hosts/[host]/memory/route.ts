import { route } from '../../../../_lib/handler.ts'

export const GET = route(
  'GET /api/v1/hosts/{host}/memory',
  async ({ runtime, params, query }) => ({
    body: await runtime.fleet.nodes.memory(params.host, query.order),
  }),
)
