import { route } from '../../../../../../_lib/handler.ts'

export const GET = route(
  'GET /api/v1/hosts/{host}/domains/{uuid}/qmp-schema',
  async ({ runtime, params }) => {
    const { result, command } = await runtime.fleet.qmpSchema(params.host, params.uuid)
    return { body: result, command }
  },
)
