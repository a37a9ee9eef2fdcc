import { route } from '../../_lib/handler.ts'
import { jobSubject } from '../../_lib/job-subject.ts'

export const POST = route('POST /api/v1/reclaims', ({ runtime, me, body }) => {
  const job = runtime.reclaim.run(body, me.username)
  return { ...jobSubject(job), body: job }
})
