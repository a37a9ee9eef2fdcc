import { expect, test, vi } from 'vitest'

import { ProblemError } from '../../../../server/contract/problem.ts'
import { firstLook } from './first-look.ts'

test('an answer in time is the first rendering', async () => {
  expect(await firstLook(Promise.resolve(7))).toEqual({ value: 7, problem: null })
})

test('a host that hangs costs the page no more than the limit', async () => {
  vi.useFakeTimers()
  try {
    const looked = firstLook(new Promise(() => undefined), { waitMs: 300 })
    await vi.advanceTimersByTimeAsync(299)
    let over = false
    void looked.finally(() => (over = true))
    await vi.advanceTimersByTimeAsync(0)
    expect(over).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await looked).toBeNull()
    expect(vi.getTimerCount()).toBe(0)
  } finally {
    vi.useRealTimers()
  }
})

test('why a host does not answer is rendered; what nobody expected is thrown', async () => {
  const offline = new ProblemError('host_offline', { host: 'kvm1', detail: 'No route.' })
  expect(await firstLook(Promise.reject(offline))).toEqual({
    value: null,
    problem: offline.toProblem(),
  })
  await expect(firstLook(Promise.reject(new TypeError('oh')))).rejects.toThrow('oh')
})

test('an error after the limit is reported and troubles nobody', async () => {
  const report = vi.fn()
  const { promise, reject } = Promise.withResolvers<number>()
  expect(await firstLook(promise, { waitMs: 1, report })).toBeNull()
  const error = new TypeError('too late')
  reject(error)
  await vi.waitFor(() => expect(report).toHaveBeenCalledExactlyOnceWith(error))
})
