import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { getLab } from '../../e2e/lab/index.ts'
import { Jobs } from '../jobs/index.ts'
import { LibvirtClient } from '../libvirt/client.ts'
import { createOpenTransport } from '../ssh/open-transport.ts'
import { Store } from '../store/store.ts'
import type { DomainPlan } from '../virtinst/model.ts'
import { cloudInitImage } from './cloud-init.ts'
import { createDomain } from './create-domain.ts'
import type { CreationInput } from './creation-work.ts'
import { recoverCreation } from './recover-creation.ts'
import { labPlan } from './testing/lab-plan.ts'

const host = getLab().host('alpha')
const openTransport = createOpenTransport({ knownHostsFile: '/dev/null' })
const connect = (signal?: AbortSignal) =>
  LibvirtClient.connect(host.uri, signal ? { openTransport, signal } : { openTransport })

const owner = { type: 'user', name: 'otto' } as const
const logger = { warn: vi.fn(), error: vi.fn() }
let dir = ''
let store: Store
let jobs: Jobs
let name = ''
let uuid = ''
let before = ''

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ballast-create-'))
  store = new Store(join(dir, 'ballast.db'))
  jobs = openJobs()
  uuid = randomUUID()
  name = `new-${uuid.slice(0, 8)}`
  before = await everythingOnHost()
})
afterEach(async () => {
  await jobs.close()
  store.close()
  rmSync(dir, { recursive: true, force: true })
  // What a failed test left behind.
  await host.exec(
    'sh',
    '-c',
    `virsh destroy ${name}; virsh undefine ${name} --nvram; virsh pool-destroy p-${name}; virsh pool-undefine p-${name};
     rm -rf /srv/p-${name} /var/lib/libvirt/images/${name}.qcow2 /var/lib/libvirt/boot/${name}-cloudinit.iso; true`,
  )
  await host.virsh('pool-refresh', 'default')
})

function openJobs(): Jobs {
  const opened = new Jobs({ store: store.jobs, logger })
  opened.register('create', {
    onShutdown: 'leave',
    recover: (job, remembered) =>
      recoverCreation(job, remembered, {
        connectTo: (_host, signal) => connect(signal),
        changed: () => undefined,
      }),
  })
  return opened
}

/** Domains, pools and files, as the host itself has them. */
async function everythingOnHost(): Promise<string> {
  return [
    await host.virsh('list', '--all', '--uuid'),
    await host.virsh('pool-list', '--all', '--name'),
    await host.exec(
      'sh',
      '-c',
      'ls /var/lib/libvirt/images /srv; ls /var/lib/libvirt/boot 2>/dev/null; true',
    ),
  ].join('\n')
}

function begin(plan: DomainPlan, over: Partial<CreationInput> = {}) {
  return jobs.start(
    {
      kind: 'create',
      title: { name, host: 'alpha' },
      owner,
      hosts: ['alpha'],
      domains: [{ host: 'alpha', uuid, name }],
      cancel: 'undo',
    },
    (job) =>
      createDomain(job, {
        host: 'alpha',
        plan,
        uuid,
        cloudInitImage: plan.cloudInit
          ? cloudInitImage({
              plan: plan.cloudInit,
              uuid,
              name,
              rootPassword: 'secret',
              readFile: () => '',
              atMs: Date.now(),
            })
          : null,
        keepOnFailure: false,
        validate: true,
        connect,
        changed: () => undefined,
        ...over,
      }),
  )
}

const state = async () => (await host.virsh('domstate', name)).trim()

test('a domain with a new volume is defined and runs', async () => {
  const job = begin(labPlan({ name, uuid, over: { autostart: true } }))
  const end = await job.ended
  expect(end).toMatchObject({ state: 'done', result: { host: 'alpha', uuid, name } })
  expect(await state()).toBe('running')
  const info = await host.virsh('dominfo', name)
  expect(info).toMatch(/Persistent:\s+yes/)
  expect(info).toMatch(/Autostart:\s+enable/)
  expect(await host.virsh('vol-info', `${name}.qcow2`, 'default')).toMatch(/128.00 MiB/)
  await host.virsh('destroy', name)
  await host.virsh('undefine', name, '--storage', 'vda')
})

test('after the first boot the medium is gone and the domain runs as it stays', async () => {
  const job = begin(labPlan({ name, uuid, installs: true, cloudInit: true }))
  await vi.waitFor(() => expect(job.summary().step).toBe('install'), 20_000)
  expect(await host.virsh('domblklist', name)).toContain(`${name}-cloudinit.iso`)
  // The guest reads its disc: what a guest would mount is what we made.
  expect(
    await host.exec(
      'sh',
      '-c',
      `head -c 40000 /var/lib/libvirt/boot/${name}-cloudinit.iso | strings | grep -c cidata`,
    ),
  ).not.toBe('0')
  await host.virsh('destroy', name)
  // Forced off by a person: that is no end of an installation, so it is not started again.
  expect(await job.ended).toMatchObject({ state: 'done' })
  expect(await state()).toBe('shut off')
  expect(await host.exec('sh', '-c', 'ls /var/lib/libvirt/boot; true')).not.toContain(name)
  await host.virsh('undefine', name, '--storage', 'vda')
})

test('a guest that shuts down after its installation is started for good', async () => {
  const job = begin(labPlan({ name, uuid, installs: true }))
  await vi.waitFor(() => expect(job.summary().step).toBe('install'), 20_000)
  const first = (await host.virsh('domid', name)).trim()
  // Until the guest has its power button.
  const ask = setInterval(
    () => void host.virsh('shutdown', name).catch(() => undefined),
    2_000,
  )
  try {
    expect(await job.ended).toMatchObject({ state: 'done' })
  } finally {
    clearInterval(ask)
  }
  expect(await state()).toBe('running')
  expect((await host.virsh('domid', name)).trim()).not.toBe(first)
  expect(await host.virsh('dumpxml', name)).not.toContain('<on_reboot>destroy')
  await host.virsh('destroy', name)
  await host.virsh('undefine', name, '--storage', 'vda')
}, 120_000)

test('a transient domain leaves no definition', async () => {
  const end = await begin(labPlan({ name, uuid, over: { transient: true } })).ended
  expect(end.state).toBe('done')
  expect(await host.virsh('dominfo', name)).toMatch(/Persistent:\s+no/)
  await host.virsh('destroy', name)
  await host.virsh('vol-delete', `${name}.qcow2`, 'default')
})

test('--wait 0 does not follow the installation', async () => {
  const plan = labPlan({ name, uuid, installs: true, over: { waitMinutes: 0 } })
  expect((await begin(plan).ended).state).toBe('done')
  expect(await state()).toBe('running')
  await host.virsh('destroy', name)
  await host.virsh('undefine', name, '--storage', 'vda')
})

const steps = ['pool', 'volume', 'cloud-init', 'define', 'start'] as const

describe.each(steps)('after the step %s', (step) => {
  const plan = () =>
    labPlan({ name, uuid, installs: true, cloudInit: true, pool: `p-${name}` })

  test('a failure leaves nothing behind', async () => {
    const checkpoint = async (at: string) => {
      if (at === step) throw new Error('the power went out')
    }
    const end = await begin(plan(), { checkpoint }).ended
    expect(end.state).toBe('failed')
    expect(end.summary.leftovers).toEqual([])
    expect(end.summary.problem?.detail).toContain('the power went out')
    expect(await everythingOnHost()).toBe(before)
  })

  test('nor does cancelling', async () => {
    const job = begin(plan(), {
      checkpoint: async (at) => {
        if (at === step) jobs.cancel(job.id, 'otto')
      },
    })
    const end = await job.ended
    expect(end.state).toBe('cancelled')
    expect(end.summary.leftovers).toEqual([])
    expect(await everythingOnHost()).toBe(before)
  })

  test('nor does the end of Ballast: the next start cleans up', async () => {
    const reached = Promise.withResolvers<void>()
    const job = begin(plan(), {
      // As if the process were killed here: it never goes on.
      checkpoint: async (at) => {
        if (at !== step) return
        reached.resolve()
        await new Promise(() => undefined)
      },
    })
    await reached.promise
    expect(await everythingOnHost()).not.toBe(before)
    const later = (jobs = openJobs())
    later.recover()
    await vi.waitFor(() => expect(later.get(job.id).job.state).toBe('interrupted'), 30_000)
    const { problem, leftovers } = later.get(job.id).job
    expect(leftovers).toEqual([])
    expect(problem?.detail).toMatch(/Removed: .*p-new-/)
    expect(await everythingOnHost()).toBe(before)
  })
})

test('what is to be kept is kept, and said', async () => {
  const checkpoint = async (at: string) => {
    if (at === 'define') throw new Error('no')
  }
  const end = await begin(labPlan({ name, uuid }), { checkpoint, keepOnFailure: true })
    .ended
  expect(end.state).toBe('failed')
  expect(await state()).toBe('shut off')
  await host.virsh('undefine', name, '--storage', 'vda')
})

test('an installation goes on being followed after a restart of Ballast', async () => {
  const reached = Promise.withResolvers<void>()
  const job = begin(labPlan({ name, uuid, installs: true }), {
    checkpoint: async (at) => {
      if (at !== 'install') return
      await new Promise(() => undefined)
    },
  })
  await vi.waitFor(() => expect(job.summary().step).toBe('install'), 20_000)
  reached.resolve()
  const later = (jobs = openJobs())
  later.recover()
  await vi.waitFor(
    () =>
      expect(
        later
          .get(job.id)
          .log.map(({ text }) => text)
          .join(),
      ).toContain('following it again'),
    20_000,
  )
  await host.virsh('destroy', name)
  await vi.waitFor(() => expect(later.get(job.id).job.state).toBe('done'), 20_000)
  await host.virsh('undefine', name, '--storage', 'vda')
}, 60_000)

test('a definition that libvirt refuses says why, and the volume goes again', async () => {
  const plan = labPlan({ name, uuid })
  const broken = {
    ...plan,
    finalXml: plan.finalXml.replace("type='qemu'", "type='kvm'"),
  }
  const end = await begin(broken).ended
  expect(end.state).toBe('failed')
  expect(end.summary.problem?.libvirt?.message).toMatch(/kvm/i)
  expect(await everythingOnHost()).toBe(before)
})

test('a volume that is there already is not ours to remove', async () => {
  await host.virsh('vol-create-as', 'default', `${name}.qcow2`, '1M')
  const end = await begin(labPlan({ name, uuid })).ended
  expect(end.state).toBe('failed')
  expect(await host.virsh('vol-list', 'default')).toContain(`${name}.qcow2`)
  await host.virsh('vol-delete', `${name}.qcow2`, 'default')
})
