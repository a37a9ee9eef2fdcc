import { route } from '../../../../../../_lib/handler.ts'

export const GET = route(
  'GET /api/v1/hosts/{host}/domains/{uuid}/memory',
  ({ runtime, params }) => ({
    body: runtime.fleet.getMemory(params.host, params.uuid),
  }),
)
