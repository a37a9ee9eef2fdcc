import { route } from '../../_lib/handler.ts'

export const POST = route('POST /api/v1/reclaim-plans', ({ runtime, body }) => {
  const { wantedKiB, host, domains } = body
  const of = domains ? ` of ${domains.length} domains` : ''
  return {
    body: runtime.reclaim.plan(body),
    detail: `${wantedKiB} KiB${of}`,
    ...(host === undefined ? {} : { host }),
  }
})
