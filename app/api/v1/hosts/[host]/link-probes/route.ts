import { route } from '../../../../_lib/handler.ts'

export const POST = route(
  'POST /api/v1/hosts/{host}/link-probes',
  async ({ runtime, params, body }) => {
    const { result, command } = await runtime.moves.measureLink(params.host, body.target)
    const detail = `to ${body.target}: ${result.mibps.toFixed(1)} MiB/s`
    return { body: { probe: result }, command, detail }
  },
)
