import { problemOf } from '../fleet/link-error.ts'
import type { JobHandle } from '../jobs/index.ts'
import { CreationWork } from './creation-work.ts'
import type { CreationInput } from './creation-work.ts'
import { finish, install } from './finish-install.ts'
import { makeMedia } from './make-media.ts'
import { makeStorage } from './make-storage.ts'
import { defineAndStart, startsOf } from './start-domain.ts'

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
  const work = new CreationWork(job, input)
  try {
    await run(work)
  } catch (error) {
    if (job.signal.aborted) throw error
    throw problemOf(error, { host })
  } finally {
    await work.close()
  }
  return { host, uuid, name: plan.name }
}

async function run(work: CreationWork): Promise<void> {
  const { plan, cloudInitImage } = work.input
  const hasStorage = plan.storage.length > 0
  const hasMedia = cloudInitImage !== null || plan.uploads.length > 0
  const installs = plan.installXml !== null
  work.job.plan([
    ...(hasStorage ? (['volumes'] as const) : []),
    ...(hasMedia ? (['media'] as const) : []),
    ...(plan.start.transient ? [] : (['define'] as const)),
    ...(startsOf(work) ? (['start'] as const) : []),
    ...(installs ? (['install'] as const) : []),
    ...(hasMedia || installs ? (['finish'] as const) : []),
  ])
  if (hasStorage) await makeStorage(work)
  if (hasMedia) await makeMedia(work)
  const forgetDomain = await defineAndStart(work)
  if (installs) await install(work, forgetDomain)
  else if (hasMedia) await finish(work)
}
