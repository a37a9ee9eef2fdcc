import { route } from '../../../../../../_lib/handler.ts'

export const GET = route(
  'GET /api/v1/hosts/{host}/domains/{uuid}/dirty-rate',
  ({ runtime, params }) => ({
    body: runtime.fleet.getDirtyRate(params.host, params.uuid),
  }),
)

export const POST = route(
  'POST /api/v1/hosts/{host}/domains/{uuid}/dirty-rate',
  async ({ runtime, params, body }) => {
    const { host, uuid } = params
    const { command } = await runtime.fleet.measureDirtyRate(host, uuid, body)
    return { body: { command }, command }
  },
)
