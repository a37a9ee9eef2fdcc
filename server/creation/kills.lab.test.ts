import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { getLab } from '../../e2e/lab/index.ts'
import { Jobs } from '../jobs/index.ts'
import { LibvirtClient } from '../libvirt/client.ts'
import { createOpenTransport } from '../ssh/open-transport.ts'
import { Store } from '../store/store.ts'
import { HostClients } from './host-clients.ts'
import { recoverCreation } from './recover-creation.ts'
import { Uploads } from './uploads.ts'

/*
 * Ballast is killed for real (SIGKILL) while it makes something on a host: in the middle of each call
 * that changes the host, and after each step. Its next start leaves the host as it was before, or goes
 * on with the installation.
 */
const host = getLab().host('alpha')
const openTransport = createOpenTransport({ knownHostsFile: '/dev/null' })
const connect = (signal?: AbortSignal) =>
  LibvirtClient.connect(host.uri, { openTransport, signal })

let dir = ''
let name = ''
let uuid = ''
let before = ''
let later: { jobs: Jobs; store: Store; clients: HostClients } | null = null

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ballast-kill-'))
  uuid = randomUUID()
  name = `kill-${uuid.slice(0, 8)}`
  before = await everythingOnHost()
})
afterEach(async () => {
  await later?.jobs.close()
  await later?.clients.close()
  later?.store.close()
  later = null
  rmSync(dir, { recursive: true, force: true })
  // What a failed test left behind.
  await host.exec(
    'sh',
    '-c',
    `virsh destroy ${name}; virsh undefine ${name} --nvram; virsh pool-destroy p-${name}; virsh pool-undefine p-${name};
     rm -rf /srv/p-${name} /var/lib/libvirt/boot/${name}-cloudinit.iso /var/lib/libvirt/images/${name}; virsh pool-refresh default; true`,
  )
})

/** Domains, pools with their volumes, and files, as the host itself has them. */
async function everythingOnHost(): Promise<string> {
  return await host.exec(
    'sh',
    '-c',
    `virsh list --all --uuid; for pool in $(virsh pool-list --all --name); do echo $pool; virsh vol-list $pool; done;
     ls /srv /var/lib/libvirt/images; ls /var/lib/libvirt/boot 2>/dev/null; true`,
  )
}

/** Starts a Ballast that works, and kills it as soon as it has said `line`. */
async function killAt(line: string, args: readonly string[]): Promise<void> {
  const script = join(import.meta.dirname, 'testing/create-child.ts')
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = new Promise((resolve) => child.once('exit', resolve))
  const said: string[] = []
  for await (const one of createInterface({ input: child.stdout })) {
    said.push(one)
    if (one === line) break
  }
  child.kill('SIGKILL')
  await gone
  expect(said.at(-1)).toBe(line)
}

/** The next start of Ballast, on the same data. */
function startAgain() {
  const store = new Store(join(dir, 'ballast.db'))
  const jobs = new Jobs({ store: store.jobs, logger: { warn: vi.fn(), error: vi.fn() } })
  const clients = new HostClients({
    uriOf: () => host.uri,
    connect: (_uri, signal) => connect(signal),
  })
  const changed = () => undefined
  jobs.register('create', {
    onShutdown: 'leave',
    recover: (job, remembered) =>
      recoverCreation(job, remembered, {
        connectTo: (_host, signal) => connect(signal),
        changed,
      }),
  })
  const uploads = new Uploads({ clients, jobs, changed })
  later = { jobs, store, clients }
  jobs.recover()
  return { jobs, uploads }
}

async function endOf(jobs: Jobs) {
  await vi.waitFor(() => expect(jobs.get('1').job.endedMs).not.toBeNull(), 60_000)
  return jobs.get('1').job
}

describe('a creation', () => {
  const kill = (line: string, hold = '') => killAt(line, ['create', dir, name, uuid, hold])

  test.each([
    'CALL pools.define',
    'CALL pools.start',
    'CALL pools.setAutostart',
    // libvirt goes on with filling the volume.
    'CALL volumes.create',
    'CALL volumes.upload',
    'CALL domains.defineXml',
    'CALL domains.createXml',
  ])(
    'killed in %s leaves nothing behind',
    async (line) => {
      await kill(line)
      const { state, leftovers } = await endOf(startAgain().jobs)
      expect(leftovers).toEqual([])
      expect(state).toBe('interrupted')
      expect(await everythingOnHost()).toBe(before)
    },
    120_000,
  )

  test.each(['pool', 'volume', 'cloud-init', 'define', 'start'])(
    'killed after %s leaves nothing behind',
    async (step) => {
      await kill(`AT ${step}`, step)
      expect(await everythingOnHost()).not.toBe(before)
      const { state, leftovers } = await endOf(startAgain().jobs)
      expect(leftovers).toEqual([])
      expect(state).toBe('interrupted')
      expect(await everythingOnHost()).toBe(before)
    },
    120_000,
  )

  test('killed while the installer runs is followed to its end', async () => {
    await kill('INSTALLING')
    const first = (await host.virsh('domid', name)).trim()
    const { jobs } = startAgain()
    await vi.waitFor(() => expect(jobs.get('1').job.step).toBe('install'), 20_000)
    expect((await host.virsh('domstate', name)).trim()).toBe('running')
    const ask = setInterval(
      () => void host.virsh('shutdown', name).catch(() => undefined),
      2_000,
    )
    const { state } = await endOf(jobs).finally(() => clearInterval(ask))
    expect(state).toBe('done')
    expect((await host.virsh('domid', name)).trim()).not.toBe(first)
    expect(await host.exec('sh', '-c', 'ls /var/lib/libvirt/boot')).not.toContain(name)
    await host.virsh('destroy', name)
    await host.virsh('undefine', name)
  }, 120_000)
})

describe('an upload', () => {
  test.each(['CALL volumes.create', 'AT volume', 'CALL volumes.upload', 'SENT'])(
    'killed at %s leaves nothing behind',
    async (line) => {
      await killAt(line, ['upload', dir, name])
      const { state, leftovers } = await endOf(startAgain().jobs)
      expect(leftovers).toEqual([])
      expect(state).toBe('interrupted')
      expect(await everythingOnHost()).toBe(before)
    },
    120_000,
  )

  test('never touches a volume of the same name that was there', async () => {
    await host.virsh('vol-create-as', 'default', name, '1M')
    before = await everythingOnHost()
    const { uploads } = startAgain()
    await expect(
      uploads.begin('alpha', 'default', { name, sizeBytes: 5 }, 'otto'),
    ).rejects.toThrow(/exist/)
    expect(await everythingOnHost()).toBe(before)
    await host.virsh('vol-delete', name, 'default')
  })
})
