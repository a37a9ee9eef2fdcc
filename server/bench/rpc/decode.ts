import { LibvirtClient } from '../../libvirt/client.ts'
import { StatsDecoder } from '../../libvirt/stats-columns.ts'
import { createOpenTransport } from '../../ssh/open-transport.ts'
import { figure, median, type Figure } from '../figures.ts'
import { recordAlpha } from '../scale/replay-fleet.ts'
import { ReplayHosts } from '../scale/replay-hosts.ts'
import { pythonPeer } from './peer.ts'

const domains = 1_000
const rounds = 60
/** Until V8 has compiled what is measured. */
const warmUp = 40
const groups = { names: ['state', 'cpu', 'balloon', 'vcpu'], mask: 1 | 2 | 4 | 8 } as const

/**
 * CPU time that a client itself spends on one stats answer of 1,000 domains: reading it from a socket
 * and decoding it, into what the fleet takes from it and into python3-libvirt's dictionaries. The
 * daemon is a replayed one in another process, so that only the clients count. Wall time would
 * measure what else runs on the machine.
 *
 * @param fields what Ballast's decoder is asked for
 */
export async function decodeFigures(fields: readonly string[]): Promise<Figure[]> {
  const hosts = await ReplayHosts.start(await recordAlpha(), 1, domains)
  try {
    const openTransport = createOpenTransport()
    const client = await LibvirtClient.connect(hosts.uriOf(1), { openTransport })
    const python = await pythonPeer(hosts.uriOf(1), groups.mask)
    const decoder = new StatsDecoder(fields)
    const mine: number[] = []
    const theirs: number[] = []
    for (let round = -warmUp; round < rounds; round++) {
      const before = process.cpuUsage()
      const frame = await client.stats.columns(decoder, { groups: groups.names })
      const { user, system } = process.cpuUsage(before)
      if (frame.count !== domains) throw new Error(`${frame.count} domains were answered`)
      const peer = await python.sweepCpu()
      if (round < 0) continue
      mine.push((user + system) / 1_000)
      theirs.push(peer)
    }
    await Promise.all([client.close(), python.close()])
    const against = { name: 'python3-libvirt', value: median(theirs) }
    const name = `an answer of ${domains} domains, CPU`
    return [figure(name, 'ms', median(mine), against, { atMost: 1 / 3 })]
  } finally {
    await hosts.stop()
  }
}
