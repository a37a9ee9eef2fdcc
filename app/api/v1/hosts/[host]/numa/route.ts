import { route } from '../../../../_lib/handler.ts'

export const GET = route('GET /api/v1/hosts/{host}/numa', async ({ runtime, params }) => ({
  body: await runtime.fleet.nodes.numa(params.host),
}))
