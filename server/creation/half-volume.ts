import { z } from 'zod'

import { JobInterrupted } from '../jobs/index.ts'
import type { JobHandle } from '../jobs/index.ts'
import { madeThing, removeThing, wordsOf } from './made-things.ts'
import { connectPatiently } from './recover-creation.ts'
import type { RecoverOptions } from './recover-creation.ts'

const memory = z.object({ host: z.string(), thing: madeThing })

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
