import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { hostDetail } from '../app/api/_lib/testing/samples.ts'
import { ProblemError } from './contract/problem.ts'
import { adoptHosts, watchHosts } from './host-watch.ts'
import type { HostKeeper } from './host-watch.ts'
import { Store } from './store/store.ts'

const logger = { info: vi.fn(), warn: vi.fn() }
const alpha = {
  host: 'alpha',
  name: 'Alpha',
  uri: 'qemu+ssh://root@alpha/system',
  statsPeriodSeconds: 2,
  createdMs: 1,
}

let dir = ''
let server: Store
let cli: Store

beforeEach(() => {
  vi.clearAllMocks()
  dir = mkdtempSync(join(tmpdir(), 'ballast-watch-'))
  server = new Store(join(dir, 'ballast.db'))
  cli = new Store(join(dir, 'ballast.db'))
})
afterEach(() => {
  server.close()
  cli.close()
  rmSync(dir, { recursive: true, force: true })
})

function fleetWith(hosts: HostKeeper['listHosts']): HostKeeper {
  return {
    listHosts: hosts,
    getHost: () => hostDetail,
    addHost: vi.fn(async () => ({ result: hostDetail, command: null })),
    updateHost: vi.fn(async () => ({ result: hostDetail, command: null })),
    removeHost: vi.fn(async () => ({ result: null, command: null })),
  }
}

test('a host that the CLI adds comes into the running fleet', async () => {
  const fleet = fleetWith(() => [])
  const added = Promise.withResolvers<unknown>()
  fleet.addHost = async (request) => {
    added.resolve(request)
    return { result: hostDetail, command: null }
  }
  const stop = watchHosts(server.hosts, fleet, logger)
  try {
    cli.hosts.put(alpha)
    const { createdMs: _created, ...request } = alpha
    expect(await added.promise).toEqual(request)
  } finally {
    stop()
  }
})

test('what is the same is left alone, what changed is updated, what is gone is removed', async () => {
  server.hosts.put({ ...alpha, name: hostDetail.name, uri: hostDetail.uri })
  server.hosts.put({ ...alpha, host: 'beta', name: 'New name' })
  const fleet = fleetWith(() => [
    hostDetail,
    { ...hostDetail, host: 'beta' },
    { ...hostDetail, host: 'gamma' },
  ])
  await adoptHosts(server.hosts, fleet, logger)
  expect(fleet.addHost).not.toHaveBeenCalled()
  expect(fleet.updateHost).toHaveBeenCalledExactlyOnceWith('beta', {
    name: 'New name',
    uri: alpha.uri,
    statsPeriodSeconds: 2,
  })
  expect(fleet.removeHost).toHaveBeenCalledExactlyOnceWith('gamma')
})

test('one that the fleet refuses does not hold up the others', async () => {
  server.hosts.put(alpha)
  server.hosts.put({ ...alpha, host: 'beta', uri: 'qemu:///system' })
  const fleet = fleetWith(() => [])
  vi.mocked(fleet.addHost).mockRejectedValueOnce(
    new ProblemError('conflict', { detail: 'no' }),
  )
  await adoptHosts(server.hosts, fleet, logger)
  expect(fleet.addHost).toHaveBeenCalledTimes(2)
  expect(logger.warn).toHaveBeenCalledOnce()
})
