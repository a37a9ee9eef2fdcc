import { route } from '../../../../../../_lib/handler.ts'

export const POST = route(
  'POST /api/v1/hosts/{host}/domains/{uuid}/hmp',
  async ({ runtime, me, params, body }) => {
    const request = { ...body, role: me.role }
    const { result, command } = await runtime.fleet.hmp(params.host, params.uuid, request)
    return { body: result, command }
  },
)
