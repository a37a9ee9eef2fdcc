import { route } from '../../_lib/handler.ts'

export const GET = route('GET /api/v1/audit', ({ runtime, query }) => ({
  body: runtime.audit.list(query),
}))
