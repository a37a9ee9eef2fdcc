import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { connection } from 'next/server'
import { cache } from 'react'

import { paths } from '../../components/data/paths.ts'
import type { Me } from '../../server/contract/account.ts'
import { ProblemError } from '../../server/contract/problem.ts'
import { getRuntime } from '../../server/runtime.ts'

/** Who sends this request; null = nobody. Asked once per request, however many layouts and pages want it. */
export const currentMe = cache(async (): Promise<Me | null> => {
  await connection()
  return getRuntime().auth.identify(await headers())
})

/** For every page of the console: who is logged in. Nobody is sent to the login, and back to `path` after it. */
export async function requireMe(path: string): Promise<Me> {
  return (await currentMe()) ?? redirect(paths.login(path))
}

/**
 * What a page can show at once. When the server refuses it the page asks again over the API and
 * shows the problem there, so that it has one place.
 */
export async function firstData<T>(read: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof ProblemError) return undefined
    throw error
  }
}
