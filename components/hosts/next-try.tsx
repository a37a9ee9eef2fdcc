'use client'

import { useFormat } from '../charts/use-format.ts'
import { useT } from '../i18n/use-t.ts'
import { useNowMs } from '../ui/relative-time.tsx'

/** "next try in 12 s", counting down by the server's clock. */
export function NextTry({ atMs }: { atMs: number }) {
  const t = useT('host')
  const f = useFormat()
  const seconds = Math.ceil((atMs - useNowMs()) / 1000)
  return (
    <span suppressHydrationWarning className="tabular">
      {seconds > 0 ? t('nextTryIn', { age: f.age(seconds) }) : t('tryingNow')}
    </span>
  )
}
