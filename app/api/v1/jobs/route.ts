import { route } from '../../_lib/handler.ts'

export const GET = route('GET /api/v1/jobs', ({ runtime, query }) => {
  const { offset, limit, ...jobQuery } = query
  return { body: runtime.jobs.list(jobQuery, offset, limit) }
})
