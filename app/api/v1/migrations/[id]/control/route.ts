import { route } from '../../../../_lib/handler.ts'

export const POST = route(
  'POST /api/v1/migrations/{id}/control',
  async ({ runtime, me, params: { id }, body }) => {
    const { command, host } = await runtime.migrations.control(id, body, me.username)
    return { body: { command }, command, host, detail: `job ${id}: ${body.control}` }
  },
)
