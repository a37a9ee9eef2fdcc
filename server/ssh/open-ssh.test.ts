import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { parseLibvirtUri } from './libvirt-uri.ts'
import { openSsh } from './open-ssh.ts'
import type { TransportFailure } from './transport-failure.ts'

/* A shell script stands in for ssh: how our side of the pipe behaves, without any network. */
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ballast-test-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function openWith(script: string): Promise<Duplex> {
  const sshCommand = join(folder, 'ssh')
  await writeFile(sshCommand, `#!/bin/sh\n${script}\n`)
  await chmod(sshCommand, 0o755)
  return openSsh(parseLibvirtUri('qemu+ssh://root@alpha:22/system'), { sshCommand })
}

/** Waits for the stream's end and gives its error. */
function endOf(stream: Duplex): Promise<TransportFailure | null> {
  return new Promise((resolve) => {
    let failure: TransportFailure | null = null
    stream.on('error', (error: TransportFailure) => (failure = error))
    stream.on('close', () => resolve(failure))
    stream.resume()
  })
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('an ssh process as a stream', () => {
  test('passes bytes both ways', async () => {
    const stream = await openWith('exec cat')
    stream.write('hello')
    const chunk = await new Promise((resolve) => stream.once('data', resolve))
    expect(String(chunk)).toBe('hello')
    stream.destroy()
    await endOf(stream)
  })

  test('ends with the reason that ssh gave, after what it sent was read', async () => {
    const stream = await openWith(
      'echo "ssh: connect to host alpha port 22: Connection refused" >&2; exit 255',
    )
    expect(await endOf(stream)).toMatchObject({
      code: 'refused',
      retry: true,
      detail: 'ssh: connect to host alpha port 22: Connection refused',
    })
  })

  test('keeps the last words only of an ssh that talks much', async () => {
    const stream = await openWith(
      'head -c 300000 /dev/zero | tr "\\0" x >&2; echo "Permission denied (publickey)." >&2; exit 255',
    )
    expect(await endOf(stream)).toMatchObject({ code: 'denied' })
  })

  test('the host comes after the dashes, alone, and no shell sees it', async () => {
    const stream = await openWith('printf "%s\\n" "$@"; sleep 60')
    const chunk = await new Promise((resolve) => stream.once('data', resolve))
    const lines = String(chunk).split('\n')
    expect(lines[lines.indexOf('--') + 1]).toBe('alpha')
    expect(lines[lines.indexOf('--') + 2]).toMatch(/^sh -c '/)
    expect(lines).not.toContain('root@alpha')
    stream.destroy()
    await endOf(stream)
  })

  test('destroying it ends the process, also one that will not go', async () => {
    const stream = await openWith('trap "" TERM; echo $$; while :; do sleep 0.05; done')
    const pid = Number(String(await new Promise((resolve) => stream.once('data', resolve))))
    expect(alive(pid)).toBe(true)
    stream.destroy()
    await endOf(stream)
    expect(alive(pid)).toBe(false)
  })

  test('a program that is not there is named', async () => {
    const stream = openSsh(parseLibvirtUri('qemu+ssh://alpha/system'), {
      sshCommand: join(folder, 'nothing'),
    })
    expect(await endOf(stream)).toMatchObject({ code: 'ssh-missing', retry: false })
  })

  test('writing to an ssh that is gone does not throw', async () => {
    const stream = await openWith('exit 255')
    const ended = endOf(stream)
    for (let i = 0; i < 50; i++) stream.write(Buffer.alloc(65_536))
    expect(await ended).toMatchObject({ code: 'unknown' })
  })
})
