import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { getLab } from '../../e2e/lab/index.ts'
import { createHostKeys } from './host-key.ts'
import { createOpenTransport } from './open-transport.ts'
import type { TransportSettings } from './open-transport.ts'
import type { TransportFailure } from './transport-failure.ts'

/* Real ssh to real hosts: each way to fail is told apart, and leaves no process behind. */

const alpha = getLab().host('alpha')
const withoutKeys = alpha.uri.replace(/&?known_hosts=[^&]*/, '')
let folder: string
let noKeys: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ballast-lab-test-'))
  noKeys = join(folder, 'none')
  await writeFile(noKeys, '')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** How the way to a daemon ends when nothing is said on it. */
async function failureOf(
  uri: string,
  settings: TransportSettings = {},
): Promise<TransportFailure> {
  const { stream } = await createOpenTransport({ connectTimeoutSeconds: 3, ...settings })(
    uri,
  )
  return new Promise((resolve) => {
    stream.on('error', (error: TransportFailure) => {
      stream.on('close', () => resolve(error))
    })
    stream.resume()
  })
}

describe('a way that fails says why', () => {
  test('unknown key, with the fingerprint; accepted, it opens', async () => {
    const unknown = `${withoutKeys}&known_hosts=${noKeys}`
    const failure = await failureOf(unknown)
    expect(failure).toMatchObject({ code: 'unknown-key', retry: false })
    const output = await alpha.exec(
      'ssh-keygen',
      '-lf',
      '/etc/ssh/ssh_host_ed25519_key.pub',
    )
    expect(output).toContain(failure.hostKey!.fingerprint)

    const knownHostsFile = join(folder, 'accepted')
    const keys = createHostKeys({ knownHostsFile })
    expect(await keys.probe(unknown)).toEqual([failure.hostKey])
    await keys.accept(failure.hostKey!.line)
    const { stream } = await createOpenTransport({ knownHostsFile })(unknown)
    // The helper is silent until it is asked: two seconds without an end means it is in.
    const ended = await Promise.race([
      new Promise<string>((resolve) =>
        stream.once('error', (error) => resolve(error.message)),
      ),
      new Promise<string>((resolve) => setTimeout(resolve, 2_000, 'still open').unref()),
    ])
    expect(ended).toBe('still open')
    stream.destroy()
  })

  test('changed key, with the new fingerprint', async () => {
    const wrong = join(folder, 'wrong')
    await writeFile(
      wrong,
      `${alpha.address} ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl\n`,
    )
    const failure = await failureOf(`${withoutKeys}&known_hosts=${wrong}`)
    expect(failure).toMatchObject({ code: 'changed-key', retry: false })
    expect(failure.hostKey?.fingerprint).toMatch(/^SHA256:/)
  })

  test('login denied', async () => {
    const uri = alpha.uri.replace(/keyfile=[^&]*/, `keyfile=${noKeys}`)
    expect(await failureOf(uri)).toMatchObject({ code: 'denied', retry: false })
  })

  test('logged in, but libvirt denies the user', async () => {
    expect(await failureOf(alpha.deniedUri)).toMatchObject({
      code: 'no-permission',
      retry: false,
    })
  })

  test('no daemon behind the socket', async () => {
    const uri = `${alpha.uri}&socket=/run/libvirt/nothing-here`
    expect(await failureOf(uri)).toMatchObject({ code: 'no-libvirt' })
  })

  test('nothing listens on the port', async () => {
    const uri = alpha.uri.replace(alpha.address, `${alpha.address}:1`)
    expect(await failureOf(uri)).toMatchObject({ code: 'refused', retry: true })
  })

  test('the name is not known', async () => {
    expect(await failureOf('qemu+ssh://nowhere.invalid/system')).toMatchObject({
      code: 'unresolved',
    })
  })

  test('the host does not answer', async () => {
    const gamma = getLab().host('gamma')
    await gamma.cutNetwork()
    try {
      expect(['timeout', 'unreachable']).toContain((await failureOf(gamma.uri)).code)
    } finally {
      await gamma.restoreNetwork()
    }
  })

  test('netcat works where there is no helper', async () => {
    const { stream } = await createOpenTransport()(`${alpha.uri}&proxy=netcat`)
    // AUTH_LIST, serial 1.
    stream.write(
      Buffer.from('0000001c200080860000000100000042000000000000000100000000', 'hex'),
    )
    const answer = await new Promise<Buffer>((resolve) => stream.once('data', resolve))
    expect(answer.readInt32BE(12)).toBe(66)
    stream.destroy()
  })

  test('a local socket that is not there', async () => {
    const open = createOpenTransport()('qemu+unix:///system?socket=/run/nothing-here')
    await expect(open).rejects.toMatchObject({ code: 'no-libvirt' })
  })
})
