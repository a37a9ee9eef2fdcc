import { route } from '../../../../_lib/handler.ts'

export const PUT = route(
  'PUT /api/v1/hosts/{host}/ksm',
  async ({ runtime, params, body }) => {
    const { result, command } = await runtime.fleet.nodes.setKsm(params.host, body)
    return { body: result, command }
  },
)
