import { route } from '../../_lib/handler.ts'

export const GET = route('GET /api/v1/health', ({ runtime }) => ({
  body: {
    status: 'ok',
    version: runtime.version,
    needsSetup: runtime.auth.needsSetup(),
  },
}))
