import { route } from '../../../../../../_lib/handler.ts'

export const POST = route(
  'POST /api/v1/hosts/{host}/pools/{pool}/uploads',
  async ({ runtime, params, body, me }) => {
    const upload = await runtime.create.beginUpload(params.host, params.pool, body, me)
    return { body: upload, detail: `${params.pool}/${body.name}, ${body.sizeBytes} bytes` }
  },
)
