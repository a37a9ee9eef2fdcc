import { route } from '../../../../../_lib/handler.ts'

export const POST = route(
  'POST /api/v1/hosts/{host}/memory-policy/give-back',
  async ({ runtime, params }) => {
    const body = await runtime.policies.giveBack(params.host)
    return { body, detail: `${body.domains} domains` }
  },
)
