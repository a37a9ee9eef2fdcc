import type { Metadata } from 'next'
import { connection } from 'next/server'

import { SetupView } from '../../../components/auth/setup-view.tsx'
import { getT } from '../../../components/i18n/server.ts'
import { getRuntime } from '../../../server/runtime.ts'

export async function generateMetadata(): Promise<Metadata> {
  // The token is in the address: it must not leave this site.
  return { title: (await getT('auth'))('setup'), referrer: 'no-referrer' }
}

export default async function SetupPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}) {
  await connection()
  const { token } = await searchParams
  return (
    <SetupView
      token={typeof token === 'string' && token !== '' ? token : null}
      done={!getRuntime().auth.needsSetup()}
    />
  )
}
