'use client'

import { type ReactNode, useEffect } from 'react'

import { LiveProvider as DataLiveProvider } from '../data/live-provider.tsx'
import { useLiveConnection } from '../data/use-live.ts'
import { setConnection } from '../shell/connection.ts'
import { setClockOffsetMs } from '../ui/relative-time.tsx'

/** The live socket for all pages below, which tells the top bar and the page's clock how it is. */
export function LiveProvider({ children }: { children: ReactNode }) {
  return (
    <DataLiveProvider onClockOffset={setClockOffsetMs}>
      <ConnectionReport />
      {children}
    </DataLiveProvider>
  )
}

/** A first loss is a hiccup; from this try on the server is taken for away. */
const triesUntilOffline = 3

function ConnectionReport() {
  const { phase, tries, heardMs } = useLiveConnection()
  useEffect(() => {
    if (phase === 'open' || phase === 'idle') setConnection('connected')
    else if (tries < triesUntilOffline && phase !== 'ended') {
      setConnection('reconnecting', { sinceMs: heardMs ?? undefined })
    } else setConnection('offline', { sinceMs: heardMs ?? undefined })
  }, [phase, tries, heardMs])
  return null
}
