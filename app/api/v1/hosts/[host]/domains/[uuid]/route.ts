import { route } from '../../../../../_lib/handler.ts'

export const GET = route(
  'GET /api/v1/hosts/{host}/domains/{uuid}',
  ({ runtime, params }) => ({
    body: runtime.fleet.getDomain(params.host, params.uuid),
  }),
)
