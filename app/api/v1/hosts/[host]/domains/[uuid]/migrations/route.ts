import { route } from '../../../../../../_lib/handler.ts'

export const POST = route(
  'POST /api/v1/hosts/{host}/domains/{uuid}/migrations',
  ({ runtime, me, params: { host, uuid }, body }) => {
    const { username: by, role } = me
    const { job, command } = runtime.migrations.start(host, uuid, { ...body, by, role })
    return {
      body: { job, command },
      command,
      detail: `job ${job.id}: to ${body.target}`,
    }
  },
)
