import { describe, expect, test } from 'vitest'

import type { CreateCheck } from '../../server/contract/create.ts'
import { isOwnDomain, withoutNameCheck } from './own-domain.ts'

const check = (code: CreateCheck['code'], name: string): CreateCheck => ({
  code,
  severity: 'error',
  option: 'name',
  message: '',
  values: { name },
  fix: null,
})
const preview = { checks: [check('name_in_use', 'web'), check('mac_in_fleet', 'web')] }
const domains = [{ host: 'alpha', name: 'web', uuid: null }]

describe('the name that a creation has taken itself', () => {
  test.each(['queued', 'running', 'done'] as const)(
    'is its own while it is %s',
    (state) => {
      expect(isOwnDomain(preview, 'alpha', { state, domains })).toBe(true)
      expect(isOwnDomain(preview, 'beta', { state, domains })).toBe(false)
      expect(isOwnDomain(undefined, 'alpha', { state, domains })).toBe(false)
      const other = { checks: [check('name_in_use', 'db')] }
      expect(isOwnDomain(other, 'alpha', { state, domains })).toBe(false)
    },
  )

  test('is taken where the creation failed, or there was none', () => {
    expect(isOwnDomain(preview, 'alpha', { state: 'failed', domains })).toBe(false)
    expect(isOwnDomain(preview, 'alpha', null)).toBe(false)
  })

  test('nothing else is left out', () => {
    expect(withoutNameCheck(preview).checks).toEqual([preview.checks[1]])
  })
})
