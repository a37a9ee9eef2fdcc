import { describe, expect, test } from 'vitest'

import { ProblemError } from '../contract/problem.ts'
import { attemptLimits, LoginAttempts } from './attempts.ts'

describe('login attempts', () => {
  test('a right password is forgiven', () => {
    const attempts = new LoginAttempts(() => 0)
    for (let n = 0; n < 100; n++) attempts.take('root', '10.0.0.1')()
  })

  test('an account is shut after its failures and open again after the window', () => {
    let nowMs = 0
    const attempts = new LoginAttempts(() => nowMs)
    for (let n = 0; n < attemptLimits.account; n++) attempts.take('root', `10.0.0.${n}`)
    expect(() => attempts.take('root', '10.0.1.1')).toThrow(/Try again in 5 min/)
    attempts.take('other', '10.0.1.1')
    nowMs = attemptLimits.windowMs + 1
    attempts.take('root', '10.0.1.1')
  })

  test('says how long to wait', () => {
    let nowMs = 0
    const attempts = new LoginAttempts(() => nowMs)
    for (let n = 0; n < attemptLimits.account; n++) attempts.take('root', null)
    nowMs = attemptLimits.windowMs - 1500
    try {
      attempts.take('root', null)
      expect.unreachable()
    } catch (error) {
      expect(error instanceof ProblemError && error.init.retryAfterSeconds).toBe(2)
    }
  })

  test('an address that tries many accounts is shut', () => {
    const attempts = new LoginAttempts(() => 0)
    for (let n = 0; n < attemptLimits.address; n++) attempts.take(`user${n}`, '10.0.0.1')
    expect(() => attempts.take('fresh', '10.0.0.1')).toThrow(ProblemError)
    attempts.take('fresh', '10.0.0.2')
  })

  test('memory stays bounded when somebody invents names', () => {
    const attempts = new LoginAttempts(() => 0)
    for (let n = 0; n < 50_000; n++) attempts.take(`user${n}`, null)
    expect(attempts.size).toBeLessThanOrEqual(10_000)
  })
})
