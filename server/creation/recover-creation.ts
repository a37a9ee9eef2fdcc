import { setTimeout as sleep } from 'node:timers/promises'

import { JobInterrupted } from '../jobs/index.ts'
import type { JobHandle } from '../jobs/index.ts'
import type { LibvirtClient } from '../libvirt/client.ts'
import { isLibvirtError } from '../libvirt/errors.ts'
import { creationMemory } from './creation-memory.ts'
import type { CreationMemory } from './creation-memory.ts'
import { followAndFinish } from './finish-install.ts'
import { dropLooks, ownLooks } from './look-into-directory.ts'
import { removeThing, wordsOf } from './made-things.ts'
import type { MadeThing } from './made-things.ts'

/** Hosts are still being connected when jobs are taken up; this long is waited for one. */
const waitForHostMs = 15 * 60_000
const tryEveryMs = 2_000

export interface RecoverOptions {
  /** @throws while the host cannot be reached */
  connectTo(host: string, signal?: AbortSignal): Promise<LibvirtClient>
  changed(host: string): void
  waitMs?: number
}

/**
 * Takes up a creation that was under way when Ballast ended: goes on following an installation that
 * runs, else removes what had been made (or says what was kept) and ends as interrupted.
 */
export async function recoverCreation(
  job: JobHandle<'create'>,
  remembered: unknown,
  { connectTo, changed, waitMs = waitForHostMs }: RecoverOptions,
): Promise<{ host: string; uuid: string; name: string }> {
  const memory = creationMemory.safeParse(remembered).data
  if (!memory) throw new JobInterrupted('Ballast ended before anything was made.')
  const { host, uuid, name, installing, made, media, keepOnFailure } = memory
  const connect = (signal?: AbortSignal) =>
    connectPatiently((one) => connectTo(host, one), waitMs, signal ?? job.signal)
  const remove = [...(keepOnFailure ? [] : made), ...media]
  for (const thing of remove) {
    job.undo(wordsOf(thing), async () => {
      const client = await connectTo(host)
      try {
        await removeThing(client, thing)
        changed(host)
      } finally {
        await client.close()
      }
    })
  }
  const client = await connect()
  try {
    await dropLooks(client, memory.looks)
    job.remember({ ...memory, looks: ownLooks })
    if (installing && (await exists(client, uuid))) {
      job.log('The installation goes on; following it again')
      await followAndFinish(job, memory, { connect, changed: () => changed(host) })
      return { host, uuid, name }
    }
  } finally {
    await client.close()
  }
  throw new JobInterrupted(wordsOfEnd(memory, remove))
}

function wordsOfEnd({ made, keepOnFailure }: CreationMemory, removed: MadeThing[]): string {
  const names = (things: readonly MadeThing[]) => things.map(wordsOf).join(', ')
  const said = ['Ballast ended while the domain was being created.']
  if (removed.length > 0) said.push(`Removed: ${names(removed)}.`)
  if (keepOnFailure && made.length > 0) said.push(`Kept, as was chosen: ${names(made)}.`)
  return said.join(' ')
}

async function exists(client: LibvirtClient, uuid: string): Promise<boolean> {
  try {
    await client.domains.getState(uuid)
    return true
  } catch (error) {
    if (isLibvirtError(error, 'NO_DOMAIN')) return false
    throw error
  }
}

/** Tries until the host is there. @throws the last error after `waitMs` */
export async function connectPatiently(
  connect: (signal?: AbortSignal) => Promise<LibvirtClient>,
  waitMs: number = waitForHostMs,
  signal: AbortSignal,
): Promise<LibvirtClient> {
  const untilMs = performance.now() + waitMs
  for (;;) {
    try {
      return await connect(signal)
    } catch (error) {
      signal.throwIfAborted()
      if (performance.now() > untilMs) throw error
    }
    await sleep(tryEveryMs, undefined, { signal })
  }
}
