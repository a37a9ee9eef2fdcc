import { setTimeout as sleep } from 'node:timers/promises'

import { z } from 'zod'

import type { LibvirtClient } from '../libvirt/client.ts'
import { isLibvirtError } from '../libvirt/errors.ts'
import { withFolderPool } from './folder-pool.ts'

/**
 * Something that a creation makes on a host. Noted before it is made: after a crash what is noted
 * may be there or not.
 */
export const madeThing = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('pool'),
    name: z.string(),
    /** Its directory was not there before. */
    newDirectory: z.boolean(),
  }),
  z.object({ kind: z.literal('volume'), pool: z.string(), name: z.string() }),
  /** A file in a folder that need not be a pool's: media for the first boot. */
  z.object({ kind: z.literal('file'), folder: z.string(), name: z.string() }),
  z.object({ kind: z.literal('domain'), uuid: z.string(), name: z.string() }),
])
export type MadeThing = z.infer<typeof madeThing>

const lookAgainMs = 250

/** It in words, for logs and for what is left over. */
export function wordsOf(thing: MadeThing): string {
  switch (thing.kind) {
    case 'pool':
      return `storage pool ${thing.name}`
    case 'volume':
      return `volume ${thing.name} in pool ${thing.pool}`
    case 'file':
      return `file ${thing.folder}/${thing.name}`
    case 'domain':
      return `domain ${thing.name} (${thing.uuid})`
  }
}

/** Removes it from its host. What is not there any more is removed. @throws what libvirt says */
export async function removeThing(client: LibvirtClient, thing: MadeThing): Promise<void> {
  switch (thing.kind) {
    case 'pool':
      return await removePool(client, thing)
    case 'volume':
      return await removeVolume(client, thing)
    case 'file':
      return await withFolderPool(client, thing.folder, async (pool) => {
        await gone(async () => {
          await client.volumes.delete(
            await client.volumes.lookupByName(pool.uuid, thing.name),
          )
        })
      })
    case 'domain':
      return await removeDomain(client, thing.uuid)
  }
}

/** libvirt goes on filling a volume whose maker went away, and removes it only then. */
async function onceAllocated(remove: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await remove()
    } catch (error) {
      const busy =
        isLibvirtError(error, 'OPERATION_INVALID') && /allocated/.test(error.message)
      if (!busy) throw error
    }
    // There is no event of it.
    await sleep(lookAgainMs)
  }
}

async function removePool(
  client: LibvirtClient,
  { name, newDirectory }: Extract<MadeThing, { kind: 'pool' }>,
): Promise<void> {
  await gone(async () => {
    const { uuid } = await client.pools.lookupByName(name)
    if (await client.pools.isActive(uuid)) await client.pools.destroy(uuid)
    // Takes the directory only if it is empty; one with something in it is none of ours.
    if (newDirectory) await client.pools.delete(uuid).catch(onlyLibvirt)
    await client.pools.undefine(uuid)
  })
}

async function removeVolume(
  client: LibvirtClient,
  { pool, name }: Extract<MadeThing, { kind: 'volume' }>,
): Promise<void> {
  await gone(async () => {
    const { uuid } = await client.pools.lookupByName(pool)
    const volume = await client.volumes.lookupByName(uuid, name)
    await onceAllocated(() => client.volumes.delete(volume))
  })
}

async function removeDomain(client: LibvirtClient, uuid: string): Promise<void> {
  await gone(async () => {
    if (await client.domains.isActive(uuid)) {
      await client.domains.destroy(uuid).catch(onlyLibvirt)
    }
    const all = { managedSave: true, snapshotsMetadata: true, checkpointsMetadata: true }
    // A transient domain is gone with its process: then there is none.
    await client.domains
      .undefine(uuid, { ...all, nvram: true, tpm: true })
      .catch(async (error: unknown) => {
        // libvirt before 8.9 does not know the flag for TPM state, and keeps none either.
        if (!isLibvirtError(error, 'INVALID_ARG')) throw error
        await client.domains.undefine(uuid, { ...all, nvram: true })
      })
  })
}

/** Does what may find that its thing is not there (any more). */
async function gone(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!isLibvirtError(error, 'NO_DOMAIN', 'NO_STORAGE_POOL', 'NO_STORAGE_VOL'))
      throw error
  }
}

/** Goes on where libvirt refused; a lost connection is another matter. */
function onlyLibvirt(error: unknown): void {
  if (!isLibvirtError(error)) throw error
}
