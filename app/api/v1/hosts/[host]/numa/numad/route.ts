import { route } from '../../../../../_lib/handler.ts'

export const POST = route(
  'POST /api/v1/hosts/{host}/numa/numad',
  async ({ runtime, params }) => {
    const { result, command } = await runtime.fleet.nodes.probeNumad(params.host)
    return { body: result, command, detail: result.words ?? undefined }
  },
)
