import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { getLab, type Host } from '../../../e2e/lab/index.ts'
import { sweepFields } from '../../fleet/sweep-rows.ts'
import { LibvirtClient } from '../../libvirt/client.ts'
import { StatsDecoder } from '../../libvirt/stats-columns.ts'
import type { StatsGroup } from '../../libvirt/stats.ts'
import { createOpenTransport } from '../../ssh/open-transport.ts'
import { figure, median, quantile, type Figure, type Suite } from '../figures.ts'
import { decodeFigures } from './decode.ts'
import { ballastPeer, pythonPeer, virshPeer, type Peer } from './peer.ts'

/** What the sampler asks for each second: the group, virsh's option for it, and its bit. */
const groups: { group: StatsGroup; option: string; bit: number }[] = [
  { group: 'state', option: '--state', bit: 1 },
  { group: 'cpu', option: '--cpu-total', bit: 2 },
  { group: 'balloon', option: '--balloon', bit: 4 },
  { group: 'vcpu', option: '--vcpu', bit: 8 },
  { group: 'interface', option: '--interface', bit: 16 },
  { group: 'block', option: '--block', bit: 32 },
  { group: 'dirtyrate', option: '--dirtyrate', bit: 512 },
]

const fields = [
  'state.state',
  'cpu.time',
  'vcpu.current',
  'balloon.current',
  'balloon.maximum',
  'balloon.available',
  'balloon.unused',
  'balloon.usable',
  'balloon.rss',
  'balloon.last-update',
  'balloon.disk_caches',
  'balloon.swap_in',
  'balloon.swap_out',
  'balloon.major_fault',
  'balloon.minor_fault',
  'dirtyrate.megabytes_per_second',
]

const CALLS = 300
const PIPELINED = 3200
const SWEEPS = 60

/**
 * The RPC client against virsh and python3-libvirt on one daemon: host alpha of the lab with its
 * real guests, over ssh and over the daemon's local socket. The clients take turns call by call, so
 * that whatever else the machine does meets all of them alike.
 */
export const rpcSuite: Suite = {
  name: 'rpc',
  title: 'latency, calls per second, a sweep, decoding; against virsh and python3-libvirt',
  packages: ['libvirt-clients', 'python3-libvirt'],
  async run(say) {
    const alpha = getLab().host('alpha')
    const folder = mkdtempSync(join(tmpdir(), 'ballast-bench-'))
    try {
      const results: Figure[] = []
      for (const way of ['ssh', 'socket'] as const) {
        say(`rpc over ${way}`)
        const peers = await connectAll(alpha, way, folder)
        try {
          results.push(...(await compare(peers, way)))
        } finally {
          await Promise.all(peers.map((peer) => peer.close()))
        }
      }
      say('decoding')
      results.push(...(await decodeFigures(sweepFields)))
      return results
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
}

async function connectAll(
  host: Host,
  way: 'ssh' | 'socket',
  folder: string,
): Promise<Peer[]> {
  const local = `qemu+unix:///system?socket=${host.libvirtSocket}`
  const openTransport = createOpenTransport({ knownHostsFile: join(folder, 'known_hosts') })
  const client = await LibvirtClient.connect(way === 'ssh' ? host.uri : local, {
    openTransport,
  })
  const decoder = new StatsDecoder(fields)
  const names = groups.map(({ group }) => group)
  const peerUri = way === 'ssh' ? host.virshUri : local
  return [
    ballastPeer(client, () =>
      client.stats.columns(decoder, { groups: names, select: { running: true } }),
    ),
    await virshPeer(
      peerUri,
      groups.map(({ option }) => option),
    ),
    await pythonPeer(
      peerUri,
      groups.reduce((mask, { bit }) => mask | bit, 0),
    ),
  ]
}

async function compare(peers: readonly Peer[], way: string): Promise<Figure[]> {
  const calls = await rounds(peers, CALLS, (peer) => peer.call())
  const sweeps = await rounds(peers, SWEEPS, (peer) => peer.sweep())
  const rates = await rounds(peers, 5, (peer) => peer.pipelined(PIPELINED))
  const lines: Figure[] = []
  const ballast = peers[0]!
  for (const peer of peers.slice(1)) {
    const against = (values: Map<Peer, number[]>, pick = median) => ({
      mine: pick(values.get(ballast)!),
      peer: { name: peer.name, value: pick(values.get(peer)!) },
    })
    const call = against(calls)
    lines.push(figure(`${way}: one call, p50`, 'ms', call.mine, call.peer, null))
    const late = against(calls, (values) => quantile(values, 0.99))
    lines.push(figure(`${way}: one call, p99`, 'ms', late.mine, late.peer, null))
    const sweep = against(sweeps)
    const goal = peer.name === 'virsh' ? { atMost: 1.1 } : { atMost: 1.05 }
    lines.push(figure(`${way}: one sweep, p50`, 'ms', sweep.mine, sweep.peer, goal))
    const rate = against(rates)
    lines.push(
      figure(`${way}: calls per second, pipelined`, '1/s', rate.mine, rate.peer, {
        atLeast: 1,
      }),
    )
  }
  return lines
}

/** Lets the peers take turns, `count` times each, and gathers what each one measured. */
async function rounds(
  peers: readonly Peer[],
  count: number,
  measure: (peer: Peer) => Promise<number>,
): Promise<Map<Peer, number[]>> {
  const values = new Map(peers.map((peer) => [peer, [] as number[]]))
  for (const peer of peers) await measure(peer)
  for (let round = 0; round < count; round++) {
    for (const peer of peers) values.get(peer)!.push(await measure(peer))
  }
  return values
}
