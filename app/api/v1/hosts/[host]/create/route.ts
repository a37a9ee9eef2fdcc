import { route } from '../../../../_lib/handler.ts'

export const POST = route(
  'POST /api/v1/hosts/{host}/create',
  async ({ runtime, params, body, me }) => {
    const reply = await runtime.create.create(params.host, body, me)
    return { body: reply, command: reply.command, detail: `job ${reply.job}` }
  },
)
