import { route } from '../../../_lib/handler.ts'

export const DELETE = route('DELETE /api/v1/presets/{id}', ({ runtime, me, params }) => {
  runtime.create.removePreset(me, params.id)
  return { body: null }
})
