import { route } from '../../../../../../_lib/handler.ts'

export const GET = route(
  'GET /api/v1/hosts/{host}/domains/{uuid}/migration-preview',
  ({ runtime, params: { host, uuid }, query: { target, options } }) => ({
    body: runtime.migrations.preview(host, uuid, target, options),
  }),
)
