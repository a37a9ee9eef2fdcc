import type { SetKsmRequest } from '../contract/overcommit.ts'
import type { HostCapabilities } from '../libvirt/capabilities.ts'
import type { LibvirtClient } from '../libvirt/client.ts'
import { isLibvirtError } from '../libvirt/errors.ts'
import type { CellsFree, HostTopology } from './host-link.ts'
import { messageOf } from './link-error.ts'

type CallOptions = { deadlineMs: number }
type TypedParam = Parameters<LibvirtClient['node']['setMemoryParameters']>[0][number]

/** Cells and CPUs that are taken from a host's word at most: it may say anything. */
const mostCells = 256
const mostCpus = 8_192

/** virDomainNumatuneMemMode. */
export const numaModes = ['strict', 'preferred', 'interleave', 'restrictive']

/** What the fleet keeps of the capabilities. */
export function topologyOf({ numaCells, pageSizesKiB }: HostCapabilities): HostTopology {
  const pageKiB = pageSizesKiB.length > 0 ? Math.min(...pageSizesKiB) : 4
  return {
    pageKiB,
    cells: numaCells.slice(0, mostCells).map((cell) => ({
      id: cell.id,
      totalKiB: cell.memoryKiB,
      cpus: cell.cpuList.slice(0, mostCpus).map(({ id }) => id),
      threadsPerCore: threadsOf(cell.cpuList),
      distances: cell.distances.slice(0, mostCells),
      hugePages: cell.pages
        // The least is the ordinary one: of this cell, as libvirt's test driver has cells that differ.
        .filter(({ sizeKiB }) => cell.pages.some((other) => other.sizeKiB < sizeKiB))
        .map(({ sizeKiB, count }) => ({ sizeKiB, total: count })),
    })),
  }
}

/** As many threads as have the same siblings. */
function threadsOf(cpus: readonly { siblings: string }[]): number {
  const cores = new Set(cpus.map(({ siblings }) => siblings))
  return cores.size > 0 ? Math.max(1, Math.round(cpus.length / cores.size)) : 1
}

/** Free memory and free huge pages of all cells: two calls, whatever their number. */
export async function readCellsFree(
  node: LibvirtClient['node'],
  { cells }: HostTopology,
  options: CallOptions,
): Promise<CellsFree[]> {
  const sizes = [
    ...new Set(cells.flatMap((cell) => cell.hugePages.map((pool) => pool.sizeKiB))),
  ]
  // libvirt counts from the first cell, and leaves out no number.
  const count = Math.max(0, ...cells.map(({ id }) => id + 1))
  const [free, pages] = await Promise.allSettled([
    node.cellsFreeBytes(options),
    sizes.length > 0 ? node.freePages(sizes, count, options) : Promise.resolve([]),
  ])
  // A host without this call has free memory all the same; one that is gone has neither.
  if (free.status === 'rejected' && !isLibvirtError(free.reason)) throw free.reason
  return cells.map(({ id, hugePages }) => {
    const bytes = free.status === 'fulfilled' ? free.value[id] : undefined
    const counts = pages.status === 'fulfilled' ? pages.value[id] : undefined
    return {
      freeKiB: bytes === undefined ? null : Math.floor(bytes / 1_024),
      freePages: hugePages.map(({ sizeKiB }) => counts?.[sizes.indexOf(sizeKiB)] ?? null),
    }
  })
}

/** Changes of KSM in libvirt's words. */
export function ksmParams(set: SetKsmRequest): TypedParam[] {
  const params: TypedParam[] = []
  const add = (field: string, value: number | undefined) => {
    if (value !== undefined) params.push({ field, type: 'uint', value })
  }
  add('shm_pages_to_scan', set.pagesToScan)
  add('shm_sleep_millisecs', set.sleepMs)
  add(
    'shm_merge_across_nodes',
    set.mergeAcrossNodes === undefined ? undefined : Number(set.mergeAcrossNodes),
  )
  return params
}

const probeName = 'ballast-asks-for-numad'
const probeXml = `<domain type='qemu'>
  <name>${probeName}</name>
  <memory unit='KiB'>65536</memory>
  <vcpu placement='auto'>1</vcpu>
  <numatune><memory mode='strict' placement='auto'/></numatune>
  <os><type>hvm</type></os>
  <devices>
    <disk type='file' device='disk'>
      <source file='/nonexistent/${probeName}'/><target dev='vda' bus='virtio'/>
    </disk>
    <memballoon model='none'/>
  </devices>
</domain>`

/**
 * libvirt asks numad before it looks for the disks: without numad it says so ("Failed to query numad",
 * "numad is not available"), with it the missing disk. The domain is transient and asked for paused;
 * should it start all the same it is ended at once.
 */
export async function probeNumad(
  domains: LibvirtClient['domains'],
): Promise<{ present: boolean | null; words: string }> {
  try {
    const { uuid } = await domains.createXml(probeXml, { paused: true })
    await domains.destroy(uuid)
    return { present: true, words: '' }
  } catch (error) {
    if (!isLibvirtError(error)) throw error
    const words = messageOf(error)
    if (/numad/i.test(words.replaceAll(probeName, ''))) return { present: false, words }
    if (words.includes('/nonexistent/')) return { present: true, words }
    return { present: null, words }
  }
}
