'use client'

import { PageFailed } from '../../components/shell/page-failed.tsx'

export default function ConsoleError(props: {
  error: Error & { digest?: string }
  retry: () => void
}) {
  return <PageFailed {...props} />
}
