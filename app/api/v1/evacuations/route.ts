import { route } from '../../_lib/handler.ts'

export const POST = route('POST /api/v1/evacuations', ({ runtime, me, body }) => ({
  body: runtime.evacuations.start({ ...body, by: me.username, role: me.role }),
  host: body.host ?? undefined,
  detail: `${body.moves.length} domains`,
}))
