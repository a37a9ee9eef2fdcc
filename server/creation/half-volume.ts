import { z } from 'zod'

import { JobInterrupted } from '../jobs/index.ts'
import type { JobHandle } from '../jobs/index.ts'
import type { VolumeRef } from '../libvirt/volumes.ts'
import { isRefusal } from './creation-work.ts'
import type { HostClients } from './host-clients.ts'
import { madeThing, removeThing, wordsOf } from './made-things.ts'
import type { MadeThing } from './made-things.ts'
import { connectPatiently } from './recover-creation.ts'
import type { RecoverOptions } from './recover-creation.ts'
import { makeUploadVolume, poolForFiles, refuseVolume } from './upload-stream.ts'

const memory = z.object({ host: z.string(), thing: madeThing })

/**
 * Makes a volume that is to be filled. It is noted before it is there, so that a crash leaves nothing
 * unknown behind; one that was there before, or that somebody else made just now, is not ours.
 *
 * @throws ProblemError when the pool cannot take it, or has one of this name; LibvirtError when
 * libvirt refuses to make it
 */
export async function makeHalfVolume(
  job: JobHandle,
  of: { host: string; pool: string; name: string; sizeBytes: number },
  { clients, changed }: { clients: HostClients; changed(host: string): void },
): Promise<{ volume: VolumeRef; poolUuid: string }> {
  const { host, pool, name, sizeBytes } = of
  const client = await clients.shared(host)
  const { uuid } = await poolForFiles(client, host, pool, sizeBytes)
  await refuseVolume(client, uuid, of)
  const thing: MadeThing = { kind: 'volume', pool, name }
  job.remember({ host, thing })
  const forget = job.undo(wordsOf(thing), async () => {
    await removeThing(await clients.shared(host), thing)
    changed(host)
  })
  try {
    return { volume: await makeUploadVolume(client, uuid, of), poolUuid: uuid }
  } catch (error) {
    if (isRefusal(error)) {
      forget()
      job.remember(null)
    }
    throw error
  }
}

/** After the end of Ballast: what was half uploaded or fetched is removed. Always throws. */
export async function recoverHalfVolume(
  job: JobHandle,
  remembered: unknown,
  { connectTo, changed, waitMs }: RecoverOptions,
): Promise<never> {
  const known = memory.safeParse(remembered).data
  if (!known) throw new JobInterrupted('Ballast ended before anything was made.')
  const { host, thing } = known
  const remove = async (signal?: AbortSignal) => {
    const client = await connectTo(host, signal)
    try {
      await removeThing(client, thing)
      changed(host)
    } finally {
      await client.close()
    }
  }
  job.undo(wordsOf(thing), () => remove())
  const client = await connectPatiently(
    (signal) => connectTo(host, signal),
    waitMs,
    job.signal,
  )
  await client.close()
  throw new JobInterrupted(
    `Ballast ended in between; the half ${wordsOf(thing)} is removed.`,
  )
}
