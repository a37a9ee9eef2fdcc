import type { ForecastPlan } from '../../server/contract/forecast.ts'
import {
  defaultMigrationOptions,
  type MigrationOptions,
  type MigrationWay,
} from '../../server/contract/migration.ts'
import type { PreflightTarget } from '../../server/contract/preflight.ts'
import { normalAutoConverge, normalDowntimeMs } from '../../server/migration/forecast.ts'

/** What a person sets in the dialog. */
export interface MigrateForm {
  way: MigrationWay
  /** null = no limit */
  bandwidthMiBps: number | null
  downtimeMs: number
  autoConverge: boolean
  postCopy: boolean
  postCopyAfterFirst: boolean
  persistent: boolean
  undefineSource: boolean
  paused: boolean
  unsafe: boolean
  compression: boolean
  parallelConnections: number | null
}

export const emptyMigrateForm: MigrateForm = {
  way: 'direct',
  bandwidthMiBps: null,
  downtimeMs: normalDowntimeMs,
  autoConverge: false,
  postCopy: false,
  postCopyAfterFirst: false,
  persistent: true,
  undefineSource: true,
  paused: false,
  unsafe: false,
  compression: false,
  parallelConnections: null,
}

/** Steps of the sliders: fine where it is small. The last one of the bandwidth is no limit. */
export const bandwidthSteps = [
  5,
  10,
  15,
  20,
  30,
  40,
  50,
  60,
  80,
  100,
  150,
  200,
  300,
  400,
  600,
  800,
  1_200,
  2_500,
  5_000,
  null,
] as const
export const downtimeSteps = [
  20, 50, 100, 150, 200, 300, 400, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 8_000,
  15_000, 30_000, 60_000,
] as const

/** The step that a value lies at or below; a value between two steps keeps its own number. */
export function stepOf(steps: readonly (number | null)[], value: number | null): number {
  if (value === null) return steps.length - 1
  const at = steps.findIndex((step) => step === null || step >= value)
  return at === -1 ? steps.length - 1 : at
}

/** What the model needs of the form. */
export function planOf(form: MigrateForm, target: PreflightTarget): ForecastPlan {
  return {
    bandwidthMiBps: form.bandwidthMiBps,
    downtimeMs: form.downtimeMs,
    autoConverge: form.autoConverge ? normalAutoConverge : null,
    postCopy: form.postCopy && form.postCopyAfterFirst,
    copyDisks: target.copyDisks.length > 0,
  }
}

/** The form with what the model proposes to change. */
export function withPlan(form: MigrateForm, change: Partial<ForecastPlan>): MigrateForm {
  const next = { ...form }
  if (change.bandwidthMiBps !== undefined) next.bandwidthMiBps = change.bandwidthMiBps
  if (change.downtimeMs !== undefined) next.downtimeMs = change.downtimeMs
  if (change.autoConverge !== undefined) next.autoConverge = change.autoConverge !== null
  if (change.postCopy !== undefined) {
    next.postCopy = next.postCopyAfterFirst = change.postCopy
    if (change.postCopy) next.compression = false
  }
  return next
}

/** What is sent: `stopped` domains only have a definition to move. */
export function optionsOf(
  form: MigrateForm,
  target: PreflightTarget,
  stopped: boolean,
): MigrationOptions {
  const common = {
    ...defaultMigrationOptions,
    way: form.way,
    undefineSource: form.undefineSource,
    unsafe: form.unsafe,
  }
  if (stopped) return { ...common, live: false, offline: true, persistent: true }
  const copies = target.copyDisks.length > 0
  return {
    ...common,
    persistent: form.persistent,
    paused: form.paused,
    copyStorage: copies ? 'full' : 'none',
    copyDisks: copies ? target.copyDisks : [],
    autoConverge: form.autoConverge ? { ...normalAutoConverge } : null,
    postCopy: form.postCopy,
    postCopyAfterFirstPass: form.postCopy && form.postCopyAfterFirst,
    compression: form.compression ? ['xbzrle'] : [],
    parallelConnections: form.parallelConnections,
    bandwidthMiBps: form.bandwidthMiBps,
    maxDowntimeMs: form.downtimeMs === normalDowntimeMs ? null : form.downtimeMs,
  }
}
