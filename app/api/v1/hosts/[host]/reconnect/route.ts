import { route } from '../../../../_lib/handler.ts'

export const POST = route('POST /api/v1/hosts/{host}/reconnect', ({ runtime, params }) => {
  const { command } = runtime.fleet.reconnectHost(params.host)
  return { body: null, command }
})
