import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

import { afterEach, expect, test, vi } from 'vitest'

import { HostClients } from '../creation/host-clients.ts'
import { HostSnapshots } from '../creation/host-snapshots.ts'
import { labPlan } from '../creation/testing/lab-plan.ts'
import { fakeClient } from '../libvirt/testing/fake-client.ts'
import { parseCommandLine } from '../virtinst/command-line.ts'
import { createOnHost } from './create.ts'
import { Output } from './output.ts'

const uuid = '6f8a7c1e-0000-4000-8000-000000000001'
const uri = 'qemu:///system'
const path = mkdtempSync(join(tmpdir(), 'ballast-path-'))
const { client } = await fakeClient()

afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  rmSync(path, { recursive: true, force: true })
  await client.close()
})

test('a guest that cannot be stopped when its console is closed ends nothing in the middle', async () => {
  writeFileSync(join(path, 'virsh'), '#!/bin/sh\n', { mode: 0o755 })
  vi.stubEnv('PATH', [path, process.env['PATH']].join(delimiter))
  vi.spyOn(client, 'close').mockResolvedValue()
  const events = { unsupported: [], unsubscribe: async () => {} }
  vi.spyOn(client.events, 'subscribe').mockResolvedValue(events)
  const made = { name: 'web1', uuid, id: 7 }
  vi.spyOn(client.domains, 'defineXml').mockResolvedValue(made)
  vi.spyOn(client.domains, 'createXml').mockResolvedValue(made)
  const running = { state: 'running', reason: 'booted' } as const
  vi.spyOn(client.domains, 'getState').mockResolvedValue(running)
  vi.spyOn(client.domains, 'isActive')
    .mockRejectedValueOnce(new Error('the connection was lost'))
    .mockResolvedValue(true)
  const destroy = vi.spyOn(client.domains, 'destroy').mockResolvedValue()
  const output = new Output(true)
  const warn = vi.spyOn(output, 'warn')

  const clients = new HostClients({ uriOf: () => uri, connect: async () => client })
  const snapshots = new HostSnapshots(clients)
  const host = {
    uri,
    clients,
    facts: () => snapshots.of('host'),
    close: () => clients.close(),
  }
  const plan = {
    ...labPlan({ name: 'web1', uuid, installs: true, over: { destroyOnExit: true } }),
    storage: [],
  }
  expect(await createOnHost(host, plan, parseCommandLine(''), output)).toBe(0)
  expect(warn.mock.calls.join()).toContain('the connection was lost')
  // At the very end it is stopped all the same.
  expect(destroy).toHaveBeenCalledExactlyOnceWith(uuid)
})
