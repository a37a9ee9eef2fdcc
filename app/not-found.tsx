import type { Metadata } from 'next'

import { getT } from '../components/i18n/server.ts'
import { NothingHere } from '../components/shell/nothing-here.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT('errors'))('notFoundTitle') }
}

export default function NotFound() {
  return (
    <main>
      <NothingHere />
    </main>
  )
}
