import { route } from '../../../_lib/handler.ts'

export const GET = route('GET /api/v1/uploads/{id}', ({ runtime, params }) => ({
  body: runtime.create.uploadState(params.id),
}))

export const PUT = route(
  'PUT /api/v1/uploads/{id}',
  async ({ runtime, params, query, body, me }) => {
    const bytes = body ?? nothing()
    const upload = await runtime.create.upload(params.id, query.offset, bytes, me)
    const { host, pool, name, receivedBytes } = upload
    return { body: upload, host, detail: `${pool}/${name}: ${receivedBytes} bytes` }
  },
)

export const DELETE = route('DELETE /api/v1/uploads/{id}', ({ runtime, params, me }) => {
  const upload = runtime.create.cancelUpload(params.id, me)
  return { body: upload, host: upload.host, detail: `${upload.pool}/${upload.name}` }
})

async function* nothing(): AsyncGenerator<Uint8Array> {}
