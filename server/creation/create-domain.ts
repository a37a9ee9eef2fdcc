import { z } from 'zod'

import { ProblemError } from '../contract/problem.ts'
import { problemOf } from '../fleet/link-error.ts'
import { findFile } from '../iso9660/find-file.ts'
import type { JobHandle } from '../jobs/index.ts'
import type { LibvirtClient } from '../libvirt/client.ts'
import { isLibvirtError } from '../libvirt/errors.ts'
import type { DomainPlan, StorageStep, UploadStep } from '../virtinst/model.ts'
import { withFolderPool } from './folder-pool.ts'
import { readVolumeRange } from './image-labels.ts'
import { followInstall } from './install-phase.ts'
import { lookIntoDirectory } from './look-into-directory.ts'
import { madeThing, removeThing, wordsOf } from './made-things.ts'
import type { MadeThing } from './made-things.ts'
import { uploadFile } from './upload-stream.ts'
import { xmlText } from './xml-text.ts'

/** What a creation needs besides its job. */
export interface CreationInput {
  host: string
  plan: DomainPlan
  uuid: string
  /** NoCloud medium, where the plan has one. */
  cloudInitImage: Buffer | null
  keepOnFailure: boolean
  /** A connection of one's own to the host. */
  connect(signal?: AbortSignal): Promise<LibvirtClient>
  /** Something was made on the host. */
  changed(): void
  /** Called after each change of the host; tests fail there. */
  checkpoint?: (name: string) => Promise<void>
}

/** What is kept for the next start of Ballast: enough to clean up, or to follow the installation. */
export const creationMemory = z.object({
  host: z.string(),
  name: z.string(),
  uuid: z.string(),
  keepOnFailure: z.boolean(),
  made: z.array(madeThing),
  /** What only the first boot needs: removed in any case. */
  media: z.array(madeThing),
  /** Set once the installer runs: from then on a restart of Ballast goes on with it. */
  installing: z.boolean(),
  restart: z.boolean(),
  deadlineMs: z.number().nullable(),
})
export type CreationMemory = z.infer<typeof creationMemory>

/** How libvirt's allocation of a volume is looked at while it is being made. */
const watchVolumeMs = 500

/**
 * Makes a domain as its plan says, in the order of virt-install: storage, media of the first boot,
 * definition, start, installation, and then the domain as it stays. Whatever fails or is cancelled
 * takes back what was made, unless it is to be kept.
 */
export async function createDomain(
  job: JobHandle<'create'>,
  input: CreationInput,
): Promise<{ host: string; uuid: string; name: string }> {
  const { plan, host, uuid } = input
  const work = new Creation(job, input)
  try {
    await work.run()
  } catch (error) {
    if (job.signal.aborted) throw error
    throw problemOf(error, { host })
  } finally {
    await work.close()
  }
  return { host, uuid, name: plan.name }
}

class Creation {
  readonly #job: JobHandle<'create'>
  readonly #input: CreationInput
  readonly #memory: CreationMemory
  #client: LibvirtClient | null = null

  constructor(job: JobHandle<'create'>, input: CreationInput) {
    this.#job = job
    this.#input = input
    const { plan, host, uuid, keepOnFailure } = input
    this.#memory = {
      host,
      name: plan.name,
      uuid,
      keepOnFailure,
      made: [],
      media: [],
      installing: false,
      restart: !plan.start.noReboot,
      deadlineMs: null,
    }
  }

  async run(): Promise<void> {
    const { plan, cloudInitImage } = this.#input
    const { transient } = plan.start
    const installs = plan.installXml !== null
    const media = cloudInitImage !== null || plan.uploads.length > 0
    this.#job.plan([
      ...(plan.storage.length > 0 ? (['volumes'] as const) : []),
      ...(media ? (['media'] as const) : []),
      ...(transient ? [] : (['define'] as const)),
      'start',
      ...(installs ? (['install'] as const) : []),
      ...(media || installs ? (['finish'] as const) : []),
    ])
    if (plan.storage.length > 0) await this.#makeStorage(plan.storage)
    if (media) await this.#makeMedia()
    const forget = await this.#defineAndStart()
    if (installs) await this.#install(forget)
    else if (media) await this.#finish()
  }

  async close(): Promise<void> {
    await this.#client?.close()
  }

  async #open(): Promise<LibvirtClient> {
    if (!this.#client?.connected) this.#client = await this.#input.connect(this.#job.signal)
    return this.#client
  }

  async #checkpoint(name: string): Promise<void> {
    this.#input.changed()
    await this.#input.checkpoint?.(name)
    this.#job.signal.throwIfAborted()
  }

  /**
   * Makes one thing: noted first, so that a crash in between leaves nothing unknown behind; taken
   * back when the creation fails. What was there before is not ours: then the note goes.
   */
  async #make(
    thing: MadeThing,
    list: 'made' | 'media',
    make: () => Promise<void>,
  ): Promise<() => void> {
    const memory = this.#memory
    memory[list].push(thing)
    this.#job.remember(memory)
    const keep = memory.keepOnFailure && list === 'made'
    const forget = keep
      ? () => undefined
      : this.#job.undo(wordsOf(thing), async () => {
          const client = await this.#input.connect()
          try {
            await removeThing(client, thing)
            this.#input.changed()
          } finally {
            await client.close()
          }
        })
    try {
      await make()
    } catch (error) {
      if (isRefusal(error)) {
        memory[list] = memory[list].filter((one) => one !== thing)
        this.#job.remember(memory)
        forget()
      }
      throw error
    }
    return forget
  }

  async #makeStorage(storage: readonly StorageStep[]): Promise<void> {
    await this.#job.step('volumes', async (step) => {
      for (const one of storage) {
        this.#job.signal.throwIfAborted()
        if (one.kind === 'make-pool') await this.#makePool(one)
        else {
          step.note(`${one.pool}/${one.name}`)
          await this.#makeVolume(one, (done) =>
            step.progress({ done, total: one.allocationBytes, unit: 'bytes' }),
          )
        }
      }
    })
  }

  async #makePool({ pool, path }: Extract<StorageStep, { kind: 'make-pool' }>) {
    const client = await this.#open()
    const newDirectory = (await lookIntoDirectory(client, path, async () => true)) === null
    const thing: MadeThing = { kind: 'pool', name: pool, newDirectory }
    const xml = `<pool type='dir'><name>${xmlText(pool)}</name><target><path>${xmlText(path)}</path></target></pool>`
    await this.#make(thing, 'made', async () => {
      const { uuid } = await client.pools.define(xml)
      await client.pools.start(uuid, { build: true })
      await client.pools.setAutostart(uuid, true)
    })
    await this.#checkpoint('pool')
  }

  async #makeVolume(
    {
      pool,
      name,
      path,
      xml,
      allocationBytes,
    }: Extract<StorageStep, { kind: 'make-volume' }>,
    onProgress: (doneBytes: number) => void,
  ) {
    const client = await this.#open()
    const ref = await poolNamed(client, pool)
    if (!ref) {
      // A folder that is no pool's: the engine saw it as one while we looked into it.
      const place = placeOf(path)
      await this.#make({ kind: 'file', ...place }, 'made', async () => {
        await withFolderPool(client, place.folder, async (folder) => {
          await client.volumes.create(folder.uuid, xml, {}, { deadlineMs: Infinity })
        })
      })
      await this.#checkpoint('volume')
      return
    }
    const { uuid } = ref
    const watch = allocationBytes > 0 ? await this.#input.connect(this.#job.signal) : null
    const timer = watch
      ? setInterval(() => {
          watch.volumes
            .lookupByName(uuid, name)
            .then((volume) => watch.volumes.info(volume))
            .then((info) => onProgress(Math.min(info.allocationBytes, allocationBytes)))
            // Not there yet, or just gone: the step itself says how it ends.
            .catch(() => undefined)
        }, watchVolumeMs)
      : null
    try {
      await this.#make({ kind: 'volume', pool, name }, 'made', async () => {
        await client.volumes.create(uuid, xml, {}, { deadlineMs: Infinity })
      })
    } finally {
      if (timer) clearInterval(timer)
      await watch?.close()
    }
    await this.#checkpoint('volume')
  }

  async #makeMedia(): Promise<void> {
    const { plan, cloudInitImage } = this.#input
    await this.#job.step('media', async (step) => {
      if (cloudInitImage && plan.cloudInit) {
        step.note(plan.cloudInit.path)
        const { folder, name } = placeOf(plan.cloudInit.path)
        await this.#make({ kind: 'file', folder, name }, 'media', async () => {
          await this.#putFile(folder, name, cloudInitImage.length, [cloudInitImage])
        })
        await this.#checkpoint('cloud-init')
      }
      for (const upload of plan.uploads) {
        step.note(upload.source)
        await this.#copyOutOfImage(upload)
        await this.#checkpoint('kernel')
      }
    })
  }

  /** Kernel and initrd of an installer, out of its image on the host. */
  async #copyOutOfImage({ source, iso, target }: UploadStep): Promise<void> {
    if (iso === null) {
      throw new ProblemError('invalid', {
        host: this.#input.host,
        detail: `${source} is on the machine where the line was typed; the host cannot boot it.`,
        remedy: 'Upload it into a pool of the host and name it by its path there.',
        issues: [{ path: 'location', message: 'is not on the host' }],
      })
    }
    const from = placeOf(iso)
    const { folder, name } = placeOf(target)
    const reader = await this.#input.connect(this.#job.signal)
    try {
      await withFolderPool(reader, from.folder, async () => {
        const extent = await findFile(
          (range) => readVolumeRange(reader, iso, range),
          source,
        )
        if (!extent) {
          throw new ProblemError('not_found', {
            host: this.#input.host,
            detail: `${iso} has no file ${source}.`,
            issues: [{ path: 'location', message: `has no ${source}` }],
          })
        }
        const bytes = await readVolumeRange(reader, iso, extent)
        await this.#make({ kind: 'file', folder, name }, 'media', async () => {
          await this.#putFile(folder, name, bytes.length, [bytes])
        })
      })
    } finally {
      await reader.close()
    }
  }

  async #putFile(folder: string, name: string, sizeBytes: number, parts: Iterable<Buffer>) {
    const stream = await this.#input.connect(this.#job.signal)
    try {
      await withFolderPool(stream, folder, async (pool) => {
        await uploadFile(stream, pool.uuid, { name, sizeBytes, parts })
      })
    } finally {
      await stream.close()
    }
  }

  /** Gives what forgets the undoing of the domain, for when it is there to stay. */
  async #defineAndStart(): Promise<() => void> {
    const { plan, uuid, host } = this.#input
    const { installXml, finalXml, name, start } = plan
    const thing: MadeThing = { kind: 'domain', uuid, name }
    const client = await this.#open()
    const begin = async () => {
      if (installXml !== null)
        await client.domains.createXml(installXml, { validate: true })
      else if (start.transient) await client.domains.createXml(finalXml, { validate: true })
      else await client.domains.start(uuid)
    }
    const forget = start.transient
      ? await this.#job.step('start', async () => await this.#make(thing, 'made', begin))
      : await this.#job.step('define', async () => {
          const made = await this.#make(thing, 'made', async () => {
            await client.domains.defineXml(finalXml, { validate: true })
          })
          if (start.autostart) await client.domains.setAutostart(uuid, true)
          await this.#checkpoint('define')
          return made
        })
    this.#job.addDomain({ host, uuid, name })
    if (!start.transient) await this.#job.step('start', begin)
    await this.#checkpoint('start')
    return forget
  }

  async #install(forgetDomain: () => void): Promise<void> {
    const memory = this.#memory
    const { waitMinutes } = this.#input.plan.start
    memory.installing = true
    memory.deadlineMs =
      waitMinutes !== null && waitMinutes > 0 ? Date.now() + waitMinutes * 60_000 : null
    this.#job.remember(memory)
    if (waitMinutes === 0) {
      // virt-install goes home here too: the installer's medium is left to the guest.
      this.#job.keep()
      forgetDomain()
      this.#job.skip('install', '--wait 0')
      this.#job.skip('finish')
      return
    }
    await followAndFinish(this.#job, memory, {
      connect: this.#input.connect,
      changed: this.#input.changed,
      ...(this.#input.checkpoint ? { checkpoint: this.#input.checkpoint } : {}),
    })
  }

  async #finish(): Promise<void> {
    await this.#job.step('finish', async () => {
      await removeMedia(await this.#open(), this.#memory)
      this.#input.changed()
    })
  }
}

/** What following an installation needs; after a restart of Ballast too. */
export interface FollowInput {
  connect(signal?: AbortSignal): Promise<LibvirtClient>
  changed(): void
  checkpoint?: (name: string) => Promise<void>
}

/** From the running installer to the domain as it stays. */
export async function followAndFinish(
  job: JobHandle<'create'>,
  memory: CreationMemory,
  { connect, changed, checkpoint }: FollowInput,
): Promise<void> {
  const { uuid, name, host, deadlineMs } = memory
  const end = await job.step('install', async (step) => {
    step.note(name)
    return await followInstall({ connect, uuid, deadlineMs, signal: job.signal })
  })
  await checkpoint?.('install')
  job.signal.throwIfAborted()
  if (end === 'too-long') {
    // As virt-install: it says so and leaves the guest to itself.
    job.keep()
    throw new ProblemError('timeout', {
      host,
      detail: `The installation of ${name} takes longer than --wait allows. The domain goes on.`,
      issues: [{ path: 'wait', message: 'the time is over' }],
    })
  }
  await job.step('finish', async (step) => {
    const client = await connect(job.signal)
    try {
      if (end === 'crashed') {
        throw new ProblemError('libvirt', {
          host,
          detail: `${name} crashed while it was being installed.`,
          remedy: 'Look at its console and log, then try again.',
        })
      }
      if (end === 'gone') step.note('the domain was removed')
      else if (end === 'forced-off') step.note('it was forced off: not started again')
      else if (
        memory.restart &&
        (await client.domains.isPersistent(uuid).catch(() => false))
      ) {
        await client.domains.start(uuid)
      }
      // From here on the domain is there to stay.
      job.keep()
      await removeMedia(client, memory)
      changed()
    } finally {
      await client.close()
    }
  })
}

/** Removes what only the first boot needed. */
async function removeMedia(client: LibvirtClient, memory: CreationMemory): Promise<void> {
  for (const thing of memory.media) await removeThing(client, thing)
}

async function poolNamed(client: LibvirtClient, name: string) {
  try {
    return await client.pools.lookupByName(name)
  } catch (error) {
    if (isLibvirtError(error, 'NO_STORAGE_POOL')) return null
    throw error
  }
}

function placeOf(path: string): { folder: string; name: string } {
  const slash = path.lastIndexOf('/')
  return { folder: path.slice(0, slash) || '/', name: path.slice(slash + 1) }
}

/** The host refused, so nothing was made; after a lost connection nobody knows. */
function isRefusal(error: unknown): boolean {
  if (error instanceof ProblemError) return error.code !== 'host_offline'
  const { code } = problemOf(error, {})
  return code === 'libvirt' || code === 'not_found' || code === 'invalid'
}
