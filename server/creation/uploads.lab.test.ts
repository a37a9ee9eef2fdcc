import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'

import { getLab } from '../../e2e/lab/index.ts'
import { Jobs } from '../jobs/index.ts'
import { LibvirtClient } from '../libvirt/client.ts'
import { createOpenTransport } from '../ssh/open-transport.ts'
import { Store } from '../store/store.ts'
import { Fetches } from './fetches.ts'
import { HostClients } from './host-clients.ts'
import { Uploads } from './uploads.ts'

const host = getLab().host('alpha')
const openTransport = createOpenTransport({ knownHostsFile: '/dev/null' })
const otto = { username: 'otto', admin: false }
const file = `upload-${process.pid}.img`
const path = `/var/lib/libvirt/images/${file}`
const content = randomBytes(3_000_000)
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

let dir = ''
let store: Store
let jobs: Jobs
let clients: HostClients
let uploads: Uploads
let fetches: Fetches

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ballast-upload-'))
  store = new Store(join(dir, 'ballast.db'))
  open()
})
afterEach(async () => {
  await jobs.close()
  await clients.close()
  store.close()
  rmSync(dir, { recursive: true, force: true })
  await host.exec('rm', '-f', path)
  await host.virsh('pool-refresh', 'default')
})

function open(idleMs = 60_000) {
  jobs = new Jobs({ store: store.jobs, logger: { warn: vi.fn(), error: vi.fn() } })
  clients = new HostClients({
    uriOf: () => host.uri,
    connect: (uri, signal) =>
      LibvirtClient.connect(uri, signal ? { openTransport, signal } : { openTransport }),
  })
  const changed = () => undefined
  uploads = new Uploads({ clients, jobs, changed, idleMs })
  fetches = new Fetches({ clients, jobs, changed, allowOwn: true, mostBytes: 10_000_000 })
}

async function* pieces(bytes: Buffer, size = 100_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
const begin = (sizeBytes = content.length) =>
  uploads.begin('alpha', 'default', { name: file, sizeBytes }, 'otto')
const ended = (id: string, state: string) =>
  vi.waitFor(() => expect(jobs.get(id).job.state).toBe(state), 15_000)
const onHost = async () => (await host.exec('sh', '-c', `sha256sum ${path}`)).split(' ')[0]
const listed = () => host.virsh('vol-list', 'default')

test('a file arrives as it was sent', async () => {
  const upload = await begin()
  const after = await uploads.write(upload.id, 0, pieces(content), otto)
  expect(after).toMatchObject({ receivedBytes: content.length, path })
  await ended(upload.job, 'done')
  expect(await onHost()).toBe(sha256(content))
  expect(uploads.state(upload.id).state).toBe('done')
  expect(jobs.get(upload.job).job.result).toEqual({ volume: path })
})

test('an upload that broke off goes on where the host is', async () => {
  const upload = await begin()
  async function* broken() {
    yield* pieces(content.subarray(0, 1_500_000))
    throw new Error('socket hang up')
  }
  await expect(uploads.write(upload.id, 0, broken(), otto)).rejects.toThrow('lost')
  const { receivedBytes, state } = uploads.state(upload.id)
  expect({ receivedBytes, state }).toEqual({ receivedBytes: 1_500_000, state: 'waiting' })
  // Somewhere else is refused, and says where.
  await expect(uploads.write(upload.id, 7, pieces(content), otto)).rejects.toMatchObject({
    code: 'conflict',
    init: { issues: [{ path: 'offset', message: '1500000' }] },
  })
  await uploads.write(upload.id, 1_500_000, pieces(content.subarray(1_500_000)), otto)
  await ended(upload.job, 'done')
  expect(await onHost()).toBe(sha256(content))
})

test('more than was announced ends it, and the volume goes', async () => {
  const upload = await begin(1_000_000)
  await expect(uploads.write(upload.id, 0, pieces(content), otto)).rejects.toMatchObject({
    code: 'too_large',
  })
  await ended(upload.job, 'failed')
  expect(await listed()).not.toContain(file)
})

test('a browser that never comes back leaves nothing', async () => {
  await jobs.close()
  open(300)
  const upload = await begin()
  await uploads.write(upload.id, 0, pieces(content.subarray(0, 500_000)), otto)
  await ended(upload.job, 'failed')
  expect(jobs.get(upload.job).job.problem?.detail).toContain('500000 of 3000000')
  expect(await listed()).not.toContain(file)
})

test('cancelled in the middle, the volume goes', async () => {
  const upload = await begin()
  const reached = Promise.withResolvers<void>()
  async function* slow() {
    yield* pieces(content.subarray(0, 500_000))
    reached.resolve()
    await new Promise(() => undefined)
  }
  const writing = uploads.write(upload.id, 0, slow(), otto).catch((error: unknown) => error)
  await reached.promise
  uploads.cancel(upload.id, otto)
  await writing
  await ended(upload.job, 'cancelled')
  expect(await listed()).not.toContain(file)
})

test('after the end of Ballast the half volume goes', async () => {
  const upload = await begin()
  await uploads.write(upload.id, 0, pieces(content.subarray(0, 500_000)), otto)
  expect(await listed()).toContain(file)
  open()
  jobs.recover()
  await ended(upload.job, 'interrupted')
  expect(await listed()).not.toContain(file)
})

test('what the pool cannot take is refused before anything is sent', async () => {
  await expect(begin(2 ** 49)).rejects.toMatchObject({
    init: { issues: [{ path: 'sizeBytes' }] },
  })
  const upload = await begin()
  await expect(begin()).rejects.toMatchObject({ code: 'domain_busy' })
  await expect(
    uploads.write(upload.id, 0, pieces(content), { username: 'eve', admin: false }),
  ).rejects.toMatchObject({ code: 'not_found' })
})

const server = createServer((request, response) => {
  response.setHeader('content-length', content.length)
  if (request.url === '/cut.img') {
    response.write(content.subarray(0, 1_000_000), () => response.destroy())
  } else if (request.url === '/slow.img') response.write(content.subarray(0, 100_000))
  else response.end(content)
})
const listening = new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
async function fetchFrom(name: string, checksum?: string) {
  await listening
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}`
  const more = checksum === undefined ? {} : { checksum }
  return fetches.begin('alpha', 'default', { url, name: file, ...more }, 'otto')
}

test('a file is fetched and its checksum is right', async () => {
  const id = await fetchFrom('x.img', `sha256:${sha256(content)}`)
  await ended(id, 'done')
  expect(await onHost()).toBe(sha256(content))
})

test.each([
  ['x.img', `sha256:${'0'.repeat(64)}`, 'not the one'],
  ['cut.img', undefined, 'broke off'],
])('%s that is not whole or not right is removed', async (name, checksum, words) => {
  const id = await fetchFrom(name, checksum)
  await ended(id, 'failed')
  expect(jobs.get(id).job.problem?.detail).toContain(words)
  expect(await listed()).not.toContain(file)
})

test('a fetch that is cancelled leaves nothing', async () => {
  const id = await fetchFrom('slow.img')
  await vi.waitFor(() => expect(jobs.get(id).job.step).toBe('transfer'), 15_000)
  jobs.cancel(id, 'otto')
  await ended(id, 'cancelled')
  expect(await listed()).not.toContain(file)
})
