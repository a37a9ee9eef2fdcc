import { route } from '../../../../_lib/handler.ts'

export const GET = route('GET /api/v1/hosts/{host}/media', async ({ runtime, params }) => ({
  body: { volumes: await runtime.create.media(params.host) },
}))
