import { ProblemError } from '../contract/problem.ts'
import { problemOf } from '../fleet/link-error.ts'
import type { JobHandle } from '../jobs/index.ts'
import type { LibvirtClient } from '../libvirt/client.ts'
import type { DomainPlan } from '../virtinst/model.ts'
import type { CreationMemory } from './creation-memory.ts'
import type { CreationWatch } from './creation-watch.ts'
import { ownLooks } from './look-into-directory.ts'
import { removeThing, wordsOf } from './made-things.ts'
import type { MadeThing } from './made-things.ts'

/** What a creation needs besides its job. */
export interface CreationInput {
  host: string
  plan: DomainPlan
  uuid: string
  /** NoCloud medium, where the plan has one. */
  cloudInitImage: Buffer | null
  keepOnFailure: boolean
  /** libvirt looks at the XML with its schema before it takes it; virt-install does not ask for that. */
  validate: boolean
  /** A connection of one's own to the host. */
  connect(signal?: AbortSignal): Promise<LibvirtClient>
  /** Something was made on the host. */
  changed(): void
  /** A file of the machine where the line was typed; left out: that machine is not this one. */
  readLocal?(path: string): Promise<Buffer>
  /** Whoever looks on. */
  watch?: CreationWatch
  /** Aborted: the installation is not followed any longer, and goes on by itself. */
  letGo?: AbortSignal
  /** Called after each change of the host; tests fail there. */
  checkpoint?: (name: string) => Promise<void>
}

/** What the steps of one creation share. */
export class CreationWork {
  readonly job: JobHandle<'create'>
  readonly input: CreationInput
  readonly memory: CreationMemory
  #client: LibvirtClient | null = null

  constructor(job: JobHandle<'create'>, input: CreationInput) {
    this.job = job
    this.input = input
    const { plan, host, uuid, keepOnFailure } = input
    this.memory = {
      host,
      name: plan.name,
      uuid,
      keepOnFailure,
      made: [],
      media: [],
      installing: false,
      restart: !plan.start.noReboot,
      deadlineMs: null,
      looks: ownLooks,
    }
  }

  /** The connection of the steps, opened anew where it was lost. */
  async open(): Promise<LibvirtClient> {
    if (!this.#client?.connected) this.#client = await this.connect()
    return this.#client
  }

  /** One more, for a stream or to look on meanwhile. Whoever asked for it closes it. */
  async connect(): Promise<LibvirtClient> {
    return await this.input.connect(this.job.signal)
  }

  async close(): Promise<void> {
    await this.#client?.close()
  }

  /** After each change of the host. @throws when the job was stopped */
  async checkpoint(name: string): Promise<void> {
    this.input.changed()
    await this.input.checkpoint?.(name)
    this.job.signal.throwIfAborted()
  }

  /**
   * Makes one thing: noted first, so that a crash in between leaves nothing unknown behind; taken
   * back when the creation fails. What was there before is not ours: then the note goes.
   *
   * @returns what forgets the undoing
   */
  async make(
    thing: MadeThing,
    list: 'made' | 'media',
    make: () => Promise<void>,
  ): Promise<() => void> {
    const { job, memory } = this
    memory[list].push(thing)
    job.remember(memory)
    const keep = memory.keepOnFailure && list === 'made'
    const forget = keep
      ? () => undefined
      : job.undo(wordsOf(thing), () => this.#takeBack(thing))
    try {
      await make()
    } catch (error) {
      if (isRefusal(error)) {
        memory[list] = memory[list].filter((one) => one !== thing)
        job.remember(memory)
        forget()
      }
      throw error
    }
    return forget
  }

  async #takeBack(thing: MadeThing): Promise<void> {
    const { input } = this
    const watched = thing.kind === 'volume' ? input.watch?.removing(thing.name) : undefined
    const client = await input.connect()
    try {
      await removeThing(client, thing)
      input.changed()
      watched?.end()
    } finally {
      await client.close()
    }
  }
}

/** The host refused, so nothing was made; after a lost connection nobody knows. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof ProblemError) return error.code !== 'host_offline'
  const { code } = problemOf(error, {})
  return code === 'libvirt' || code === 'not_found' || code === 'invalid'
}
