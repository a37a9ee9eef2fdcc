import { route } from '../../../../../../../_lib/handler.ts'

export const POST = route(
  'POST /api/v1/hosts/{host}/domains/{uuid}/actions/{action}',
  async ({ runtime, params }) => {
    const { host, uuid, action } = params
    const { command } = await runtime.fleet.actOnDomain(host, uuid, action)
    return { body: { command }, command }
  },
)
