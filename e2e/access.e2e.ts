import { liveClose } from '../server/contract/live.ts'
import { LiveClient } from './support/live-client.ts'
import { expect, test } from './support/test.ts'

/** Every way to change something, with a body that would be right. */
const changes = (uuid: string): [string, string, unknown][] => [
  ['POST', '/hosts', { uri: 'qemu+ssh://root@host.invalid/system', name: 'evil' }],
  ['PATCH', '/hosts/alpha', { name: 'evil' }],
  ['DELETE', '/hosts/alpha', undefined],
  ['POST', '/hosts/alpha/reconnect', undefined],
  ['POST', '/host-tests', { uri: 'qemu+ssh://root@host.invalid/system' }],
  [
    'POST',
    '/host-keys',
    { uri: 'qemu+ssh://root@host.invalid/system', fingerprint: `SHA256:${'a'.repeat(43)}` },
  ],
  ['POST', `/hosts/alpha/domains/${uuid}/actions/destroy`, undefined],
  [
    'PUT',
    `/hosts/alpha/domains/${uuid}/memory/target`,
    { targetKiB: 200_000, force: true },
  ],
  ['POST', `/hosts/alpha/domains/${uuid}/memory/undo`, undefined],
  ['PUT', `/hosts/alpha/domains/${uuid}/memory/stats-period`, { periodSeconds: 5 }],
  [
    'POST',
    '/users',
    { username: 'mallory', password: 'long enough password', role: 'admin' },
  ],
]

test('a viewer changes nothing by the API, and nobody sees anything', async ({
  ballast,
  lab,
}) => {
  const web1 = lab.guest('web1')
  const before = await lab.host('alpha').virsh('dominfo', 'web1')
  const viewer = await ballast.login('viewer')
  for (const [method, path, body] of changes(web1.uuid)) {
    const refused = await ballast.api(viewer, method, path, body)
    expect(refused.status, `${method} ${path} as viewer`).toBe(403)
    expect(refused.headers.get('content-type')).toContain('application/problem+json')
    const nobody = await ballast.api('', method, path, body)
    expect(nobody.status, `${method} ${path} as nobody`).toBe(401)
  }
  for (const path of ['/hosts', '/domains', '/audit', '/users', '/openapi.json']) {
    expect((await ballast.api('', 'GET', path)).status, path).toBe(401)
  }
  const usedMemory = /Used memory: +(\d+)/
  expect(usedMemory.exec(await lab.host('alpha').virsh('dominfo', 'web1'))?.[1]).toBe(
    usedMemory.exec(before)?.[1],
  )
  const hosts = await (await ballast.api(viewer, 'GET', '/hosts')).json()
  expect(hosts.hosts.map(({ host }: { host: string }) => host).toSorted()).toEqual([
    'alpha',
    'beta',
    'gamma',
  ])
})

test('another origin cannot use a session', async ({ ballast, lab }) => {
  const cookie = await ballast.login('admin')
  const path = `/api/v1/hosts/alpha/domains/${lab.guest('web1').uuid}/actions/destroy`
  for (const [name, value] of [
    ['origin', 'https://evil.example'],
    ['origin', 'null'],
    ['sec-fetch-site', 'cross-site'],
  ] as const) {
    const headers = { [name]: value, cookie }
    const answer = await fetch(`${ballast.url}${path}`, { method: 'POST', headers })
    expect(answer.status, `${name}: ${value}`).toBe(403)
  }
  expect((await lab.host('alpha').virsh('domstate', 'web1')).trim()).toBe('running')
})

test('/live is refused before the upgrade', async ({ ballast }) => {
  const cookie = await ballast.login('viewer')
  await expect(LiveClient.open(ballast, { origin: ballast.url })).rejects.toThrow('401')
  await expect(
    LiveClient.open(ballast, { cookie, origin: 'https://evil.example' }),
  ).rejects.toThrow('403')
  const live = await LiveClient.open(ballast, { cookie, origin: ballast.url })
  const key = live.subscribe({ name: 'hosts' })
  const full = await live.next((message) => message.type === 'full' && message.key === key)
  expect(JSON.stringify(full)).toContain('"alpha"')
  await live.close()
})

test('junk on /live closes it with a code and harms nobody', async ({ ballast }) => {
  const cookie = await ballast.login('viewer')
  const open = () => LiveClient.open(ballast, { cookie, origin: ballast.url })
  const junk: [string, (live: LiveClient) => void, number][] = [
    ['binary', (live) => live.socket.send(Buffer.alloc(512, 7)), liveClose.badMessage],
    ['not JSON', (live) => live.socket.send('{"type":'), liveClose.badMessage],
    [
      'an unknown topic',
      (live) =>
        live.socket.send(
          JSON.stringify({ type: 'subscribe', topic: { name: 'passwords' } }),
        ),
      liveClose.badMessage,
    ],
    ['a frame of 1 MB', (live) => live.socket.send('x'.repeat(1_000_000)), 1009],
    [
      'a flood of subscriptions',
      (live) => {
        for (let offset = 0; offset < 10_000; offset++) {
          const query = {
            search: '',
            hosts: [],
            states: [],
            sort: 'name',
            descending: false,
          }
          const topic = { name: 'fleet', query, offset, limit: 1 }
          live.socket.send(JSON.stringify({ type: 'subscribe', topic }))
        }
      },
      liveClose.tooManySubscriptions,
    ],
  ]
  for (const [what, send, code] of junk) {
    const live = await open()
    const closed = live.closed()
    send(live)
    expect(await closed, what).toBe(code)
  }
  expect((await ballast.api(cookie, 'GET', '/hosts')).status).toBe(200)
})

test('what does not exist and what is not allowed is said as problem+json', async ({
  ballast,
}) => {
  const cookie = await ballast.login('admin')
  const cases: [string, string, unknown, number][] = [
    ['GET', '/nothing', undefined, 404],
    ['GET', '/hosts/..%2fusers', undefined, 404],
    ['GET', '/hosts/nobody', undefined, 404],
    ['GET', '/hosts/alpha/domains/not-a-uuid', undefined, 404],
    ['PUT', '/hosts', {}, 405],
    ['POST', '/hosts', { uri: 'qemu:///system', surprise: 1 }, 422],
  ]
  for (const [method, path, body, status] of cases) {
    const answer = await ballast.api(cookie, method, path, body)
    const text = await answer.text()
    expect(answer.status, `${method} ${path}: ${text}`).toBe(status)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(text).not.toContain('node_modules')
  }
  const send = (init: RequestInit) =>
    fetch(`${ballast.url}/api/v1/hosts`, {
      method: 'POST',
      ...init,
      headers: { cookie, origin: ballast.url, 'content-type': 'application/json' },
    })
  expect((await send({ body: '{"uri":' })).status).toBe(400)
  expect((await send({ body: `{"uri":"${'x'.repeat(50_000_000)}"}` })).status).toBe(413)
})

test('no bad host address becomes a process', async ({ ballast }) => {
  const cookie = await ballast.login('admin')
  const bad = [
    'qemu+ssh://-oProxyCommand=touch%20x/system',
    'qemu+ssh://root@-oProxyCommand=x/system',
    'qemu+ssh://host name/system',
    'qemu+ssh://"host"/system',
    'qemu+ssh://host\n/system',
    'qemu+ssh://$(id)/system',
    'qemu+ssh://host;id/system',
    'gopher://host/system',
    'qemu+ssh://host:0/system',
    'qemu+ssh://host:70000/system',
    `qemu+ssh://${'h'.repeat(10_000)}/system`,
    '',
  ]
  for (const uri of bad) {
    const answer = await ballast.api(cookie, 'POST', '/hosts', { uri })
    const problem = await answer.json()
    expect(answer.status, uri.slice(0, 60)).toBe(422)
    expect(problem.detail.length, uri.slice(0, 60)).toBeGreaterThan(10)
  }
  const { hosts } = await (await ballast.api(cookie, 'GET', '/hosts')).json()
  expect(hosts).toHaveLength(3)
})

test('no bad memory target reaches the host', async ({ ballast, lab }) => {
  const cookie = await ballast.login('operator')
  const put = async (host: string, name: string, body: unknown) => {
    const path = `/hosts/${host}/domains/${lab.guest(name).uuid}/memory/target`
    const answer = await ballast.api(cookie, 'PUT', path, body)
    return { status: answer.status, ...(await answer.json()) }
  }
  for (const targetKiB of [0, -1, null, 1e308, '200000', 1.5]) {
    expect((await put('alpha', 'web1', { targetKiB })).status, String(targetKiB)).toBe(422)
  }
  await expect
    .poll(async () => (await put('alpha', 'web1', { targetKiB: 1024 })).code)
    .toBe('below_floor')
  expect((await put('alpha', 'web1', { targetKiB: 1 << 30 })).code).toBe('above_maximum')
  expect((await put('beta', 'legacy1', { targetKiB: 100_000 })).code).toBe('no_balloon')
  expect((await put('gamma', 'spare1', { targetKiB: 100_000 })).code).toBe('not_running')
  // A balloon without a driver shows by its silence: it takes longer than a boot to be sure.
  await expect
    .poll(async () => (await put('gamma', 'nodriver1', { targetKiB: 100_000 })).code, {
      timeout: 60_000,
    })
    .toBe('no_driver')
  const balloon = await lab.host('alpha').virsh('domstats', '--balloon', 'web1')
  expect(balloon).toContain('balloon.current=262144')
})

test('an API token has its role, is shown once and ends with its revocation', async ({
  ballast,
}) => {
  const cookie = await ballast.login('operator')
  const made = await ballast.api(cookie, 'POST', '/tokens', {
    name: 'metrics',
    role: 'viewer',
  })
  expect(made.status).toBe(201)
  const { token, info } = await made.json()
  const withToken = (method: string, path: string) =>
    fetch(`${ballast.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
    })
  expect((await withToken('GET', '/domains')).status).toBe(200)
  expect((await withToken('POST', '/hosts/alpha/reconnect')).status).toBe(403)
  const list = await (await ballast.api(cookie, 'GET', '/tokens')).text()
  expect(list).not.toContain(token)
  const above = await ballast.api(cookie, 'POST', '/tokens', { name: 'x', role: 'admin' })
  expect(above.status).toBe(403)
  expect((await ballast.api(cookie, 'DELETE', `/tokens/${info.id}`)).status).toBe(204)
  expect((await withToken('GET', '/domains')).status).toBe(401)
})
