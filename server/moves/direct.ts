import type { MigrationOptions, MigrationPhase } from '../contract/migration.ts'
import { isLibvirtError } from '../libvirt/errors.ts'
import type { TypedParam } from '../libvirt/params.ts'
import type { MoveEnd } from './move-end.ts'
import { callOf, withText } from './parameters.ts'

const noCookie = new Uint8Array(0)

/** What of the two ends a driver needs. */
export type DirectSource = Pick<MoveEnd, 'begin' | 'perform' | 'confirm' | 'domain'>
export type DirectTarget = Pick<MoveEnd, 'prepare' | 'finish' | 'domain'>

/** What a driver is asked to do, and whom it tells. */
export interface DriveOrder {
  uuid: string
  name: string
  options: MigrationOptions
  /** Goes on with a post-copy whose link broke. */
  resume?: boolean
  /** Tells each phase as it begins, before anything of it is sent. */
  phase(phase: MigrationPhase): void
  /** Whether somebody asked to stop; looked at where nothing is under way. */
  stopped(): boolean
}

/** The move came to nothing, and the driver has told both ends so as far as they could be told. */
export class MoveFailed extends Error {
  readonly phase: MigrationPhase
  /** The target was told to begin the guest and did not answer: only a look there can tell. */
  readonly unsure: boolean

  constructor(phase: MigrationPhase, cause: unknown, unsure = false) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.name = 'MoveFailed'
    this.phase = phase
    this.unsure = unsure
  }
}

/** Asked to stop before any memory was sent. */
export class MoveStopped extends Error {
  override name = 'MoveStopped'
}

/**
 * Drives a move over both connections, as virDomainMigrateVersion3Full of libvirt does:
 *
 *   source            target
 *   begin ──XML,cookie──► prepare          the target's QEMU waits
 *   perform ◄──URI,cookie──┘               memory goes; lasts
 *      └──cookie──► finish                 the guest goes on there
 *   confirm ◄──cookie──┘                   and ends here
 *
 * Whatever fails before `finish` was sent leaves the guest on the source. Offline there is no perform,
 * and finish gets no cookie: the target's own, handed back to it, is refused as of the same host. The
 * source is asked to undefine the domain only when the target has written it down.
 *
 * @throws MoveFailed
 */
export async function driveDirect(
  source: DirectSource,
  target: DirectTarget,
  order: DriveOrder,
): Promise<void> {
  const { uuid, name, options } = order
  const { set, params } = callOf(options)
  const resume = order.resume === true
  const here = { ...set, changeProtection: true, postCopyResume: resume }
  const there = {
    ...set,
    abortOnError: false,
    autoConverge: false,
    postCopyResume: resume,
  }
  const at = { phase: 'begin' as MigrationPhase }
  const enter = (phase: MigrationPhase) => {
    at.phase = phase
    order.phase(phase)
  }

  enter('begin')
  const begun = await source.begin(uuid, params, here).catch((error: unknown) => {
    throw new MoveFailed('begin', error)
  })
  const giveUpSource = () => quietly(source.confirm(uuid, params, noCookie, here, true))

  enter('prepare')
  // What was paused arrives paused: libvirt would start it otherwise.
  const paused =
    !resume && (await source.domain(uuid).catch(() => null))?.state === 'paused'
  const thereToo = paused ? { ...there, paused: true } : there
  let sent: TypedParam[] = withText(params, 'destination_xml', begun.xml)
  const prepared = await target
    .prepare(sent, begun.cookie, thereToo)
    .catch(async (error: unknown) => {
      await giveUpSource()
      throw new MoveFailed('prepare', error)
    })
  const named = (list: TypedParam[]) =>
    withText(list, 'destination_name', options.destinationName ?? name)
  const giveUpTarget = () => quietly(target.finish(named(sent), noCookie, thereToo, true))

  const uri = prepared.uri ?? options.migrateUri
  if (order.stopped() || (uri === null && !options.offline)) {
    await giveUpTarget()
    await giveUpSource()
    throw new MoveFailed(
      'prepare',
      order.stopped()
        ? new MoveStopped('It was stopped before any memory was sent.')
        : new Error('The target named no address to send the memory to.'),
    )
  }
  if (uri !== null) sent = withText(sent, 'migrate_uri', uri)

  let cookie: Uint8Array = noCookie
  if (!options.offline) {
    enter('perform')
    cookie = await source
      .perform(uuid, sent, prepared.cookie, here)
      .catch(async (error: unknown) => {
        const { phase } = at
        // The source knows already: it is the one that failed.
        await giveUpTarget()
        throw new MoveFailed(phase, error)
      })
  }

  enter('finish')
  const finished = await target
    .finish(named(sent), cookie, thereToo, false)
    .catch(async (error: unknown) => {
      // Without an answer nobody knows whether the guest runs there: the source stays as it is.
      if (!isLibvirtError(error)) throw new MoveFailed('finish', error, true)
      await giveUpSource()
      throw new MoveFailed('finish', error)
    })

  let undefineSource = here.undefineSource === true
  if (options.offline || (undefineSource && options.persistent)) {
    const written = await isWritten(target, uuid)
    if (options.offline && written !== true) {
      await giveUpSource()
      throw new MoveFailed('finish', new Error(unwritten), written === null)
    }
    undefineSource &&= written === true
  }

  enter('confirm')
  await source
    .confirm(uuid, sent, finished.cookie, { ...here, undefineSource }, false)
    .catch((error: unknown) => {
      throw new MoveFailed('confirm', error, true)
    })
}

const unwritten =
  'The target did not write the definition down, so the source keeps its own.'

/** Whether the target defines the domain for good; null = it did not say. */
async function isWritten(target: DirectTarget, uuid: string): Promise<boolean | null> {
  try {
    return (await target.domain(uuid))?.persistent === true
  } catch {
    // Looked at again when the move is settled; until then nothing is thrown away.
    return null
  }
}

/** What is told to an end in vain changes nothing: it is looked at afterwards anyway. */
async function quietly(telling: Promise<unknown>): Promise<void> {
  await telling.catch(() => undefined)
}
