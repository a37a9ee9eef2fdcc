'use client'

import { useT } from '../i18n/use-t.ts'
import { ErrorState } from '../ui/states.tsx'
import { Page } from './page.tsx'

/** A page that threw. In production its message is hidden by Next; the digest finds it in the log. */
export function PageFailed({
  error,
  retry,
}: {
  error: Error & { digest?: string }
  retry: () => void
}) {
  const t = useT('errors')
  const reference = error.digest ? ` ${t('reference', { digest: error.digest })}` : ''
  return (
    <Page narrow>
      <ErrorState
        problem={{
          title: t('unexpectedTitle'),
          detail: `${t('unexpectedDetail')}${reference}`,
        }}
        onRetry={retry}
      />
    </Page>
  )
}
