import { setTimeout as sleep } from 'node:timers/promises'

import type { LibvirtClient } from '../libvirt/client.ts'
import { isConnectionLost, isLibvirtError } from '../libvirt/errors.ts'

/** How an installation ended. */
export type InstallEnd =
  /** The guest shut down or rebooted: it is done. */
  | 'done'
  /** Somebody forced it off. */
  | 'forced-off'
  /** QEMU or the guest crashed. */
  | 'crashed'
  /** It does not exist any more: somebody removed it, or a transient one stopped. */
  | 'gone'
  | 'too-long'
  /** Nobody waits any longer; it goes on. */
  | 'let-go'

export interface FollowOptions {
  connect(signal?: AbortSignal): Promise<LibvirtClient>
  uuid: string
  /** Epoch ms; null = as long as it takes. */
  deadlineMs: number | null
  signal: AbortSignal
  /** Aborted: nobody waits any longer. */
  letGo?: AbortSignal | undefined
}

/** Pause before the next try to reach a host that went away meanwhile. */
const reconnectMs = 2_000

/**
 * Waits until the guest is off for the first time: that is the end of its installation. Hosts may go
 * away and come back meanwhile. @throws JobStopped's reason when the signal is aborted
 */
export async function followInstall(options: FollowOptions): Promise<InstallEnd> {
  const { signal, deadlineMs, letGo } = options
  const late = new AbortController()
  const timer =
    deadlineMs === null
      ? null
      : setTimeout(() => late.abort(), Math.max(0, deadlineMs - Date.now()))
  const ended = AbortSignal.any([signal, late.signal, ...(letGo ? [letGo] : [])])
  try {
    for (;;) {
      try {
        return await followOnce(options, ended)
      } catch (error) {
        signal.throwIfAborted()
        if (letGo?.aborted) return 'let-go'
        if (late.signal.aborted) return 'too-long'
        if (!isConnectionLost(error) && isLibvirtError(error)) throw error
      }
      await sleep(reconnectMs, undefined, { signal: ended }).catch(() => undefined)
    }
  } finally {
    if (timer) clearTimeout(timer)
  }
}

async function followOnce(
  { connect, uuid }: FollowOptions,
  ended: AbortSignal,
): Promise<InstallEnd> {
  ended.throwIfAborted()
  const client = await connect(ended)
  try {
    const stopped = Promise.withResolvers<InstallEnd>()
    const onAbort = () => stopped.reject(ended.reason)
    ended.addEventListener('abort', onAbort, { once: true })
    void client.ended.then((reason) => stopped.reject(reason))
    // Raced with the look below; by itself it must not count as unhandled.
    stopped.promise.catch(() => undefined)
    await client.events.subscribe({
      lifecycle: (event) => {
        if (event.uuid !== uuid) return
        if (event.event === 'stopped') {
          stopped.resolve(endOf(event.detail))
        } else if (event.event === 'crashed') stopped.resolve('crashed')
        else if (event.event === 'undefined') {
          look().then(
            (now) => now && stopped.resolve(now),
            (error: unknown) => stopped.reject(error),
          )
        }
      },
    })
    // It may have ended before anybody listened.
    const look = async (): Promise<InstallEnd | null> => {
      try {
        const { state, reason } = await client.domains.getState(uuid)
        if (state === 'crashed') return 'crashed'
        return state === 'shutoff' ? endOf(reason) : null
      } catch (error) {
        if (isLibvirtError(error, 'NO_DOMAIN')) return 'gone'
        throw error
      }
    }
    const now = await look()
    const end = now ?? (await stopped.promise)
    ended.removeEventListener('abort', onAbort)
    return end
  } finally {
    await client.close()
  }
}

/** libvirt's word for why a domain stopped, in an event or a state. */
function endOf(detail: string): InstallEnd {
  if (detail === 'crashed' || detail === 'failed') return 'crashed'
  return detail === 'destroyed' ? 'forced-off' : 'done'
}
