import { route } from '../../../_lib/handler.ts'
import { jobSubject } from '../../../_lib/job-subject.ts'

export const GET = route('GET /api/v1/jobs/{id}', ({ runtime, params }) => ({
  body: runtime.jobs.get(params.id),
}))

export const DELETE = route('DELETE /api/v1/jobs/{id}', ({ runtime, params }) => ({
  ...jobSubject(runtime.jobs.remove(params.id)),
  body: null,
}))
