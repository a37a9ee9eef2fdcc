import { route } from '../../_lib/handler.ts'

export const GET = route('GET /api/v1/presets', ({ runtime, me }) => ({
  body: { presets: runtime.create.presets(me) },
}))

export const POST = route('POST /api/v1/presets', ({ runtime, me, body }) => ({
  body: runtime.create.savePreset(me, body),
  detail: body.name,
}))
