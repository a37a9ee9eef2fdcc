'use client'

import { PageFailed } from '../components/shell/page-failed.tsx'

export default function RootError(props: {
  error: Error & { digest?: string }
  retry: () => void
}) {
  return (
    <main>
      <PageFailed {...props} />
    </main>
  )
}
