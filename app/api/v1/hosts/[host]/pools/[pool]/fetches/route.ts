import { route } from '../../../../../../_lib/handler.ts'

export const POST = route(
  'POST /api/v1/hosts/{host}/pools/{pool}/fetches',
  ({ runtime, params, body, me }) => {
    const job = runtime.create.fetch(params.host, params.pool, body, me)
    return { body: { job }, detail: `${body.url} into ${params.pool}, job ${job}` }
  },
)
