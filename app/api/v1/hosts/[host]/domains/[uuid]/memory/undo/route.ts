import { route } from '../../../../../../../_lib/handler.ts'

export const POST = route(
  'POST /api/v1/hosts/{host}/domains/{uuid}/memory/undo',
  async ({ runtime, me, params, query }) => {
    const { host, uuid } = params
    const { result, command } = await runtime.fleet.undoMemoryTarget(
      host,
      uuid,
      me.username,
      query.affects,
    )
    return { body: { resize: result, command: command ?? result?.command ?? '' }, command }
  },
)
