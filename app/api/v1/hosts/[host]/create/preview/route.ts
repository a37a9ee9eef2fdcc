import { route } from '../../../../../_lib/handler.ts'

export const POST = route(
  'POST /api/v1/hosts/{host}/create/preview',
  async ({ runtime, params, body }) => ({
    body: await runtime.create.preview(params.host, body),
  }),
)
