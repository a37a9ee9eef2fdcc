import { route } from '../../../../../../../_lib/handler.ts'

export const PUT = route(
  'PUT /api/v1/hosts/{host}/domains/{uuid}/dirty-rate/sampling',
  ({ runtime, params, body }) => {
    const { host, uuid } = params
    const { command } = runtime.fleet.setDirtyRateSampling(host, uuid, body.fine)
    return { body: { command }, command }
  },
)
