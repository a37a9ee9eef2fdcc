import { parseCapabilities } from '../../libvirt/capabilities.ts'
import { topologyOf } from '../libvirt-node.ts'

/**
 * The capabilities of a machine with two sockets, as libvirt writes them for such a one (ours has one
 * cell): 4 cores and 8 threads a socket, even CPUs in cell 0 and odd ones in cell 1 as firmware likes
 * to number them, 32 GiB a cell, of which 4 GiB in cell 0 are set aside as huge pages.
 */
export const twoCellsXml = `<capabilities>
  <host>
    <uuid>4c4c4544-0051-4a10-8052-b4c04f4a4a32</uuid>
    <cpu>
      <arch>x86_64</arch>
      <model>Skylake-Server-IBRS</model>
      <vendor>Intel</vendor>
      <topology sockets='1' dies='1' cores='4' threads='2'/>
      <pages unit='KiB' size='4'/>
      <pages unit='KiB' size='2048'/>
      <pages unit='KiB' size='1048576'/>
    </cpu>
    <migration_features><live/></migration_features>
    <topology>
      <cells num='2'>
${[0, 1]
  .map(
    (cell) => `        <cell id='${cell}'>
          <memory unit='KiB'>33554432</memory>
          <pages unit='KiB' size='4'>${cell === 0 ? 7_340_032 : 8_388_608}</pages>
          <pages unit='KiB' size='2048'>${cell === 0 ? 2_048 : 0}</pages>
          <pages unit='KiB' size='1048576'>0</pages>
          <distances>
            <sibling id='${cell}' value='10'/>
            <sibling id='${1 - cell}' value='21'/>
          </distances>
          <cpus num='8'>
${[0, 1, 2, 3]
  .flatMap((core) => [core * 2 + cell, core * 2 + cell + 8])
  .map((id) => {
    const first = id % 8
    return `            <cpu id='${id}' socket_id='${cell}' die_id='0' core_id='${first >> 1}' siblings='${first},${first + 8}'/>`
  })
  .join('\n')}
          </cpus>
        </cell>`,
  )
  .join('\n')}
      </cells>
    </topology>
  </host>
</capabilities>`

export const twoCells = topologyOf(parseCapabilities(twoCellsXml))

const GiB = 2 ** 20

/** What such a host has free: cell 0 is nearly full, cell 1 nearly empty. */
export const twoCellsFree = [
  { freeKiB: 3 * GiB, freePages: [1_024, 0] },
  { freeKiB: 24 * GiB, freePages: [0, 0] },
]

export const twoCellsMemory = {
  totalKiB: 64 * GiB,
  freeKiB: 27 * GiB,
  buffersKiB: 0,
  cachedKiB: 5 * GiB,
  usedKiB: 32 * GiB,
}
