import { route } from '../../_lib/handler.ts'

export const POST = route(
  'POST /api/v1/login',
  async ({ runtime, body, address, headers }) => {
    const userAgent = headers.get('user-agent')
    const { me, setCookie } = await runtime.auth.login(body, { address, userAgent })
    return { body: me, setCookie, me }
  },
)
