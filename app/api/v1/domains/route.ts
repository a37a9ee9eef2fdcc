import { route } from '../../_lib/handler.ts'

export const GET = route('GET /api/v1/domains', ({ runtime, query }) => {
  const { offset, limit, host, state, ...rest } = query
  const filter = { ...rest, hosts: host, states: state }
  return { body: runtime.fleet.listDomains(filter, offset, limit) }
})
