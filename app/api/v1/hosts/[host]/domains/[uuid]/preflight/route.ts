import { route } from '../../../../../../_lib/handler.ts'

export const GET = route(
  'GET /api/v1/hosts/{host}/domains/{uuid}/preflight',
  async ({ runtime, params }) => ({
    body: await runtime.moves.preflight(params.host, params.uuid),
  }),
)
