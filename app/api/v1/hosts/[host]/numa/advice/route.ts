import { route } from '../../../../../_lib/handler.ts'

export const GET = route(
  'GET /api/v1/hosts/{host}/numa/advice',
  async ({ runtime, params, query }) => {
    const { vcpus, memoryKiB, pageKiB = null } = query
    const size = { vcpus, memoryKiB, pageKiB }
    return { body: await runtime.fleet.nodes.advice(params.host, size) }
  },
)
