import { route } from '../../../../../../_lib/handler.ts'

export const PUT = route(
  'PUT /api/v1/hosts/{host}/domains/{uuid}/memory-policy',
  ({ runtime, params: { host, uuid }, body }) => {
    const { mode, minimumKiB, maximumKiB, shares } = body
    return {
      body: runtime.policies.setDomain(host, uuid, body),
      detail: `${mode}, minimum ${minimumKiB ?? '-'}, maximum ${maximumKiB ?? '-'} KiB, shares ${shares}`,
    }
  },
)
