import type { Metadata } from 'next'
import { redirect } from 'next/navigation'

import { LoginView } from '../../../components/auth/login-view.tsx'
import { safeNext } from '../../../components/auth/safe-next.ts'
import { getT } from '../../../components/i18n/server.ts'
import { getRuntime } from '../../../server/runtime.ts'
import { currentMe } from '../../_lib/session.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT('auth'))('login') }
}

export default async function LoginPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}) {
  const next = safeNext((await searchParams).next)
  if (await currentMe()) redirect(next)
  return <LoginView next={next} needsSetup={getRuntime().auth.needsSetup()} />
}
