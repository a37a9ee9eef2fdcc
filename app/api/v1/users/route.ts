import { route } from '../../_lib/handler.ts'

export const GET = route('GET /api/v1/users', async ({ runtime }) => ({
  body: { users: await runtime.auth.listUsers() },
}))

export const POST = route('POST /api/v1/users', async ({ runtime, body }) => ({
  body: await runtime.auth.createUser(body),
  detail: `${body.username}, role ${body.role}`,
}))
