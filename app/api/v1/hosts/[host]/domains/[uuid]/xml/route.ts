import { route } from '../../../../../../_lib/handler.ts'

export const GET = route(
  'GET /api/v1/hosts/{host}/domains/{uuid}/xml',
  async ({ runtime, params, query }) => ({
    body: await runtime.fleet.getDomainXml(params.host, params.uuid, query),
  }),
)
