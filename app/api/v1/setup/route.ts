import { route } from '../../_lib/handler.ts'

export const POST = route(
  'POST /api/v1/setup',
  async ({ runtime, body, address, headers }) => {
    const userAgent = headers.get('user-agent')
    const { me, setCookie } = await runtime.auth.setup(body, { address, userAgent })
    return { body: me, setCookie, me }
  },
)
