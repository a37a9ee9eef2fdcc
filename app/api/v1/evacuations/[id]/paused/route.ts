import { route } from '../../../../_lib/handler.ts'

export const PUT = route(
  'PUT /api/v1/evacuations/{id}/paused',
  ({ runtime, params, body }) => {
    runtime.evacuations.pause(params.id, body.paused)
    return { body: null, detail: body.paused ? 'paused' : 'goes on' }
  },
)
