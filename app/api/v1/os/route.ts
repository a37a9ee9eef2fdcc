import { route } from '../../_lib/handler.ts'

export const GET = route('GET /api/v1/os', async ({ runtime, query }) => {
  const { search, ...options } = query
  return { body: { systems: await runtime.create.searchOs(search, options) } }
})
