import { route } from '../../../../_lib/handler.ts'

export const GET = route(
  'GET /api/v1/hosts/{host}/alike',
  async ({ runtime, params, query }) => ({
    body: await runtime.moves.alike(params.host, query.source),
  }),
)

export const PUT = route(
  'PUT /api/v1/hosts/{host}/alike',
  async ({ runtime, params, body }) => {
    const { result, command } = await runtime.moves.makeAllAlike(params.host, body)
    const failed = result.made.filter(({ error }) => error !== null).length
    return {
      body: result,
      command,
      detail: `${body.items.length} as on ${body.source}${failed > 0 ? `, ${failed} failed` : ''}`,
    }
  },
)

export const POST = route(
  'POST /api/v1/hosts/{host}/alike',
  async ({ runtime, params, body }) => {
    const { command } = await runtime.moves.makeAlike(params.host, body)
    return { body: { command }, command, detail: `${body.kind} ${body.name}` }
  },
)
