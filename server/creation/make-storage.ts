import type { StepHandle } from '../jobs/index.ts'
import type { LibvirtClient } from '../libvirt/client.ts'
import { isLibvirtError } from '../libvirt/errors.ts'
import type { StorageStep } from '../virtinst/model.ts'
import { unwatched } from './creation-watch.ts'
import type { CreationWork } from './creation-work.ts'
import { withFolderPool } from './folder-pool.ts'
import { lookIntoDirectory } from './look-into-directory.ts'
import type { MadeThing } from './made-things.ts'
import { placeOf } from './place-of.ts'
import { hasVolume } from './upload-stream.ts'
import { xmlText } from './xml-text.ts'

type PoolStep = Extract<StorageStep, { kind: 'make-pool' }>
type VolumeStep = Extract<StorageStep, { kind: 'make-volume' }>

/** How libvirt's allocation of a volume is looked at while it is being made. */
const watchVolumeMs = 500

/** The step `volumes`: pools and volumes that are to be there before the domain is. */
export async function makeStorage(work: CreationWork): Promise<void> {
  await work.job.step('volumes', async (step) => {
    for (const one of work.input.plan.storage) {
      work.job.signal.throwIfAborted()
      if (one.kind === 'make-pool') await makePool(work, one)
      else await makeVolume(work, one, step)
    }
  })
}

async function makePool(work: CreationWork, { pool, path }: PoolStep): Promise<void> {
  const client = await work.open()
  const newDirectory = (await lookIntoDirectory(client, path, async () => true)) === null
  const thing: MadeThing = { kind: 'pool', name: pool, newDirectory }
  const xml = `<pool type='dir'><name>${xmlText(pool)}</name><target><path>${xmlText(path)}</path></target></pool>`
  await work.make(thing, 'made', async () => {
    const { uuid } = await client.pools.define(xml)
    await client.pools.start(uuid, { build: true })
    await client.pools.setAutostart(uuid, true)
  })
  await work.checkpoint('pool')
}

async function makeVolume(
  work: CreationWork,
  volume: VolumeStep,
  step: StepHandle,
): Promise<void> {
  const { pool, name, path, xml, allocationBytes, capacityBytes } = volume
  step.note(`${pool}/${name}`)
  const watched = work.input.watch?.allocating(name, capacityBytes) ?? unwatched
  const client = await work.open()
  const ref = await poolNamed(client, pool)
  if (ref) {
    const create = async () => {
      await client.volumes.create(ref.uuid, xml, {}, { deadlineMs: Infinity })
    }
    const onProgress = (done: number) => {
      step.progress({ done, total: allocationBytes, unit: 'bytes' })
      watched.to(done)
    }
    // One that is there is not ours, also when we are killed now: libvirt refuses it in its words.
    const isThere = await hasVolume(client, ref.uuid, name)
    const make = () => work.make({ kind: 'volume', pool, name }, 'made', create)
    await whileWatching(work, ref.uuid, volume, onProgress, isThere ? create : make)
  } else {
    // A folder that is no pool's: the engine saw it as one while we looked into it.
    const place = placeOf(path)
    await work.make({ kind: 'file', ...place }, 'made', async () => {
      await withFolderPool(client, place.folder, async (folder) => {
        await client.volumes.create(folder.uuid, xml, {}, { deadlineMs: Infinity })
      })
    })
  }
  watched.end()
  await work.checkpoint('volume')
}

/** Follows how much of a volume is allocated while it is being made. */
async function whileWatching(
  work: CreationWork,
  poolUuid: string,
  { name, allocationBytes }: VolumeStep,
  onProgress: (doneBytes: number) => void,
  make: () => Promise<unknown>,
): Promise<void> {
  if (allocationBytes === 0) {
    await make()
    return
  }
  const look = await work.connect()
  const timer = setInterval(() => {
    look.volumes
      .lookupByName(poolUuid, name)
      .then((volume) => look.volumes.info(volume))
      .then((info) => onProgress(Math.min(info.allocationBytes, allocationBytes)))
      // Not there yet, or just gone: the step itself says how it ends.
      .catch(() => undefined)
  }, watchVolumeMs)
  try {
    await make()
    onProgress(allocationBytes)
  } finally {
    clearInterval(timer)
    await look.close()
  }
}

async function poolNamed(client: LibvirtClient, name: string) {
  try {
    return await client.pools.lookupByName(name)
  } catch (error) {
    if (isLibvirtError(error, 'NO_STORAGE_POOL')) return null
    throw error
  }
}
