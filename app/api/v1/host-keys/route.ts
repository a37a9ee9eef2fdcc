import { route } from '../../_lib/handler.ts'

export const POST = route('POST /api/v1/host-keys', async ({ runtime, body }) => {
  const { command } = await runtime.fleet.acceptHostKey(body)
  return { body: null, command, detail: `${body.fingerprint} for ${body.uri}` }
})
