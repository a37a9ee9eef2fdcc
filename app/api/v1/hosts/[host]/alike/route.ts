import { route } from '../../../../_lib/handler.ts'

export const POST = route(
  'POST /api/v1/hosts/{host}/alike',
  async ({ runtime, params, body }) => {
    const { command } = await runtime.moves.makeAlike(params.host, body)
    return { body: { command }, command, detail: `${body.kind} ${body.name}` }
  },
)
