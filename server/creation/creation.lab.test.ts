import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'

import { kernelBasics } from '../../e2e/lab/guest-xml.ts'
import { getLab } from '../../e2e/lab/index.ts'
import type { Me } from '../contract/account.ts'
import { createFacts, createPreview, createRequest } from '../contract/create.ts'
import { LabFleet } from '../fleet/testing/lab-fleet.ts'
import { writeIso } from '../iso9660/write-iso.ts'
import { Jobs } from '../jobs/index.ts'
import { LibvirtClient } from '../libvirt/client.ts'
import { loadOsDatabase } from '../osinfo/load.ts'
import { createOpenTransport } from '../ssh/open-transport.ts'
import { Store } from '../store/store.ts'
import { Creation } from './creation.ts'
import { fleetDomains } from './fleet-domains.ts'

const host = getLab().host('alpha')
const openTransport = createOpenTransport({ knownHostsFile: '/dev/null' })
const me: Me = { id: 'o', username: 'otto', role: 'operator', via: 'session' }
const id = randomUUID().slice(0, 8)
const iso = `/srv/isos-${id}/arch-linux_install.iso`

let dir = ''
let store: Store
let jobs: Jobs
let creation: Creation
let it: LabFleet
let name = ''

beforeAll(async () => {
  it = await new LabFleet(['alpha', 'beta']).start()
  dir = mkdtempSync(join(tmpdir(), 'ballast-creation-'))
  store = new Store(join(dir, 'ballast.db'))
  jobs = new Jobs({ store: store.jobs, logger: { warn: vi.fn(), error: vi.fn() } })
  creation = new Creation({
    fleet: it.fleet,
    domains: () => fleetDomains(it.fleet.hosts),
    memoryWarnings: (...of) => it.fleet.nodes.warningsOfNew(...of),
    jobs,
    connect: (uri, signal) =>
      LibvirtClient.connect(uri, signal ? { openTransport, signal } : { openTransport }),
    loadOsDatabase,
    presets: store.presets,
    fetch: { allowOwn: false, mostBytes: 2 ** 30 },
  })
  const image = archImage().toString('base64')
  await host.exec(
    'sh',
    '-c',
    `mkdir -p /srv/isos-${id}; echo ${image} | base64 -d | gunzip > ${iso}`,
  )
}, 60_000)
afterAll(async () => {
  await jobs.close()
  await creation.close()
  await it.fleet.close()
  store.close()
  rmSync(dir, { recursive: true, force: true })
  await host.exec('rm', '-rf', `/srv/isos-${id}`)
})
beforeEach(() => {
  name = `made-${randomUUID().slice(0, 8)}`
})

/** An image with the labels of Arch's, and nothing else. */
function archImage(): Buffer {
  const image = writeIso({ volumeId: 'ARCH_202212', files: [], atMs: 0 })
  const label = (at: number, text: string) =>
    image.write(text.padEnd(128), 16 * 2_048 + at, 'latin1')
  label(318, 'ARCH LINUX <HTTPS://ARCHLINUX.ORG>')
  label(574, 'ARCH LINUX LIVE/RESCUE CD')
  return gzipSync(image)
}

const seedLine = (virtType: string) =>
  `virt-install --name ${name} --memory 1024 --vcpus=2,maxvcpus=4 --cpu host --disk size=2,format=qcow2 --network user --virt-type ${virtType} --cdrom ${iso}`
const kernelLine = () =>
  `--name ${name} --memory 192 --osinfo linux2020 --disk size=0.2 --network none --graphics none --virt-type qemu --import ` +
  `--boot 'kernel=/srv/lab/vmlinuz,initrd=/srv/lab/initrd.gz,kernel_args="console=tty0 console=ttyS0 ${kernelBasics} lab.name=${name} lab.workload=0,0,0,0"'`

const ask = (line: string, more: object = {}) => ({ line, files: [], ...more })
const request = (line: string, more: object = {}) => createRequest.parse({ line, ...more })
const ended = (job: string, state: string) =>
  vi.waitFor(() => {
    const found = jobs.get(job).job
    expect(found.state, JSON.stringify(found.problem)).toBe(state)
  }, 60_000)

async function remove() {
  await host.virsh('destroy', name).catch(() => undefined)
  await host.virsh('undefine', name, '--remove-all-storage')
}

test('the facts of a host, as virsh has them', async () => {
  const facts = createFacts.parse(await creation.facts('alpha'))
  expect(facts.kvm).toBe(false)
  const pools = (await host.virsh('pool-list', '--all', '--name')).trim().split(/\s+/)
  expect(facts.pools.map((pool) => pool.name).toSorted()).toEqual(pools.toSorted())
  expect(facts.networks).toMatchObject([{ name: 'default', active: true, forward: 'nat' }])
  expect(facts.arches[0]?.virtTypes).toEqual(['qemu'])
  expect(facts.arches[0]?.machines).toContain('q35')
  expect(facts.domainNames).toContain('web1')
  expect(facts.memory?.totalKiB).toBeGreaterThan(0)
})

test('operating systems by name', async () => {
  const [first] = await creation.searchOs('debian11', { limit: 5, arch: 'x86_64' })
  expect(first).toMatchObject({ shortId: 'debian11', recommended: { ramBytes: 2 ** 30 } })
  expect(await creation.searchOs('zzz', { limit: 5, arch: 'x86_64' })).toEqual([])
})

describe('the seed line on a host without kvm', () => {
  test('says so, with the way out', async () => {
    const preview = createPreview.parse(
      await creation.preview('alpha', ask(seedLine('kvm'))),
    )
    expect(preview.errors[0]?.message).toBe(
      "Host does not support domain type kvm for virtualization type 'hvm' with architecture 'x86_64'",
    )
    const check = preview.checks.find(({ code }) => code === 'kvm_missing')
    expect(check?.fix?.label).toBe('--virt-type qemu')
    expect(check?.fix?.line).toContain('--virt-type qemu')
    await expect(
      creation.create('alpha', request(seedLine('kvm')), me),
    ).rejects.toMatchObject({
      code: 'invalid',
      init: {
        issues: expect.arrayContaining([expect.objectContaining({ path: 'virt-type' })]),
      },
    })
  })

  test('knows the image by its labels, though it lies in no pool', async () => {
    const labels = await creation.labels('alpha', iso)
    expect(labels).toMatchObject({ volumeId: 'ARCH_202212', os: { shortId: 'archlinux' } })
    expect(await host.virsh('pool-list', '--all', '--name')).not.toMatch(/look|isos/)
  })

  test('with the way out it is created and its installer runs', async () => {
    const refused = await creation.preview('alpha', ask(seedLine('kvm')))
    const line = refused.checks.find(({ fix }) => fix)?.fix?.line ?? ''
    const preview = await creation.preview('alpha', ask(line))
    expect(preview.errors).toEqual([])
    expect(preview.settled).toMatchObject({ osShortId: 'archlinux', vcpus: 2 })
    const { job } = await creation.create(
      'alpha',
      request(line, { seed: preview.seed }),
      me,
    )
    await vi.waitFor(() => expect(jobs.get(job).job.step).toBe('install'), 60_000)
    const xml = await host.virsh('dumpxml', name)
    expect(xml).toContain(iso)
    // What was previewed is what was made.
    const uuid = /<uuid>(.*?)<\/uuid>/.exec(preview.finalXml ?? '')?.[1]
    expect(xml).toContain(uuid)
    jobs.cancel(job, 'otto')
    await ended(job, 'cancelled')
    expect(jobs.get(job).job.leftovers).toEqual([])
    expect(await host.virsh('list', '--all', '--name')).not.toContain(name)
    expect(await host.virsh('vol-list', 'default')).not.toContain(name)
  }, 120_000)
})

test('a domain boots a real kernel, is live in the fleet and has a working balloon', async () => {
  const { job, command } = await creation.create('alpha', request(kernelLine()), me)
  expect(command).toMatch(/^virt-install --connect '?qemu\+ssh:\/\/root@/)
  await ended(job, 'done')
  const { uuid } = jobs.get(job).job.result as { uuid: string }
  expect((await host.virsh('domuuid', name)).trim()).toBe(uuid)
  await it.when('it is in the fleet', () => it.row(name)?.state === 'running')
  const balloon = async () =>
    Number(/actual (\d+)/.exec(await host.virsh('dommemstat', name))?.[1])
  await it.when(
    'its guest reports',
    () => it.row(name)?.memory.health === 'ok' && it.row(name)?.memory.usedKiB !== null,
    60_000,
  )
  await host.virsh('setmem', name, String(160 * 1024), '--live')
  await vi.waitFor(async () => expect(await balloon()).toBe(160 * 1024), 30_000)
  await remove()
}, 180_000)

describe('collisions', () => {
  test('a name that the host has is refused with its field', async () => {
    const line = kernelLine().replace(name, 'web1')
    const preview = await creation.preview('alpha', ask(line))
    expect(preview.checks).toContainEqual(
      expect.objectContaining({ code: 'name_in_use', severity: 'error', option: 'name' }),
    )
    await expect(creation.create('alpha', request(line), me)).rejects.toMatchObject({
      init: { issues: [{ path: 'name', message: expect.stringContaining('web1') }] },
    })
  })

  test('a name of another host is said', async () => {
    const preview = await creation.preview('alpha', ask(kernelLine().replace(name, 'app1')))
    expect(preview.checks).toContainEqual(
      expect.objectContaining({ code: 'name_in_fleet', severity: 'warning' }),
    )
  })

  test('a MAC of a domain on another host is refused', async () => {
    const mac = /mac address='([\da-f:]+)'/.exec(
      await getLab().host('beta').virsh('dumpxml', 'app1'),
    )?.[1]
    const line = kernelLine().replace('--network none', `--network default,mac=${mac}`)
    await expect(creation.create('alpha', request(line), me)).rejects.toMatchObject({
      init: { detail: expect.stringContaining('app1') },
    })
  })
})

test('the same seed gives the same XML, another one another', async () => {
  const line = kernelLine().replace('--network none', '--network default')
  const first = await creation.preview('alpha', ask(line))
  const second = await creation.preview('alpha', ask(line, { seed: first.seed }))
  expect(second.finalXml).toBe(first.finalXml)
  expect((await creation.preview('alpha', ask(line))).finalXml).not.toBe(first.finalXml)
})

test('a release newer than the database is said, and goes', async () => {
  const line = kernelLine().replace('linux2020', 'debian12')
  const preview = await creation.preview('alpha', ask(line))
  expect(preview.errors).toEqual([])
  expect(preview.checks).toContainEqual(
    expect.objectContaining({ code: 'os_newer_than_database', option: 'osinfo' }),
  )
  expect(preview.settled?.osShortId).toMatch(/^linux20\d\d$/)
})

test('errors keep the line and name the field', async () => {
  const preview = await creation.preview('alpha', ask(`--name ${name} --disk frob=1`))
  expect(preview.line).toContain('frob')
  expect(preview.errors).toMatchObject([
    { message: "Unknown --disk options: ['frob']", option: 'disk' },
  ])
})

test('cloud-init: a password is made and shown once', async () => {
  const line = `${kernelLine().replace('--import', '')} --import --cloud-init root-password-generate=on`
  const preview = await creation.preview('alpha', ask(line))
  expect(preview.errors).toEqual([])
  const { job, rootPassword } = await creation.create('alpha', request(line), me)
  expect(rootPassword).toMatch(/^[\w-]{16}$/)
  await vi.waitFor(() => expect(jobs.get(job).job.step).toBe('install'), 60_000)
  const disks = await host.virsh('domblklist', name)
  const medium = /(\/\S+cloudinit\.iso)/.exec(disks)?.[1] ?? ''
  expect(await host.exec('sh', '-c', `strings ${medium} | grep root:`)).toContain(
    rootPassword,
  )
  jobs.cancel(job, 'otto')
  await ended(job, 'cancelled')
  expect(await host.exec('sh', '-c', `ls ${medium} 2>&1; true`)).toContain('No such file')
}, 120_000)
