import { route } from '../../../../../../../_lib/handler.ts'

export const PUT = route(
  'PUT /api/v1/hosts/{host}/domains/{uuid}/memory/stats-period',
  async ({ runtime, params, body }) => {
    const { host, uuid } = params
    const { command } = await runtime.fleet.setStatsPeriod(host, uuid, body.periodSeconds)
    return { body: { command }, command }
  },
)
