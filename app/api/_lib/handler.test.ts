import { beforeEach, describe, expect, test, vi } from 'vitest'

import { problem, ProblemError } from '../../../server/contract/problem.ts'
import { callRoute, goodInput } from './testing/call.ts'
import { registerFakeRuntime } from './testing/fake-runtime.ts'
import type { FakeRuntime } from './testing/fake-runtime.ts'
import { fleetPage, people, uuid } from './testing/samples.ts'

const admin = { cookie: 'role=admin' }
const operator = { cookie: 'role=operator' }
const target = 'PUT /api/v1/hosts/{host}/domains/{uuid}/memory/target'
const act = 'POST /api/v1/hosts/{host}/domains/{uuid}/actions/{action}'

let runtime: FakeRuntime
beforeEach(() => (runtime = registerFakeRuntime()))

async function problemOf(response: Response) {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  const parsed = problem.parse(await response.json())
  expect(parsed.status).toBe(response.status)
  return parsed
}

describe('who asks from where', () => {
  test.each(['https://evil.example', 'null', 'http://ballast.test.evil.example'])(
    'a page of %s changes nothing, whoever is logged in',
    async (origin) => {
      const response = await callRoute(act, { headers: { ...admin, origin } })
      expect((await problemOf(response)).code).toBe('forbidden')
      expect(runtime.fleet.actOnDomain).not.toHaveBeenCalled()
      expect(runtime.lines).toMatchObject([{ outcome: 'refused', who: 'root' }])
    },
  )

  test('nor does a browser that hides its origin', async () => {
    const headers = { ...admin, 'sec-fetch-site': 'cross-site' }
    expect((await callRoute(act, { headers })).status).toBe(403)
  })

  test('nor does it log somebody in', async () => {
    const headers = { origin: 'https://evil.example' }
    expect((await callRoute('POST /api/v1/login', { headers })).status).toBe(403)
    expect(runtime.auth.login).not.toHaveBeenCalled()
  })

  test.each(['http://ballast.test', 'https://ballast.example.org'])(
    'a page of %s may',
    async (origin) => {
      expect((await callRoute(act, { headers: { ...admin, origin } })).status).toBe(200)
    },
  )

  test('a token may from anywhere: no browser sends it by itself', async () => {
    const headers = { authorization: 'Bearer operator', origin: 'https://tool.example' }
    expect((await callRoute(act, { headers })).status).toBe(200)
  })

  test('reading is not bound to a page', async () => {
    const headers = { ...admin, origin: 'https://evil.example' }
    const response = await callRoute('GET /api/v1/hosts', { headers })
    expect(response.status).toBe(200)
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })

  test('nobody is told how to log in', async () => {
    const response = await callRoute('GET /api/v1/hosts')
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/)
  })
})

describe('bad input', () => {
  test.each([
    ['no JSON', '{"targetKiB": 5', 400, 'bad_request'],
    ['an empty body', '', 400, 'bad_request'],
    ['null', 'null', 422, 'invalid'],
    ['an array', '[]', 422, 'invalid'],
    ['0', '{"targetKiB": 0}', 422, 'invalid'],
    ['a negative number', '{"targetKiB": -1}', 422, 'invalid'],
    ['1e308', '{"targetKiB": 1e308}', 422, 'invalid'],
    ['NaN', '{"targetKiB": NaN}', 400, 'bad_request'],
    ['a string', '{"targetKiB": "512"}', 422, 'invalid'],
    ['a fraction', '{"targetKiB": 1.5}', 422, 'invalid'],
    ['more than it has', '{"targetKiB": 512, "by": "root"}', 422, 'invalid'],
    ['a prototype', '{"targetKiB": 512, "__proto__": {"force": true}}', 422, 'invalid'],
    ['1 MiB and a byte', `"${'x'.repeat(1024 * 1024)}"`, 413, 'too_large'],
  ])('%s as body: %s', async (_name, body, status, code) => {
    const response = await callRoute(target, { headers: operator, body })
    expect(response.status).toBe(status)
    expect((await problemOf(response)).code).toBe(code)
    expect(runtime.fleet.setMemoryTarget).not.toHaveBeenCalled()
    expect(runtime.lines).toMatchObject([
      { outcome: 'refused', who: 'bob', host: 'alpha', domainName: 'web1' },
    ])
  })

  test('a field that is wrong is named', async () => {
    const response = await callRoute('POST /api/v1/users', {
      headers: admin,
      body: { username: 'X', password: 'short', role: 'god' },
    })
    const { issues } = await problemOf(response)
    expect(issues?.map(({ path }) => path)).toEqual(['username', 'password', 'role'])
  })

  test('a form is not JSON', async () => {
    const headers = { ...operator, 'content-type': 'application/x-www-form-urlencoded' }
    const response = await callRoute(target, { headers, body: 'targetKiB=512' })
    expect((await problemOf(response)).status).toBe(415)
  })

  test.each<Record<string, string>>([
    { uuid: 'x' },
    { uuid: `${uuid}'--` },
    { host: '../alpha' },
    { host: 'Alpha' },
    { host: 'beta' },
    { action: 'explode' },
    { action: 'constructor' },
  ])('%j names nothing', async (params) => {
    const fleet = runtime.fleet
    fleet.actOnDomain = async (host) => {
      fleet.getHost(host)
      return { result: null, command: null }
    }
    const response = await callRoute(act, { headers: operator, params })
    expect((await problemOf(response)).code).toBe('not_found')
  })

  test.each([
    'limit=0',
    'limit=201',
    'limit=x',
    'sort=secret',
    'state=on',
    'host=A',
    'x=1',
  ])('the query %s is named', async (query) => {
    const response = await callRoute('GET /api/v1/domains', { headers: admin, query })
    const { status, issues } = await problemOf(response)
    expect([status, issues?.length]).toEqual([422, 1])
  })

  test('lists come repeated or with commas', async () => {
    for (const query of [
      'host=a&host=b&state=running,paused&descending=true&search=%25x',
      'host=a,b&offset=7&limit=3',
    ]) {
      await callRoute('GET /api/v1/domains', { headers: admin, query })
    }
    const { listDomains } = runtime.fleet
    expect(listDomains).toHaveBeenNthCalledWith(
      1,
      {
        hosts: ['a', 'b'],
        states: ['running', 'paused'],
        sort: 'name',
        descending: true,
        search: '%x',
      },
      0,
      50,
    )
    expect(vi.mocked(listDomains).mock.calls[1]?.slice(1)).toEqual([7, 3])
  })
})

describe('answers', () => {
  test('hold what the schema says and no more', async () => {
    runtime.fleet.listDomains = () => ({ ...fleetPage, secret: 1 })
    const response = await callRoute('GET /api/v1/domains', { headers: admin })
    const { rows, ...rest } = await response.json()
    expect(rest).toEqual({ total: 1, matched: 1, offset: 0 })
    expect(Object.keys(rows[0])).not.toContain('disks')
  })

  test('of a wrong shape are a fault of ours', async () => {
    runtime.fleet.listDomains = () => ({ ...fleetPage, total: 1.5 })
    const response = await callRoute('GET /api/v1/domains', { headers: admin })
    expect((await problemOf(response)).code).toBe('internal')
    expect(runtime.reportError).toHaveBeenCalledOnce()
  })

  test('never show an unexpected error', async () => {
    runtime.fleet.listHosts = () => {
      throw new TypeError('secret at /srv/secret.ts:1')
    }
    const response = await callRoute('GET /api/v1/hosts', { headers: admin })
    const text = await response.text()
    expect(response.status).toBe(500)
    expect(text).not.toMatch(/secret|TypeError/)
    expect(runtime.reportError).toHaveBeenCalledWith(
      expect.any(TypeError),
      'GET /api/v1/hosts',
    )
  })

  test('say when to come back', async () => {
    runtime.auth.login = async () => {
      throw new ProblemError('too_many_requests', {
        detail: 'wait',
        retryAfterSeconds: 1.2,
      })
    }
    const response = await callRoute('POST /api/v1/login')
    expect(response.headers.get('retry-after')).toBe('2')
  })

  test('that are XML are text', async () => {
    const key = 'GET /api/v1/hosts/{host}/domains/{uuid}/xml'
    const response = await callRoute(key, { headers: admin, query: 'inactive=true' })
    expect(response.headers.get('content-type')).toMatch(/^application\/xml/)
    expect(await response.text()).toBe('<domain/>')
  })

  test('set the cookie, Secure where a proxy speaks https', async () => {
    const plain = await callRoute('POST /api/v1/login')
    expect(plain.headers.getSetCookie()[0]).not.toMatch(/Secure/)
    const headers = { 'x-forwarded-proto': 'https' }
    const safe = await callRoute('POST /api/v1/login', { headers })
    expect(safe.headers.getSetCookie()[0]).toMatch(/; Secure$/)
  })
})

describe('the audit line', () => {
  test('says who, from where, what, on which domain, as virsh would', async () => {
    await callRoute(act, { headers: { authorization: 'Bearer operator' } })
    expect(runtime.lines).toEqual([
      {
        who: 'bob',
        address: '10.0.0.9',
        action: 'domain.start',
        host: 'alpha',
        domainUuid: uuid,
        domainName: 'web1',
        command: 'virsh -c qemu+ssh://root@alpha/system start web1',
        outcome: 'ok',
        detail: null,
      },
    ])
  })

  test('tells what was refused from what failed, with the reason and the command', async () => {
    runtime.fleet.actOnDomain = async () => {
      throw new ProblemError('not_allowed_in_state', { detail: 'already running' })
    }
    await callRoute(act, { headers: operator })
    runtime.fleet.actOnDomain = async () => {
      throw new ProblemError('libvirt', { detail: 'no', command: 'virsh start web1' })
    }
    await callRoute(act, { headers: operator })
    expect(runtime.lines).toMatchObject([
      { outcome: 'refused', detail: 'already running' },
      { outcome: 'failed', command: 'virsh start web1' },
    ])
  })

  test('is kept of a viewer who tried, with what it was about', async () => {
    await callRoute(act, { headers: { cookie: 'role=viewer' } })
    expect(runtime.lines).toMatchObject([
      { outcome: 'refused', who: 'ann', domainName: 'web1', action: 'domain.start' },
    ])
  })

  test('is kept of failed logins, but not of what the limit turned away', async () => {
    runtime.auth.login = async () => {
      throw new ProblemError('unauthenticated', { detail: 'wrong' })
    }
    await callRoute('POST /api/v1/login')
    const body = { username: 'my password by mistake', password: 'x' }
    await callRoute('POST /api/v1/login', { body })
    runtime.auth.login = async () => {
      throw new ProblemError('too_many_requests', { detail: 'wait' })
    }
    await callRoute('POST /api/v1/login')
    expect(runtime.lines).toMatchObject([
      { who: 'root', action: 'session.login', outcome: 'refused' },
    ])
  })

  test('never holds a password or a token', async () => {
    for (const key of Object.keys(goodInput)) {
      await callRoute(key as keyof typeof goodInput, { headers: admin })
    }
    const text = JSON.stringify(runtime.lines)
    expect(text).not.toContain('0123456789')
    expect(text).not.toContain('blst_')
  })

  test('of a login carries the name of who came in', async () => {
    await callRoute('POST /api/v1/login')
    expect(runtime.lines).toMatchObject([{ who: people.admin.username, outcome: 'ok' }])
  })
})

test('openapi.json describes every route, with role, input and answer', async () => {
  const response = await callRoute('GET /api/v1/openapi.json', { headers: admin })
  const { paths } = await response.json()
  expect(Object.keys(paths)).toContain('/api/v1/hosts/{host}/domains/{uuid}/memory/target')
  const { put } = paths['/api/v1/hosts/{host}/domains/{uuid}/memory/target']
  expect(put['x-role']).toBe('operator')
  expect(put.parameters.map(({ name }: { name: string }) => name)).toEqual(['host', 'uuid'])
  const { schema } = put.requestBody.content['application/json']
  expect(schema.properties.targetKiB).toMatchObject({ type: 'integer' })
  expect(schema.required).toEqual(['targetKiB'])
  const { get } = paths['/api/v1/domains']
  expect(get.parameters.map(({ name }: { name: string }) => name)).toContain('state')
  expect(get.parameters.some(({ required }: { required: boolean }) => required)).toBe(false)
  expect(paths['/metrics'].get).toMatchObject({ 'x-role': 'viewer' })
  expect(Object.keys(paths['/metrics'].get.responses[200].content)[0]).toContain(
    'text/plain',
  )
})
