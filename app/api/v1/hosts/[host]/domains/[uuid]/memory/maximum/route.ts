import { route } from '../../../../../../../_lib/handler.ts'

export const PUT = route(
  'PUT /api/v1/hosts/{host}/domains/{uuid}/memory/maximum',
  async ({ runtime, params, body }) => {
    const { host, uuid } = params
    const { command } = await runtime.fleet.setMaximumMemory(host, uuid, body)
    return { body: { command }, command }
  },
)
