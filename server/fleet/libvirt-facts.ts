import { parseCapabilities } from '../libvirt/capabilities.ts'
import type { LibvirtClient } from '../libvirt/client.ts'
import type { HostFacts, HostTopology } from './host-link.ts'
import { topologyOf } from './libvirt-node.ts'
import { cleanName } from './text.ts'

/** Capabilities and versions may probe every QEMU of the host. */
const deadline = { deadlineMs: 120_000 }

/** What a host is: its names, versions and CPU, part by part, because the last ones may be slow. */
export async function readHostFacts(
  node: LibvirtClient['node'],
  onPart: (facts: Partial<HostFacts>) => void,
): Promise<void> {
  const [hostname, info] = await Promise.all([node.hostname(), node.info()])
  const cpu = {
    model: '',
    arch: cleanName(info.arch),
    cpus: info.cpus,
    mhz: info.mhz,
    numaCells: info.numaNodes,
    sockets: info.socketsPerNode,
    cores: info.coresPerSocket,
    threads: info.threadsPerCore,
  }
  onPart({ hostname: cleanName(hostname), cpu })
  const [libvirt, hypervisor, type] = await Promise.all([
    node.libVersion(),
    node.hypervisorVersion(deadline),
    node.type(),
  ])
  onPart({ versions: { libvirt, hypervisor, hypervisorType: cleanName(type) } })
  const capabilities = parseCapabilities(await node.capabilities(deadline))
  const { hostUuid, cpuModel } = capabilities
  onPart({
    hostUuid,
    cpu: { ...cpu, model: cleanName(cpuModel ?? '') },
    topology: topologyOf(capabilities),
  })
}

/** The cells of a host with their CPUs and memory. */
export async function readTopology(node: LibvirtClient['node']): Promise<HostTopology> {
  return topologyOf(parseCapabilities(await node.capabilities(deadline)))
}
