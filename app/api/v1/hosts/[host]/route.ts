import { route } from '../../../_lib/handler.ts'

export const GET = route('GET /api/v1/hosts/{host}', ({ runtime, params }) => ({
  body: runtime.fleet.getHost(params.host),
}))

export const PATCH = route(
  'PATCH /api/v1/hosts/{host}',
  async ({ runtime, params, body }) => {
    const { result, command } = await runtime.fleet.updateHost(params.host, body)
    return { body: result, command, detail: JSON.stringify(body) }
  },
)

export const DELETE = route('DELETE /api/v1/hosts/{host}', async ({ runtime, params }) => {
  const { command } = await runtime.fleet.removeHost(params.host)
  return { body: null, command }
})
