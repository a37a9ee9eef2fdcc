import { ProblemError } from '../contract/problem.ts'
import { messageOf } from '../fleet/link-error.ts'
import type { JobHandle } from '../jobs/index.ts'
import type { LibvirtClient } from '../libvirt/client.ts'
import type { CreationMemory } from './creation-memory.ts'
import type { CreationWatch } from './creation-watch.ts'
import type { CreationWork } from './creation-work.ts'
import { followInstall } from './install-phase.ts'
import type { InstallEnd } from './install-phase.ts'
import { removeThing, wordsOf } from './made-things.ts'
import type { MadeThing } from './made-things.ts'

/** What following an installation needs; after a restart of Ballast too. */
export interface FollowInput {
  connect(signal?: AbortSignal): Promise<LibvirtClient>
  changed(): void
  watch?: CreationWatch | undefined
  letGo?: AbortSignal | undefined
  checkpoint?: ((name: string) => Promise<void>) | undefined
}

/** The steps `install` and `finish` of a domain whose installer was just started. */
export async function install(work: CreationWork, forgetDomain: () => void): Promise<void> {
  const { job, memory, input } = work
  const { waitMinutes } = input.plan.start
  memory.installing = true
  memory.deadlineMs =
    waitMinutes !== null && waitMinutes > 0 ? Date.now() + waitMinutes * 60_000 : null
  job.remember(memory)
  input.watch?.installing()
  if (waitMinutes !== 0) return await followAndFinish(job, memory, input)
  forgetDomain()
  await letGo(job, memory, input, '--wait 0')
}

/** The step `finish` of a domain without an installation. */
export async function finish(work: CreationWork): Promise<void> {
  await work.job.step('finish', async () => {
    const client = await work.open()
    for (const thing of work.memory.media) await removeThing(client, thing)
    work.input.changed()
  })
}

/** From the running installer to the domain as it stays. */
export async function followAndFinish(
  job: JobHandle<'create'>,
  memory: CreationMemory,
  input: FollowInput,
): Promise<void> {
  const { uuid, name, host, deadlineMs } = memory
  const { connect, watch, checkpoint } = input
  const end = await job.step('install', async (step) => {
    step.note(name)
    const { signal } = job
    return await followInstall({ connect, uuid, deadlineMs, signal, letGo: input.letGo })
  })
  await checkpoint?.('install')
  job.signal.throwIfAborted()
  watch?.installEnded(end)
  if (end === 'let-go') return await letGo(job, memory, input)
  if (end === 'too-long') {
    // As virt-install: it says so and leaves the guest to itself.
    job.keep()
    await dropMedia(job, memory, input)
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
      const note = await startForGood(client, memory, end)
      if (note !== null) step.note(note)
    } finally {
      await client.close()
    }
    // From here on the domain is there to stay.
    job.keep()
    await dropMedia(job, memory, input)
    input.changed()
  })
}

/** @returns why it was not started, where somebody could wonder */
async function startForGood(
  client: LibvirtClient,
  { uuid, restart }: CreationMemory,
  end: InstallEnd,
): Promise<string | null> {
  if (end === 'gone') return 'the domain was removed'
  if (end === 'forced-off') return 'it was forced off: not started again'
  if (restart && (await client.domains.isPersistent(uuid).catch(() => false))) {
    await client.domains.start(uuid)
  }
  return null
}

/** The guest goes on alone. As with virt-install its media go: QEMU has them open. */
async function letGo(
  job: JobHandle<'create'>,
  memory: CreationMemory,
  input: FollowInput,
  why?: string,
): Promise<void> {
  job.keep()
  job.skip('install', why)
  job.skip('finish')
  await dropMedia(job, memory, input)
  input.changed()
}

/**
 * Removes what only the first boot needed. The domain is there to stay by now, so a medium that does
 * not go makes no failure of it: it is named on the job, for it may hold a password.
 */
async function dropMedia(
  job: JobHandle<'create'>,
  { media }: CreationMemory,
  { connect }: FollowInput,
): Promise<void> {
  if (media.length === 0) return
  const name = (thing: MadeThing, error: unknown) =>
    job.leftover(`${wordsOf(thing)}: ${messageOf(error)}`)
  let client: LibvirtClient
  try {
    client = await connect(job.signal)
  } catch (error) {
    for (const thing of media) name(thing, error)
    return
  }
  try {
    for (const thing of media) {
      await removeThing(client, thing).catch((error: unknown) => name(thing, error))
    }
  } finally {
    await client.close()
  }
}
