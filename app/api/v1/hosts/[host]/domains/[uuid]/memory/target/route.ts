import { route } from '../../../../../../../_lib/handler.ts'

export const PUT = route(
  'PUT /api/v1/hosts/{host}/domains/{uuid}/memory/target',
  async ({ runtime, me, params, body }) => {
    const request = { ...body, by: me.username }
    const { host, uuid } = params
    const { result, command } = await runtime.fleet.setMemoryTarget(host, uuid, request)
    return { body: { resize: result, command: command ?? result?.command ?? '' }, command }
  },
)
