import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'

import { getLab, Guest } from '../../e2e/lab/index.ts'
import type { MigrationDetail, MigrationOptionsInput } from '../contract/migration.ts'
import { LabMoves } from './testing/lab-moves.ts'

/* Real moves between two hosts of the lab; every figure is compared with virsh or with the guest. */

const lab = getLab()
const beta = lab.host('beta')
const gamma = lab.host('gamma')
const MiB = 2 ** 20
/** Writes all round a working set: under a cap of 30 MiB/s it never ends by itself. */
const endless = {
  fillMiB: 20,
  dirtyMiBps: 60,
  workingSetMiB: 80,
  waveMiB: 0,
  wavePeriodS: 60,
  cacheMiB: 0,
  busy: false,
}
const capped: MigrationOptionsInput = { bandwidthMiBps: 30, maxDowntimeMs: 100 }

let moves: LabMoves
beforeAll(async () => {
  moves = await new LabMoves(['beta', 'gamma']).start()
}, 60_000)
afterAll(() => moves.close())

const made = new Set<string>()
afterEach(async () => {
  for (const name of made) for (const host of [beta, gamma]) await host.removeGuest(name)
  made.clear()
})

const guestOn = (host: string, name: string) => new Guest(lab.dir, host, name)
async function make(
  name: string,
  plan: Parameters<typeof beta.makeGuest>[0] | object = {},
) {
  made.add(name)
  await beta.makeGuest({
    maximumMiB: 192,
    network: false,
    statsPeriodS: 1,
    ...plan,
    name,
  })
  return name
}

/** `virsh domjobinfo` as numbers: times in ms, sizes in bytes, the rest as it is. */
function jobInfo(text: string): Record<string, number> {
  const units: Record<string, number> = {
    B: 1,
    KiB: 1024,
    MiB,
    GiB: 1024 * MiB,
    'B/s': 1,
    'KiB/s': 1024,
    'MiB/s': MiB,
    'GiB/s': 1024 * MiB,
    ms: 1,
    s: 1000,
  }
  const numbers: Record<string, number> = {}
  for (const line of text.split('\n')) {
    const [, key, value, unit = ''] = /^([^:]+):\s+([\d.]+)\s*(\S*)/.exec(line) ?? []
    if (key) numbers[key] = Number(value) * (units[unit] ?? 1)
  }
  return numbers
}

async function moved(id: string, timeoutMs?: number): Promise<MigrationDetail> {
  const { job, log } = await moves.end(id, timeoutMs)
  expect(job.state, JSON.stringify([job.problem, log])).toBe('done')
  const detail = moves.detail(id)
  expect(detail.result).toMatchObject({ outcome: 'moved', where: 'target' })
  expect(detail.progressPercent).toBe(100)
  return detail
}

/** The guest writes on, as the guest itself counts it. */
async function writesOn(host: string, name: string): Promise<void> {
  // A guest that is emulated beside others may take its time for an answer.
  const patience = { timeout: 30_000, interval: 300 }
  const dirtied = async () => (await guestOn(host, name).workload()).dirtiedPages
  const before = await vi.waitFor(dirtied, patience)
  await vi.waitFor(async () => expect(await dirtied()).toBeGreaterThan(before), patience)
}

describe('back and forth', () => {
  test.each(['direct', 'peer-to-peer'] as const)(
    '%s, without disks',
    async (way) => {
      const name = await make('mover-plain', {
        workload: { ...endless, dirtyMiBps: 5, workingSetMiB: 10 },
      })
      // Only what the guest gave before is asked of it after.
      await moves.labFleet.when(
        'its statistics',
        () => moves.labFleet.row(name)?.memory.health === 'ok',
        60_000,
      )
      const there = await moved(await moves.begin(name, 'beta', 'gamma', { way }))
      await writesOn('gamma', name)
      await expect(beta.virsh('domstate', name)).rejects.toThrow('failed to get domain')
      // What libvirt keeps of the job on the target is what we say of it.
      const kept = jobInfo(
        await gamma.virsh('domjobinfo', name, '--completed', '--keep-completed'),
      )
      const { result } = there
      expect(result?.downtimeMs).toBe(kept['Total downtime'])
      expect(result?.setupMs).toBe(kept['Setup time'])
      expect(result?.final?.zeroPages).toBe(kept['Constant pages'])
      expect(result?.final?.normalPages).toBe(kept['Normal pages'])
      expect(result?.passes).toBe(kept['Iteration'])
      expect(result?.final?.pageBytes).toBe(kept['Page size'])
      expect((result?.transferredBytes ?? 0) / (kept['Data processed'] ?? 1)).toBeCloseTo(
        1,
        2,
      )
      expect((result?.final?.totalBytes ?? 0) / (kept['Data total'] ?? 1)).toBeCloseTo(1, 2)
      expect(result?.check).toMatchObject({
        state: 'running',
        vcpuTime: 'moving',
        balloonStats: 'moving',
        agent: 'none',
        answers: true,
      })
      await moved(await moves.begin(name, 'gamma', 'beta', { way }))
      await writesOn('beta', name)
      await expect(gamma.virsh('domstate', name)).rejects.toThrow('failed to get domain')
    },
    120_000,
  )

  test.each(['direct', 'peer-to-peer'] as const)(
    '%s, with a disk that is copied',
    async (way) => {
      const name = await make('mover-disk', { diskMiB: 64 })
      const file = `/var/lib/libvirt/images/${name}.qcow2`
      const options: MigrationOptionsInput = { way, copyStorage: 'full' }
      const id = await moves.begin(name, 'beta', 'gamma', options)
      const { result } = await moved(id)
      expect(result?.final?.diskTotalBytes).toBe(64 * MiB)
      const xml = await gamma.virsh('dumpxml', name)
      expect(xml).toContain(file)
      expect(await gamma.exec('stat', '-c', '%s', file)).not.toBe('')
      // The source's file stays: moving back writes into it again.
      await moved(await moves.begin(name, 'gamma', 'beta', options))
      expect(await guestOn('beta', name).meminfo()).toHaveProperty('MemTotal')
    },
    120_000,
  )

  test('without copying, disks that are not shared are refused by libvirt, in its words', async () => {
    const name = await make('mover-unsafe', { diskMiB: 16 })
    const { job } = await moves.end(await moves.begin(name, 'beta', 'gamma'))
    expect(job.state).toBe('failed')
    expect(job.problem?.libvirt).toMatchObject({ code: 81 })
    expect(job.problem?.detail).toContain('The guest runs on beta')
    expect((await beta.virsh('domstate', name)).trim()).toBe('running')
  }, 60_000)

  test.each([
    ['direct', true],
    ['direct', false],
    ['peer-to-peer', true],
    ['peer-to-peer', false],
  ] as const)(
    '%s, a definition moves offline and is written down; removed from the source: %s',
    async (way, undefineSource) => {
      const name = await make('mover-off', { running: false })
      const file = `/etc/libvirt/qemu/${name}.xml`
      const uuid = guestOn('beta', name).uuid
      await moves.labFleet.when('the definition', () =>
        moves.labFleet.fleet.hostOf('beta').inventory.domains.has(uuid),
      )
      const options = { way, offline: true, undefineSource }
      const id = moves.startMove('beta', uuid, 'gamma', options)
      await moved(id)
      // No step was refused, and nothing had to be put right.
      expect(moves.jobs.get(id).log.filter(({ level }) => level !== 'info')).toEqual([])
      expect(await gamma.virsh('dominfo', name)).toMatch(/Persistent:\s+yes/)
      expect(await gamma.exec('cat', file)).toContain(`<uuid>${uuid}</uuid>`)
      if (undefineSource) {
        await expect(beta.virsh('dominfo', name)).rejects.toThrow('failed to get domain')
        await expect(beta.exec('cat', file)).rejects.toThrow('No such file')
      } else {
        expect(await beta.virsh('dominfo', name)).toMatch(/Persistent:\s+yes/)
        expect(await beta.exec('cat', file)).toContain(`<uuid>${uuid}</uuid>`)
      }

      await gamma.killLibvirtd()
      const { fleet } = moves.labFleet
      await moves.labFleet.when('loss', () => fleet.getHost('gamma').state !== 'online')
      await gamma.startLibvirtd()
      expect(await gamma.virsh('dominfo', name)).toMatch(/Persistent:\s+yes/)
      expect((await gamma.virsh('domuuid', name)).trim()).toBe(uuid)
      await moves.labFleet.whenState('gamma', 'online', 60_000)
    },
    120_000,
  )

  test('a guest whose definition the target lost again keeps that of the source', async () => {
    const name = await make('mover-unwritten')
    let finished = false
    const hookedMoves = await new LabMoves(['beta', 'gamma'], {
      before: async (call, uri) => {
        if (call === 'finish') finished = true
        if (call !== 'domain' || !finished || !uri.includes(gamma.address)) return
        // A running domain that is undefined goes on as a transient one.
        finished = false
        await gamma.virsh('undefine', name)
      },
    }).start()
    try {
      const id = await hookedMoves.begin(name, 'beta', 'gamma')
      const { job } = await hookedMoves.end(id)
      expect(job.state).toBe('done')
      const { result } = hookedMoves.detail(id)
      expect(result).toMatchObject({ outcome: 'moved', where: 'target' })
      expect(result?.cause).toContain('Persistent: no')
      expect((await gamma.virsh('domstate', name)).trim()).toBe('running')
      expect((await beta.virsh('domstate', name)).trim()).toBe('shut off')
      expect(await beta.virsh('dominfo', name)).toMatch(/Persistent:\s+yes/)
    } finally {
      await hookedMoves.close()
    }
  }, 120_000)
})

describe('the options', () => {
  test('name, paused, transient, kept on the source, compression, parallel streams', async () => {
    const name = await make('mover-options')
    made.add('mover-renamed')
    const id = await moves.begin(name, 'beta', 'gamma', {
      destinationName: 'mover-renamed',
      paused: true,
      persistent: false,
      undefineSource: false,
      compression: ['xbzrle'],
    })
    const { result } = await moved(id)
    expect(result?.check).toBeNull()
    expect(result?.final?.compression).not.toBeNull()
    expect(await gamma.virsh('domstate', 'mover-renamed', '--reason')).toContain('paused')
    expect(await gamma.virsh('dominfo', 'mover-renamed')).toMatch(/Persistent:\s+no/)
    expect((await beta.virsh('domstate', name)).trim()).toBe('shut off')
  }, 60_000)

  test('parallel connections and a listen address', async () => {
    const name = await make('mover-parallel')
    const options = { parallelConnections: 2, listenAddress: gamma.address }
    await moved(await moves.begin(name, 'beta', 'gamma', options))
  }, 60_000)
})

describe('a guest that does not converge', () => {
  /** Begins such a move and waits until it is said to be stuck. */
  async function stuck(options: MigrationOptionsInput = {}, workload: object = {}) {
    const name = await make('mover-stuck', { workload: { ...endless, ...workload } })
    const id = await moves.begin(name, 'beta', 'gamma', { ...capped, ...options })
    const detail = await moves.when(
      id,
      'a verdict',
      ({ verdict }) => verdict.kind === 'stuck',
      60_000,
    )
    const cap = options.bandwidthMiBps ?? capped.bandwidthMiBps!
    expect(detail.verdict.linkMiBps! / cap).toBeGreaterThan(0.67)
    expect(detail.verdict.linkMiBps! / cap).toBeLessThan(1.33)
    expect(detail.verdict.endsAtMs).toBeNull()
    return { name, id, detail }
  }

  test('its figures are those of domjobinfo, and its bar never runs backwards', async () => {
    const { name, id } = await stuck()
    const percents: number[] = []
    for (let attempt = 0; ; attempt++) {
      const virsh = jobInfo(await beta.virsh('domjobinfo', name))
      const { figures, progressPercent } = moves.detail(id)
      percents.push(progressPercent)
      expect(virsh['Data total']! / (figures?.totalBytes ?? 1)).toBeCloseTo(1, 2)
      expect(virsh['Page size']).toBe(figures?.pageBytes)
      const close = (a = 0, b: number | null = 0, within: number) =>
        Math.abs(a - (b ?? 0)) <= within
      const same =
        virsh['Iteration'] === figures?.pass &&
        close(virsh['Memory remaining'], figures?.memoryRemainingBytes ?? null, 24 * MiB) &&
        close(virsh['Memory processed'], figures?.memoryProcessedBytes ?? null, 24 * MiB) &&
        close(virsh['Dirty rate'], figures?.dirtyPagesPerSecond ?? null, 2_000) &&
        close(virsh['Memory bandwidth'], figures?.memoryBytesPerSecond ?? null, 8 * MiB)
      if (same && attempt >= 5) break
      expect(attempt).toBeLessThan(40)
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    expect(percents).toEqual(percents.toSorted((a, b) => a - b))
    expect(moves.detail(id).setback?.grewBytes).toBeGreaterThan(10 * MiB)
    moves.jobs.cancel(id, 'otto')
    const { job } = await moves.end(id)
    expect(job.state).toBe('cancelled')
    expect(moves.detail(id).result).toMatchObject({ outcome: 'aborted', where: 'source' })
    await writesOn('beta', name)
    await expect(gamma.virsh('domstate', name)).rejects.toThrow('failed to get domain')
  }, 120_000)

  test('is one row of the fleet, shown as moving', async () => {
    const { name, id } = await stuck()
    const rows = moves.labFleet.rows().filter((row) => row.name === name)
    expect(rows).toMatchObject([
      {
        host: 'beta',
        move: { job: id, source: 'beta', target: 'gamma', phase: 'perform' },
      },
    ])
    moves.jobs.cancel(id, 'otto')
    await moves.end(id)
    expect(moves.labFleet.row(name)).not.toHaveProperty('move.job')
  }, 120_000)

  test('is rescued by more bandwidth', async () => {
    const { name, id } = await stuck()
    await moves.moves.control(
      id,
      { control: 'bandwidth', mibPerSecond: 1000, postCopy: false },
      'otto',
    )
    expect((await moves.detail(id)).bandwidthMiBps).toBe(1000)
    await moved(id)
    await writesOn('gamma', name)
  }, 120_000)

  test('is rescued by a longer downtime', async () => {
    const { name, id, detail } = await stuck()
    const ms = (detail.verdict.neededDowntimeMs ?? 0) + 1_000
    const { command } = await moves.moves.control(id, { control: 'downtime', ms }, 'otto')
    expect(command).toContain(`migrate-setmaxdowntime ${name} ${ms}`)
    await moved(id)
    await writesOn('gamma', name)
    expect(moves.detail(id).steering).toMatchObject([
      { by: 'otto', control: 'downtime', value: `${ms} ms`, error: null },
    ])
  }, 120_000)

  test('is rescued by post-copy', async () => {
    const { name, id } = await stuck({ postCopy: true, postCopyBandwidthMiBps: 10 })
    await moves.moves.control(id, { control: 'post-copy' }, 'otto')
    const after = await moves.when(id, 'post-copy', ({ phase }) => phase === 'post-copy')
    expect(after.controls).toMatchObject({
      abort: 'no-way-back',
      'post-copy': 'no-way-back',
    })
    expect(moves.labFleet.rows().filter((row) => row.name === name)).toMatchObject([
      { host: 'gamma' },
    ])
    expect(() => moves.jobs.cancel(id, 'otto')).toThrow('aborting would lose it')
    // While pages are on their way QEMU gives none back to the host.
    const { uuid } = guestOn('gamma', name)
    const { fleet } = moves.labFleet
    const inhibitedBy = () => fleet.getMemory('gamma', uuid).inhibitedBy
    await moves.labFleet.when('no balloon now', () => inhibitedBy() === 'postcopy')
    expect(await gamma.virsh('domstate', '--reason', name)).toContain('post-copy')
    const { result } = await moved(id)
    expect(result?.final?.postCopyRequests).toBeGreaterThan(0)
    await moves.labFleet.when('the balloon is free again', () => inhibitedBy() === null)
    await writesOn('gamma', name)
  }, 120_000)

  // Whether the brake alone is enough depends on whether the workload catches up; seen both ways.
  test('is braked by auto-converge, and harder when told to', async () => {
    const { name, id } = await stuck(
      {
        bandwidthMiBps: 40,
        maxDowntimeMs: 300,
        autoConverge: { initialPercent: 30, incrementPercent: 20 },
      },
      { busy: true },
    )
    await moves.when(
      id,
      'the brake',
      ({ figures }) => (figures?.throttlePercent ?? 0) >= 30,
    )
    await moves.moves.control(
      id,
      { control: 'throttle', incrementPercent: 30, maxPercent: 99 },
      'otto',
    )
    await moves.when(
      id,
      'the harder brake',
      ({ figures }) => (figures?.throttlePercent ?? 0) >= 60,
      90_000,
    )
    moves.jobs.cancel(id, 'otto')
    const { job } = await moves.end(id)
    expect(job.state).toBe('cancelled')
    await writesOn('beta', name)
  }, 240_000)

  test('what was not asked for at the start is refused with the reason', async () => {
    const { id } = await stuck()
    await expect(moves.moves.control(id, { control: 'post-copy' }, 'otto')).rejects.toThrow(
      'asked for when the move was started',
    )
    await moves.moves.control(id, { control: 'abort' }, 'otto')
    expect((await moves.end(id)).job.state).toBe('cancelled')
  }, 120_000)
})

describe('what others begin', () => {
  test('a move by virsh is listed, watched and aborted', async () => {
    const name = await make('mover-foreign', { workload: endless })
    await moves.whenOn('beta', name)
    await beta.virsh('migrate-setspeed', name, '20')
    await beta.virsh('migrate-setmaxdowntime', name, '50')
    const virsh = beta
      .virsh('migrate', '--live', '--p2p', name, `qemu+ssh://root@${gamma.address}/system`)
      .then(
        () => 'moved',
        (error: Error) => error.message,
      )
    const { uuid } = guestOn('beta', name)
    const find = () =>
      moves.jobs
        .list(
          {
            search: '',
            states: [],
            kinds: ['migration'],
            host: 'beta',
            uuid,
            owner: null,
            parent: 'any',
          },
          0,
          10,
        )
        .jobs.at(0)
    await moves.labFleet.when('it to be listed', () => find() !== undefined, 20_000)
    const job = find()
    expect(job).toMatchObject({ owner: { type: 'external' }, state: 'running' })
    const id = job?.id ?? ''
    const detail = await moves.when(
      id,
      'its figures',
      ({ figures }) => (figures?.pass ?? 0) >= 2,
      60_000,
    )
    expect(detail).toMatchObject({ external: true, source: 'beta', target: 'gamma' })
    moves.jobs.cancel(id, 'otto')
    // Peer to peer its client is told that, or only that the peer hung up.
    expect(await virsh).not.toBe('moved')
    expect((await moves.end(id)).job.state).toBe('cancelled')
    await writesOn('beta', name)
  }, 120_000)
})

describe('what cannot begin', () => {
  test('is said before anything is sent', async () => {
    const name = await make('mover-refused')
    const uuid = await moves.whenOn('beta', name)
    expect(() => moves.startMove('beta', uuid, 'beta', {})).toThrow('same host')
    expect(() => moves.startMove('beta', uuid, 'nowhere', {})).toThrow('no host nowhere')
    expect(() =>
      moves.startMove('beta', uuid, 'gamma', {
        way: 'peer-to-peer',
        peerUri: 'qemu+ssh://gamma/system?command=/tmp/x',
      }),
    ).toThrow('command')
    expect(() =>
      moves.startMove('beta', uuid, 'gamma', { destinationXml: '<domain/>' }),
    ).toThrow('admin')
    const offline = await moves.end(
      moves.startMove('beta', uuid, 'gamma', { offline: true }),
    )
    expect(offline.job.problem?.detail).toContain('runs')
  }, 60_000)

  test('a name that is taken on the target', async () => {
    const name = await make('mover-namesake')
    const { uuid } = guestOn('beta', name)
    const id = await moves.begin(name, 'beta', 'gamma', { destinationName: 'build1' })
    expect((await moves.end(id)).job.problem).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('named build1'),
    })
    expect(moves.labFleet.fleet.hostOf('beta').inventory.domains.get(uuid)?.state).toBe(
      'running',
    )
  }, 60_000)
})
