import { route } from '../../_lib/handler.ts'

export const GET = route('GET /api/v1/tokens', async ({ runtime, me }) => ({
  body: { tokens: await runtime.auth.listTokens(me) },
}))

export const POST = route('POST /api/v1/tokens', async ({ runtime, me, body }) => ({
  body: await runtime.auth.createToken(me, body),
  detail: `${body.name}, role ${body.role}`,
}))
