import { route } from '../../_lib/handler.ts'

export const POST = route('POST /api/v1/logout', async ({ runtime, headers }) => {
  const { setCookie } = await runtime.auth.logout(headers)
  return { body: null, setCookie }
})
