import { route } from '../../../../_lib/handler.ts'

export const GET = route(
  'GET /api/v1/hosts/{host}/domains',
  ({ runtime, params, query }) => {
    const { offset, limit, state, ...rest } = query
    // Unknown hosts are not found, rather than hosts without domains.
    const { host } = runtime.fleet.getHost(params.host)
    const filter = { ...rest, hosts: [host], states: state }
    return { body: runtime.fleet.listDomains(filter, offset, limit) }
  },
)
