import { route } from '../../_lib/handler.ts'

export const GET = route('GET /api/v1/hosts', ({ runtime }) => ({
  body: { hosts: runtime.fleet.listHosts() },
}))

export const POST = route('POST /api/v1/hosts', async ({ runtime, body }) => {
  const { result, command } = await runtime.fleet.addHost(body)
  return { body: result, command, host: result.host, detail: result.uri }
})
