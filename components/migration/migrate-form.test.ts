import { expect, test } from 'vitest'

import { migrationOptions } from '../../server/contract/migration.ts'
import type { PreflightTarget } from '../../server/contract/preflight.ts'
import {
  bandwidthSteps,
  emptyMigrateForm,
  optionsOf,
  planOf,
  stepOf,
  withPlan,
} from './migrate-form.ts'

const target: PreflightTarget = {
  host: 'beta',
  hostName: 'beta',
  level: 'ok',
  findings: [],
  copyDisks: [],
  copyBytes: 0,
  freeKiB: null,
  freeAfterKiB: null,
}
const copying = { ...target, copyDisks: ['vda'] }

test('what is sent is what the API takes', () => {
  const form = {
    ...emptyMigrateForm,
    bandwidthMiBps: 40,
    downtimeMs: 1_000,
    autoConverge: true,
  }
  const options = optionsOf(form, copying, false)
  expect(migrationOptions.parse(options)).toEqual(options)
  expect(options).toMatchObject({
    live: true,
    bandwidthMiBps: 40,
    maxDowntimeMs: 1_000,
    copyStorage: 'full',
    copyDisks: ['vda'],
    autoConverge: { initialPercent: 20, incrementPercent: 10 },
  })
})

test('QEMU’s own downtime limit is left alone', () => {
  expect(optionsOf(emptyMigrateForm, target, false).maxDowntimeMs).toBeNull()
})

test('of a stopped domain only the definition moves', () => {
  const options = optionsOf({ ...emptyMigrateForm, bandwidthMiBps: 4 }, copying, true)
  expect(options).toMatchObject({
    live: false,
    offline: true,
    copyStorage: 'none',
    bandwidthMiBps: null,
  })
})

test('post-copy that is only allowed does not count in the forecast', () => {
  const allowed = { ...emptyMigrateForm, postCopy: true }
  expect(planOf(allowed, target).postCopy).toBe(false)
  expect(planOf({ ...allowed, postCopyAfterFirst: true }, target).postCopy).toBe(true)
})

test('a remedy is taken over into the form', () => {
  expect(withPlan(emptyMigrateForm, { postCopy: true })).toMatchObject({
    postCopy: true,
    postCopyAfterFirst: true,
  })
  expect(withPlan(emptyMigrateForm, { downtimeMs: 850 }).downtimeMs).toBe(850)
})

test('the slider stands at the step at or above its value', () => {
  expect(stepOf(bandwidthSteps, null)).toBe(bandwidthSteps.length - 1)
  expect(bandwidthSteps[stepOf(bandwidthSteps, 45)]).toBe(50)
})
