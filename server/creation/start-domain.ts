import { unwatched } from './creation-watch.ts'
import type { CreationWork } from './creation-work.ts'
import type { MadeThing } from './made-things.ts'

/**
 * The steps `define` and `start`. A domain that has no installation and is not to be started is only
 * defined.
 *
 * @returns what forgets the undoing of the domain, for when it is there to stay
 */
export async function defineAndStart(work: CreationWork): Promise<() => void> {
  const { job, input } = work
  const { plan, uuid, host, validate } = input
  const { installXml, finalXml, name, start } = plan
  const thing: MadeThing = { kind: 'domain', uuid, name }
  const client = await work.open()
  const watched = input.watch?.creatingDomain() ?? unwatched
  const begin = async () => {
    const first = installXml ?? (start.transient ? finalXml : null)
    if (first === null) await client.domains.start(uuid)
    else await client.domains.createXml(first, { validate })
  }
  const define = async () => void (await client.domains.defineXml(finalXml, { validate }))
  const forget = start.transient
    ? await job.step('start', () => work.make(thing, 'made', begin))
    : await job.step('define', () => work.make(thing, 'made', define))
  if (!start.transient) await work.checkpoint('define')
  job.addDomain({ host, uuid, name })
  if (!start.transient && startsOf(work)) await job.step('start', begin)
  watched.end()
  if (start.autostart) await client.domains.setAutostart(uuid, true)
  await work.checkpoint('start')
  return forget
}

/** Whether the domain is started: `--noreboot` of one without an installation leaves it off. */
export function startsOf({ input }: CreationWork): boolean {
  const { installXml, start } = input.plan
  return installXml !== null || start.transient || !start.noReboot
}
