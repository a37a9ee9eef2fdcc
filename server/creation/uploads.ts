import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

import type { z } from 'zod'

import type { uploadRequest, UploadState } from '../contract/create.ts'
import { ProblemError } from '../contract/problem.ts'
import { problemOf } from '../fleet/link-error.ts'
import type { JobHandle, Jobs } from '../jobs/index.ts'
import type { LibvirtClient } from '../libvirt/client.ts'
import type { VolumeRef } from '../libvirt/volumes.ts'
import { makeHalfVolume, recoverHalfVolume } from './half-volume.ts'
import type { HostClients } from './host-clients.ts'

/** A browser that sends nothing for this long has gone away: its half volume is removed. */
const idleMs = 10 * 60_000

export interface UploadsOptions {
  clients: HostClients
  jobs: Jobs
  /** Something was made or removed on the host. */
  changed(host: string): void
  idleMs?: number
}

interface Upload {
  readonly id: string
  readonly job: string
  readonly host: string
  readonly pool: string
  readonly name: string
  readonly sizeBytes: number
  readonly owner: string
  readonly volume: VolumeRef
  readonly poolUuid: string
  path: string
  receivedBytes: number
  state: UploadState['state']
  lastMs: number
  /** Ends the request that is sending now; its promise settles when it has let go. */
  sending: { abort: AbortController; ended: Promise<void> } | null
  settle: PromiseWithResolvers<void>
  /** Resolves once the job is through with it, and the host's volumes are known anew. */
  done: Promise<void>
  handle: JobHandle<'upload'>
  /** Shows how much has come. */
  progress(doneBytes: number): void
}

/**
 * Files from browsers that become volumes, without ever being here as a whole: each piece of the
 * request goes on to the host before the next is read. A connection that breaks can be gone on from
 * where the host is (`receivedBytes`); what is never finished is removed.
 */
export class Uploads {
  readonly #options: UploadsOptions
  readonly #uploads = new Map<string, Upload>()
  readonly #idleMs: number

  constructor(options: UploadsOptions) {
    this.#options = options
    this.#idleMs = options.idleMs ?? idleMs
    options.jobs.register('upload', {
      recover: (job, remembered) =>
        recoverHalfVolume(job, remembered, {
          connectTo: (host, signal) => options.clients.own(host, signal),
          changed: options.changed,
        }),
    })
  }

  /** Makes the volume. @throws ProblemError when the pool cannot take it */
  async begin(
    host: string,
    pool: string,
    { name, sizeBytes }: z.infer<typeof uploadRequest>,
    owner: string,
  ): Promise<UploadState> {
    const { jobs, changed } = this.#options
    const begun = Promise.withResolvers<Upload>()
    const id = randomBytes(12).toString('hex')
    const job = jobs.start(
      {
        kind: 'upload',
        title: { file: name, host, pool },
        owner: { type: 'user', name: owner },
        hosts: [host],
        locks: [`volume:${host}:${pool}/${name}`],
        cancel: 'undo',
      },
      async (handle) => {
        handle.plan(['volume', 'transfer'])
        const done = Promise.withResolvers<void>()
        try {
          const made = await handle.step('volume', () =>
            this.#makeVolume(handle, { host, pool, name, sizeBytes }),
          )
          const settle = Promise.withResolvers<void>()
          // Raced below; by itself it must not count as unhandled.
          settle.promise.catch(() => undefined)
          return await handle.step('transfer', async (step) => {
            const upload: Upload = {
              id,
              job: handle.id,
              host,
              pool,
              name,
              sizeBytes,
              owner,
              ...made,
              receivedBytes: 0,
              state: 'waiting',
              lastMs: performance.now(),
              sending: null,
              settle,
              done: done.promise,
              handle,
              progress: (doneBytes) => {
                step.progress({ done: doneBytes, total: sizeBytes, unit: 'bytes' })
                handle.point({ doneBytes })
              },
            }
            upload.progress(0)
            this.#uploads.set(id, upload)
            begun.resolve(upload)
            return await this.#followTo(upload)
          })
        } catch (error) {
          begun.reject(problemOf(error, { host }))
          if (handle.signal.aborted) throw error
          throw problemOf(error, { host })
        } finally {
          changed(host)
          done.resolve()
          // The state can be asked for a while longer.
          void sleep(60_000, undefined, { ref: false }).then(() => this.#uploads.delete(id))
        }
      },
    )
    void job.ended.then((end) => {
      if (end.state !== 'done')
        begun.reject(
          new ProblemError('cancelled', { detail: 'The upload was cancelled.', host }),
        )
    })
    return stateOf(await begun.promise)
  }

  state(id: string): UploadState {
    return stateOf(this.#get(id))
  }

  /**
   * Takes the bytes from `offsetBytes` on to the end of the body.
   *
   * @throws ProblemError conflict when the host is at another place, too_large for more than was said
   */
  async write(
    id: string,
    offsetBytes: number,
    body: AsyncIterable<Uint8Array>,
    who: { username: string; admin: boolean },
  ): Promise<UploadState> {
    const upload = this.#get(id, who)
    // The earlier request of a browser that lost its connection may hang: the newer one counts.
    upload.sending?.abort.abort()
    await upload.sending?.ended
    if (upload.state !== 'waiting') {
      throw new ProblemError('conflict', {
        host: upload.host,
        detail: `The upload is ${upload.state}.`,
      })
    }
    if (offsetBytes !== upload.receivedBytes) {
      throw new ProblemError('conflict', {
        host: upload.host,
        detail: `The host has ${upload.receivedBytes} bytes, not ${offsetBytes}.`,
        remedy: 'Go on from there.',
        issues: [{ path: 'offset', message: String(upload.receivedBytes) }],
      })
    }
    const abort = new AbortController()
    const ended = Promise.withResolvers<void>()
    upload.sending = { abort, ended: ended.promise }
    upload.state = 'receiving'
    try {
      await this.#receive(
        upload,
        body,
        AbortSignal.any([abort.signal, upload.handle.signal]),
      )
    } catch (error) {
      const problem = problemOf(error, { host: upload.host })
      // A browser that went away may come back; what the host refused stays refused.
      if (!(error instanceof BodyEnded)) upload.settle.reject(problem)
      throw error instanceof BodyEnded
        ? new ProblemError('bad_request', { host: upload.host, detail: error.message })
        : problem
    } finally {
      upload.sending = null
      upload.lastMs = performance.now()
      if (upload.state === 'receiving') upload.state = 'waiting'
      ended.resolve()
    }
    if (upload.receivedBytes === upload.sizeBytes) {
      upload.settle.resolve()
      // Whoever sent the last byte finds the volume with its format.
      await upload.done
    }
    return stateOf(upload)
  }

  cancel(id: string, who: { username: string; admin: boolean }): UploadState {
    const upload = this.#get(id, who)
    this.#options.jobs.cancel(upload.job, who.username)
    upload.sending?.abort.abort()
    return stateOf({ ...upload, state: 'cancelled' })
  }

  #get(id: string, who?: { username: string; admin: boolean }): Upload {
    const upload = this.#uploads.get(id)
    if (!upload || (who && !who.admin && who.username !== upload.owner)) {
      throw new ProblemError('not_found', { detail: 'There is no such upload (any more).' })
    }
    return upload
  }

  async #makeVolume(
    handle: JobHandle<'upload'>,
    { host, pool, name, sizeBytes }: Pick<Upload, 'host' | 'pool' | 'name' | 'sizeBytes'>,
  ) {
    const { clients } = this.#options
    const made = await makeHalfVolume(
      handle,
      { host, pool, name, sizeBytes },
      this.#options,
    )
    const client = await clients.shared(host)
    return { ...made, path: await client.volumes.path(made.volume) }
  }

  /** Waits for the last byte, or for the browser to have gone away. */
  async #followTo(upload: Upload): Promise<{ volume: string }> {
    const { signal } = upload.handle
    const watch = new AbortController()
    const idle = (async () => {
      while (!watch.signal.aborted) {
        await sleep(Math.min(this.#idleMs, 5_000), undefined, { signal: watch.signal })
        const silentMs = performance.now() - upload.lastMs
        if (upload.state !== 'receiving' && silentMs > this.#idleMs) {
          throw new ProblemError('timeout', {
            host: upload.host,
            detail: `Only ${upload.receivedBytes} of ${upload.sizeBytes} bytes of ${upload.name} came; then the browser went away.`,
            remedy: 'Upload it again.',
          })
        }
      }
    })()
    // Both are raced below; by themselves they must not count as unhandled.
    idle.catch(() => undefined)
    const stopped = Promise.withResolvers<never>()
    stopped.promise.catch(() => undefined)
    const onAbort = () => stopped.reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      await Promise.race([upload.settle.promise, idle, stopped.promise])
      upload.handle.cancellation({ blocked: 'finishing' })
      const client = await this.#options.clients.shared(upload.host)
      // libvirt learns the format (qcow2, iso) by looking again.
      await client.pools.refresh(upload.poolUuid)
      upload.state = 'done'
      return { volume: upload.path }
    } catch (error) {
      upload.state = signal.aborted ? 'cancelled' : 'failed'
      upload.sending?.abort.abort()
      await upload.sending?.ended
      throw error
    } finally {
      watch.abort()
      signal.removeEventListener('abort', onAbort)
    }
  }

  async #receive(
    upload: Upload,
    body: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<void> {
    const client: LibvirtClient = await this.#options.clients.own(upload.host, signal)
    try {
      const stream = await client.volumes.upload(upload.volume, {
        offsetBytes: upload.receivedBytes,
        lengthBytes: upload.sizeBytes - upload.receivedBytes,
      })
      let sent = 0
      let ended: unknown = null
      try {
        for await (const part of abortable(body, signal)) {
          if (upload.receivedBytes + sent + part.byteLength > upload.sizeBytes) {
            await stream.abort()
            throw new ProblemError('too_large', {
              host: upload.host,
              detail: `More came than the ${upload.sizeBytes} bytes that were announced.`,
            })
          }
          await stream.write(part)
          sent += part.byteLength
          upload.lastMs = performance.now()
          upload.progress(upload.receivedBytes + sent)
        }
      } catch (error) {
        if (!(error instanceof BodyEnded)) throw error
        ended = error
      }
      // The host's word that all of it arrived, also of a part.
      await stream.finish()
      upload.receivedBytes += sent
      upload.progress(upload.receivedBytes)
      if (ended) throw ended
    } finally {
      await client.close()
    }
  }
}

/** The body broke off: the browser lost its connection, or the request was given up. */
class BodyEnded extends Error {}

/** The pieces of a body until the signal is aborted; why it broke off is a BodyEnded. */
async function* abortable(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]()
  // One promise a piece, not a race with one that lives as long as the body: that would keep them all.
  let giveUp: () => void = () => undefined
  const onAbort = () => giveUp()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    for (;;) {
      const next = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
        giveUp = () => reject(new BodyEnded('The upload was interrupted.'))
        if (signal.aborted) return giveUp()
        iterator.next().then(resolve, () => {
          reject(new BodyEnded('The connection to the browser was lost.'))
        })
      })
      if (next.done) return
      yield next.value
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    void iterator.return?.()
  }
}

function stateOf(upload: Upload): UploadState {
  const { id, job, host, pool, name, path, sizeBytes, receivedBytes, state } = upload
  return { id, job, host, pool, name, path, sizeBytes, receivedBytes, state }
}
