import { forecastPlan, forecastSummary } from '../contract/forecast.ts'
import type { ForecastOutcome, ForecastPlan, ForecastRun } from '../contract/forecast.ts'
import type { MigrationDetail, MigrationOutcome } from '../contract/migration.ts'
import { normalAutoConverge, normalDowntimeMs } from './forecast.ts'

const bytesPerMiB = 2 ** 20
const endings: Partial<Record<MigrationOutcome, ForecastOutcome['ended']>> = {
  moved: 'done',
  'arrived-silent': 'not-answering',
  aborted: 'aborted',
  failed: 'failed',
  interrupted: 'failed',
}
/** Steering after which it is another plan than the one that was forecast. */
const changes = ['bandwidth', 'downtime', 'throttle', 'post-copy']

/**
 * A move that ended as the model remembers it; null when there is nothing to learn from it: begun by
 * others, only a definition, or nobody knows how it ended.
 */
export function runOf(detail: MigrationDetail): ForecastRun | null {
  const { target, options, result, startedMs } = detail
  const ended = result ? endings[result.outcome] : undefined
  if (!result || !ended || target === null || !options || options.offline) return null
  const told = forecastSummary.safeParse(detail.forecast?.['forecast'])
  const planned = forecastPlan.safeParse(detail.forecast?.['plan'])
  const { id, source, uuid, name } = detail
  return {
    id,
    startedMs,
    source,
    target,
    uuid,
    name,
    way: options.way,
    plan: planned.success ? planned.data : planFrom(detail),
    forecast: told.success ? told.data : null,
    outcome: outcomeOf(detail, ended),
  }
}

/** The plan of a move for which nobody asked for a forecast. */
function planFrom({ options }: MigrationDetail): ForecastPlan {
  const converge = options?.autoConverge
  return {
    bandwidthMiBps: options?.bandwidthMiBps ?? null,
    downtimeMs: options?.maxDowntimeMs ?? normalDowntimeMs,
    autoConverge: converge
      ? {
          initialPercent: converge.initialPercent ?? normalAutoConverge.initialPercent,
          incrementPercent:
            converge.incrementPercent ?? normalAutoConverge.incrementPercent,
        }
      : null,
    postCopy: options?.postCopyAfterFirstPass ?? false,
    copyDisks: options?.copyStorage !== 'none',
  }
}

function outcomeOf(
  detail: MigrationDetail,
  ended: ForecastOutcome['ended'],
): ForecastOutcome {
  const { result, figures, steering } = detail
  const last = result?.final ?? figures
  const mib = (bytes: number | null | undefined) =>
    bytes === null || bytes === undefined ? null : bytes / bytesPerMiB
  const totalMs =
    result?.totalMs ?? Math.max(0, (detail.endedMs ?? detail.startedMs) - detail.startedMs)
  const pauseMs = ended === 'aborted' ? null : (result?.downtimeMs ?? null)
  const setupMs = result?.setupMs ?? null
  const sentMiB = mib(last?.memoryProcessedBytes ?? result?.transferredBytes)
  const diskMiB = mib(last?.diskProcessedBytes) ?? 0
  const sendingMs = totalMs - (setupMs ?? 0) - (pauseMs ?? 0)
  const total = mib(last?.memoryTotalBytes)
  const zero = last?.zeroPages ?? null
  const steered = steering.some(
    ({ control, error }) => error === null && changes.includes(control),
  )
  return {
    ended,
    totalMs,
    pauseMs,
    sentMiB: sentMiB === null ? null : sentMiB + diskMiB,
    passes: result?.passes ?? last?.pass ?? null,
    throttlePercent: last?.throttlePercent ?? 0,
    sendMiBps:
      sentMiB === null || sendingMs <= 0 ? null : ((sentMiB + diskMiB) / sendingMs) * 1000,
    firstPassMiB:
      total === null || zero === null || ended !== 'done'
        ? null
        : Math.max(0, total - mib(zero * (last?.pageBytes ?? 4096))!),
    setupMs,
    postCopy: steering.some(({ control, error }) => control === 'post-copy' && !error),
    converged: convergedOf(detail, ended, steered),
  }
}

/** Whether it ended by itself under the plan it began with; null = nobody can tell. */
function convergedOf(
  { verdict }: MigrationDetail,
  ended: ForecastOutcome['ended'],
  steered: boolean,
): boolean | null {
  const arrived = ended === 'done' || ended === 'not-answering'
  if (arrived) return steered ? null : true
  // Given up because it was stuck: that it would not have ended was seen.
  const stuck = verdict.wasStuck ?? verdict.kind === 'stuck'
  return ended === 'aborted' && stuck ? false : null
}
