import { route } from '../../_lib/handler.ts'
import { openApi } from '../../_lib/openapi.ts'

export const GET = route('GET /api/v1/openapi.json', ({ runtime }) => ({
  body: openApi(runtime.version),
}))
