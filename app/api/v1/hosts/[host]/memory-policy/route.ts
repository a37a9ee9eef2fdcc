import { route } from '../../../../_lib/handler.ts'

export const GET = route('GET /api/v1/hosts/{host}/memory-policy', (call) => ({
  body: call.runtime.policies.get(call.params.host),
}))

export const PUT = route('PUT /api/v1/hosts/{host}/memory-policy', (call) => {
  const { mode, keepFreeKiB } = call.body
  return {
    body: call.runtime.policies.setHost(call.params.host, call.body),
    detail: `${mode}, keep ${keepFreeKiB} KiB free`,
  }
})
