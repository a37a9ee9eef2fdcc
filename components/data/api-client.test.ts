import { afterEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'

import { ProblemError } from '../../server/contract/problem.ts'
import { api, isNoAnswer, withQuery } from './api-client.ts'

const json = (value: unknown, status = 200, type = 'application/json') =>
  new Response(JSON.stringify(value), { status, headers: { 'content-type': type } })

function answer(response: Response | Error) {
  const fetch = vi.fn(async (_path: string, _init: RequestInit) => {
    if (response instanceof Error) throw response
    return response
  })
  vi.stubGlobal('fetch', fetch)
  return fetch
}

function standOn(path: string) {
  const assign = vi.fn()
  const [pathname, search = ''] = path.split('?')
  vi.stubGlobal('window', {
    location: { pathname, search: search && `?${search}`, assign },
  })
  return assign
}

async function problemOf(call: Promise<unknown>): Promise<ProblemError> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ProblemError)) throw new Error(`not a problem: ${String(error)}`)
  return error
}

afterEach(() => vi.unstubAllGlobals())

describe('api client', () => {
  it('parses the answer with the schema', async () => {
    answer(json({ total: 3, more: 'dropped' }))
    expect(await api.get('/x', z.object({ total: z.number() }))).toEqual({ total: 3 })
  })

  it('sends a body as JSON and reads an empty answer as null', async () => {
    const fetch = answer(new Response(null, { status: 204 }))
    expect(await api.put('/x', z.null(), { a: 1 })).toBeNull()
    expect(fetch.mock.calls[0]?.[1]).toMatchObject({ method: 'PUT', body: '{"a":1}' })
  })

  it('keeps everything a problem says', async () => {
    const sent = new ProblemError('below_floor', {
      detail: 'below the safe floor',
      host: 'alpha',
      remedy: 'use force',
      libvirt: { code: 1, domain: 2, message: 'no' },
    }).toProblem()
    answer(json(sent, 422, 'application/problem+json'))
    const error = await problemOf(api.put('/x', z.unknown(), {}))
    expect(error.toProblem()).toEqual(sent)
  })

  it('names the status when the answer is not a problem', async () => {
    answer(new Response('<html>', { status: 404, statusText: 'Not Found' }))
    const error = await problemOf(api.get('/x', z.unknown()))
    expect(error.code).toBe('not_found')
    expect(error.message).toContain('404')
  })

  it('says in plain words that nobody answers', async () => {
    answer(new TypeError('Failed to fetch'))
    const error = await problemOf(api.get('/x', z.unknown()))
    expect(isNoAnswer(error)).toBe(true)
    expect(error.message).toMatch(/does not answer/)
  })

  it('refuses an answer of another shape', async () => {
    answer(json({ total: 'three' }))
    const error = await problemOf(api.get('/x', z.object({ total: z.number() })))
    expect(error.code).toBe('internal')
    expect(isNoAnswer(error)).toBe(false)
  })

  it('goes to the login page and back when the session has ended', async () => {
    const assign = standOn('/hosts/alpha?window=60')
    answer(json(new ProblemError('unauthenticated', { detail: 'log in' }).toProblem(), 401))
    await problemOf(api.get('/x', z.unknown()))
    expect(assign).toHaveBeenCalledWith('/login?next=%2Fhosts%2Falpha%3Fwindow%3D60')
  })

  it('stays on the login page when the password is wrong', async () => {
    const assign = standOn('/login')
    answer(json(new ProblemError('unauthenticated', { detail: 'wrong' }).toProblem(), 401))
    await problemOf(api.post('/x', z.unknown(), {}))
    expect(assign).not.toHaveBeenCalled()
  })
})

describe('withQuery', () => {
  it('leaves out what is empty and joins lists', () => {
    expect(withQuery('/x', { a: undefined, b: null, c: [], d: ['1', '2'], e: false })).toBe(
      '/x?d=1%2C2&e=false',
    )
    expect(withQuery('/x')).toBe('/x')
  })
})
