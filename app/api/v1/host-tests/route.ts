import { route } from '../../_lib/handler.ts'

export const POST = route('POST /api/v1/host-tests', async ({ runtime, body }) => ({
  body: await runtime.fleet.testHost(body.uri),
  detail: body.uri,
}))
