import { route } from '../../_lib/handler.ts'

export const GET = route('GET /api/v1/evacuation-plan', async ({ runtime, query }) => {
  const { host, domains, bandwidthMiBps, ...options } = query
  const named = domains.map((text) => {
    const [at = '', uuid = ''] = text.split('/')
    return { host: at, uuid }
  })
  const all = { ...options, bandwidthMiBps: bandwidthMiBps ?? null }
  return { body: await runtime.evacuations.plan(host ?? null, named, all) }
})
