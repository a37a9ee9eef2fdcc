import { route } from '../../../../../../_lib/handler.ts'

export const GET = route(
  'GET /api/v1/hosts/{host}/domains/{uuid}/forecast',
  async ({ runtime, params, query }) => ({
    body: await runtime.moves.forecast(params.host, params.uuid, query.target),
  }),
)
