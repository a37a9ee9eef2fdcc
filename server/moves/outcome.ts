import type { MigrationFigures, MigrationResult } from '../contract/migration.ts'
import { figuresOf } from '../migration/figures.ts'
import { causeWords, libvirtPartOf } from './cause.ts'
import type { MoveFailed } from './direct.ts'
import type { MoveOrder } from './move-order.ts'
import type { Ends, Settled } from './settle.ts'

/** Why the job ends as it does, when it is not done. `detail.result` has been set. */
export class MoveEnded extends Error {
  readonly result: MigrationResult

  constructor(result: MigrationResult) {
    super(result.cause ?? 'The move came to nothing.')
    this.name = 'MoveEnded'
    this.result = result
  }
}

/** What a move that did not arrive ended with. */
export interface Ending {
  order: MoveOrder
  offline: boolean
  failure: MoveFailed | null
  settled: Settled
  /** The figures libvirt kept, if any. */
  final: MigrationFigures | null
  /** What was behind an error that says nothing, if it was found. */
  found: string | null
  /** Somebody stopped it. */
  stopped: boolean
  /** Ballast itself is being stopped. */
  leaving: boolean
  /** Why the connection to the target was lost while memory was sent. */
  lostTarget: Error | null
}

/** The result of a move that is not on the target. */
export function resultElsewhere(ending: Ending): MigrationResult {
  const { failure, settled, final, stopped, leaving } = ending
  const failed = failure !== null && (!leaving || stopped)
  return {
    ...numbersOf(final),
    outcome: stopped
      ? 'aborted'
      : settled.where !== 'source'
        ? 'unclear'
        : failed
          ? 'failed'
          : 'interrupted',
    where: settled.where,
    cause: causeOf(ending),
    libvirt: libvirtPartOf(failure?.cause),
    check: null,
  }
}

/** The result of a move that arrived, before anybody looked whether the guest lives. */
export function resultOnTarget(
  final: MigrationFigures | null,
  { leftovers }: Settled,
): MigrationResult {
  return {
    ...numbersOf(final),
    outcome: 'moved',
    where: 'target',
    cause: leftovers.length > 0 ? leftovers.join(' ') : null,
    libvirt: null,
    check: null,
  }
}

/** The same with what a look at the guest gave. */
export function withCheck(
  arrived: MigrationResult,
  check: NonNullable<MigrationResult['check']>,
  target: string,
): MigrationResult {
  if (check.answers) return { ...arrived, check }
  return {
    ...arrived,
    check,
    outcome: 'arrived-silent',
    cause:
      `It arrived on ${target}, but does not answer: ` +
      `${silentWords(check)}. Look at its console; reset it if it hangs.`,
  }
}

/** libvirt's completed statistics from whichever host keeps them; null = none does. */
export async function keptFigures(
  ends: Ends,
  uuid: string,
): Promise<MigrationFigures | null> {
  for (const end of ['source', 'target'] as const) {
    try {
      const stats = await (await ends[end]()).completedStats(uuid)
      if (stats && Number(stats.params['memory_total'] ?? 0) > 0) {
        return figuresOf(stats.params, Date.now())
      }
    } catch {
      // The source forgets a domain that it does not define any more.
    }
  }
  return null
}

function causeOf(ending: Ending): string {
  const { order, settled, failure, found, leaving, lostTarget } = ending
  const { source, target, name } = order
  const where = {
    source: ending.offline
      ? `Domain ${name} is defined on ${source.name}, as before.`
      : `The guest runs on ${source.name}, as before.`,
    target: `The guest runs on ${target.name}.`,
    both: `Domain ${name} runs on both hosts: end one of the two before its disks are damaged.`,
    nowhere: `Domain ${name} runs on neither host now; start it on ${source.name}.`,
    unknown: `Where domain ${name} runs could not be found out.`,
  }[settled.where]
  const why = leaving
    ? 'Ballast was stopped, and ended the move that it drove.'
    : lostTarget
      ? `The connection to ${target.name} was lost (${causeWords(lostTarget)}), so it was ended.`
      : failure
        ? causeWords(failure.cause)
        : 'Ballast ended while it drove this move; libvirt ended it with the connection.'
  const words = [why, found, where, ...settled.leftovers].filter((text) => text !== null)
  return words.map((text) => (/[.!?]$/.test(text) ? text : `${text}.`)).join(' ')
}

function numbersOf(final: MigrationFigures | null) {
  return {
    totalMs: final?.elapsedMs ?? null,
    downtimeMs: final?.downtimeMs ?? null,
    downtimeNetMs: final?.downtimeNetMs ?? null,
    setupMs: final?.setupMs ?? null,
    transferredBytes: final?.processedBytes ?? null,
    passes: final?.pass ?? null,
    final,
  }
}

function silentWords(check: NonNullable<MigrationResult['check']>): string {
  const words: string[] = []
  if (check.state !== 'running') words.push(`libvirt says it is ${check.state ?? 'gone'}`)
  if (check.vcpuTime === 'still') words.push('its vCPUs stand still')
  if (check.balloonStats === 'still') words.push('it sends no memory statistics any more')
  if (check.agent === 'silent') words.push('its agent does not answer')
  return `${words.join(', ') || 'nothing of it moved'} (watched for ${check.seconds} s)`
}
