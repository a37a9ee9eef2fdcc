import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { basename } from 'node:path/posix'

import type { z } from 'zod'

import { volumeName } from '../contract/create.ts'
import type { fetchRequest } from '../contract/create.ts'
import { ProblemError } from '../contract/problem.ts'
import { problemOf } from '../fleet/link-error.ts'
import type { JobHandle, Jobs } from '../jobs/index.ts'
import { openUrl } from './guarded-request.ts'
import { makeHalfVolume, recoverHalfVolume } from './half-volume.ts'
import type { HostClients } from './host-clients.ts'

export interface FetchesOptions {
  clients: HostClients
  jobs: Jobs
  changed(host: string): void
  /** Whether the server may fetch from itself. */
  allowOwn: boolean
  /** Bytes that are fetched at most. */
  mostBytes: number
}

interface Task {
  host: string
  pool: string
  name: string
  url: string
  checksum: { algorithm: string; digest: string } | null
}

/** Files that the server fetches from an address into a pool: through it, never into it. */
export class Fetches {
  readonly #options: FetchesOptions

  constructor(options: FetchesOptions) {
    this.#options = options
    options.jobs.register('fetch', {
      limitPerHost: 4,
      recover: (job, remembered) =>
        recoverHalfVolume(job, remembered, {
          connectTo: (host, signal) => options.clients.own(host, signal),
          changed: options.changed,
        }),
    })
  }

  /** Begins the job. @throws ProblemError when the name cannot be one */
  begin(
    host: string,
    pool: string,
    { url, name, checksum }: z.infer<typeof fetchRequest>,
    owner: string,
  ): string {
    const file = name ?? nameFrom(url)
    const [algorithm = '', digest = ''] = checksum?.toLowerCase().split(':') ?? []
    const task: Task = {
      host,
      pool,
      name: file,
      url,
      checksum: checksum === undefined ? null : { algorithm, digest },
    }
    const { id } = this.#options.jobs.start(
      {
        kind: 'fetch',
        title: { url, host, pool },
        owner: { type: 'user', name: owner },
        hosts: [host],
        locks: [`volume:${host}:${pool}/${file}`],
        cancel: 'undo',
      },
      async (job) => {
        try {
          return await this.#fetch(job, task)
        } catch (error) {
          if (job.signal.aborted) throw error
          throw problemOf(error, { host })
        } finally {
          this.#options.changed(host)
        }
      },
    )
    return id
  }

  async #fetch(job: JobHandle<'fetch'>, task: Task): Promise<{ volume: string }> {
    const { host, pool, name, url, checksum } = task
    const { clients, allowOwn, mostBytes } = this.#options
    job.plan(['volume', 'transfer', ...(checksum ? (['checksum'] as const) : [])])
    const { body, sizeBytes, volume, poolUuid } = await job.step('volume', async (step) => {
      step.note(`${pool}/${name}`)
      const opened = await openUrl(url, { allowOwn, signal: job.signal })
      try {
        const size = sizeOf(opened.headers['content-length'], mostBytes)
        const made = await makeHalfVolume(
          job,
          { host, pool, name, sizeBytes: size },
          this.#options,
        )
        return { body: opened, sizeBytes: size, ...made }
      } catch (error) {
        opened.destroy()
        throw error
      }
    })
    const hash = checksum ? createHash(checksum.algorithm) : null
    await job.step('transfer', async (step) => {
      const client = await clients.own(host, job.signal)
      let done = 0
      try {
        const stream = await client.volumes.upload(volume, { lengthBytes: sizeBytes })
        for await (const bytes of withWords(body)) {
          job.signal.throwIfAborted()
          hash?.update(bytes)
          await stream.write(bytes)
          done += bytes.length
          step.progress({ done, total: sizeBytes, unit: 'bytes' })
          job.point({ doneBytes: done })
        }
        await stream.finish()
      } finally {
        body.destroy()
        await client.close()
      }
      if (done !== sizeBytes) throw refusal(`Only ${done} of ${sizeBytes} bytes came.`)
    })
    if (checksum && hash) {
      await job.step('checksum', async () => {
        const found = hash.digest('hex')
        if (found === checksum.digest) return
        throw refusal(
          `The file is not the one that was meant: its ${checksum.algorithm} is ${found}.`,
          'checksum',
        )
      })
    }
    job.cancellation({ blocked: 'finishing' })
    const client = await clients.shared(host)
    await client.pools.refresh(poolUuid)
    return { volume: await client.volumes.path(volume) }
  }
}

/** The bytes of an answer; that it broke off is said as such. */
async function* withWords(body: IncomingMessage): AsyncGenerator<Buffer> {
  const parts = body[Symbol.asyncIterator]()
  for (;;) {
    const next = await parts.next().catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error)
      throw refusal(`The server there broke off in the middle: ${why}.`)
    })
    if (next.done) return
    yield next.value
  }
}

function nameFrom(url: string): string {
  let last = basename(new URL(url).pathname)
  try {
    last = decodeURIComponent(last)
  } catch {
    // Not escaped rightly: taken as it stands.
  }
  const name = volumeName.safeParse(last).data
  if (name !== undefined) return name
  throw new ProblemError('invalid', {
    detail: 'The address ends in nothing that could be a file name.',
    remedy: 'Give the volume a name.',
    issues: [{ path: 'name', message: 'give a name' }],
  })
}

function sizeOf(header: string | undefined, mostBytes: number): number {
  const size = Number(header ?? NaN)
  if (!Number.isSafeInteger(size) || size <= 0) {
    throw refusal('The server there does not say how large the file is.')
  }
  if (size <= mostBytes) return size
  throw refusal(`The file has ${size} bytes; at most ${mostBytes} are fetched.`)
}

function refusal(detail: string, path = 'url'): ProblemError {
  return new ProblemError('invalid', { detail, issues: [{ path, message: detail }] })
}
