import { route } from '../../../../../_lib/handler.ts'

export const GET = route(
  'GET /api/v1/hosts/{host}/create/facts',
  async ({ runtime, params }) => ({ body: await runtime.create.facts(params.host) }),
)
