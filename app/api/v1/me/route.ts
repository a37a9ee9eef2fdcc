import { route } from '../../_lib/handler.ts'

export const GET = route('GET /api/v1/me', ({ me }) => ({ body: me }))
