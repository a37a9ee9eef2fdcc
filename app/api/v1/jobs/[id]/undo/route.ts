import { route } from '../../../../_lib/handler.ts'
import { jobSubject } from '../../../../_lib/job-subject.ts'

export const POST = route('POST /api/v1/jobs/{id}/undo', ({ runtime, me, params }) => {
  const job = runtime.reclaim.undo(params.id, me.username)
  return { ...jobSubject(job), body: job }
})
