'use client'

import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'

import { me } from '../../server/contract/account.ts'
import { api } from './api-client.ts'
import { LiveCache } from './live-cache.ts'
import { LiveSocket, type LiveSocketEnvironment } from './live-socket.ts'
import { apiPaths, liveUrl, paths } from './paths.ts'

export interface Live {
  socket: LiveSocket
  cache: LiveCache
  /** Grows with each connection that opened. */
  epoch(): number
}

const LiveContext = createContext<Live | null>(null)

/** The live socket of this tab, for everything below. Needs a QueryClientProvider above. */
export function LiveProvider({
  children,
  onClockOffset,
}: {
  children: ReactNode
  /** Called when the connection opens: server time minus this computer's, in ms. */
  onClockOffset: (offsetMs: number) => void
}) {
  const client = useQueryClient()
  const [live] = useState(() => createLive(client, onClockOffset))
  useEffect(() => {
    const wake = () => {
      if (document.visibilityState === 'visible') live.socket.wake()
    }
    document.addEventListener('visibilitychange', wake)
    window.addEventListener('online', wake)
    return () => {
      document.removeEventListener('visibilitychange', wake)
      window.removeEventListener('online', wake)
    }
  }, [live])
  return <LiveContext value={live}>{children}</LiveContext>
}

/** @throws Error outside a LiveProvider */
export function useLive(): Live {
  const live = useContext(LiveContext)
  if (!live) throw new Error('LiveProvider is missing above this component')
  return live
}

function createLive(client: QueryClient, onClockOffset: (offsetMs: number) => void): Live {
  let epoch = 0
  const socket = new LiveSocket(browserEnvironment, {
    hello: ({ serverTimeMs }) => {
      epoch += 1
      onClockOffset(serverTimeMs - Date.now())
    },
    sessionEnded: () => {
      const { pathname, search } = window.location
      window.location.assign(paths.login(pathname + search))
    },
    // A refused upgrade looks like any other failure; the API says whether the session has ended.
    refused: () => void api.get(apiPaths.me(), me).catch(() => null),
  })
  const cache = new LiveCache(client, {
    subscribe: (topic, listener) => socket.subscribe(topic, listener),
    epoch: () => epoch,
    schedule: (run) => requestAnimationFrame(run),
    setTimer: browserEnvironment.setTimer,
    clearTimer: browserEnvironment.clearTimer,
  })
  return { socket, cache, epoch: () => epoch }
}

const browserEnvironment: LiveSocketEnvironment = {
  now: () => Date.now(),
  random: () => Math.random(),
  setTimer: (run, afterMs) => window.setTimeout(run, afterMs),
  clearTimer: (timer) => {
    if (typeof timer === 'number') window.clearTimeout(timer)
  },
  open: (events) => {
    const socket = new WebSocket(liveUrl(window.location))
    const off = new AbortController()
    const { signal } = off
    socket.addEventListener('message', ({ data }) => events.message(data), { signal })
    socket.addEventListener('close', ({ code }) => events.close(code), { signal })
    return {
      send: (text) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(text)
      },
      close: () => {
        off.abort()
        socket.close()
      },
    }
  },
}
