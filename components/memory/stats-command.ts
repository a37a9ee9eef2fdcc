import type { MemoryDetail } from '../../server/contract/memory.ts'
import { virshLine } from '../../server/contract/virsh-line.ts'

/** What Ballast sets where the statistics are off. */
export const usualPeriodSeconds = 2

/** What goes into the domain's devices where there is no balloon. */
export const balloonXml = "<memballoon model='virtio'/>"

/** What mends what is amiss, to be copied: commands for a shell, or XML for the definition. */
export function mendingLines(
  memory: Pick<MemoryDetail, 'health' | 'name' | 'uuid' | 'inhibitedBy'>,
  uri: string,
): string[] {
  const line = (command: string, ...rest: string[]) =>
    virshLine(uri, command, memory, ...rest)
  switch (memory.health) {
    case 'stats-off':
      return [line('dommemstat', '--period', String(usualPeriodSeconds), '--live')]
    case 'no-driver':
      // In the guest, not on the host.
      return ['modprobe virtio_balloon']
    case 'no-device':
      return [line('edit'), balloonXml]
    case 'not-running':
      return [line('start')]
    case 'stale':
      return [line('domstate', '--reason'), line('screenshot')]
    case 'frozen':
      // In the guest: the driver is loaded anew.
      return ['modprobe -r virtio_balloon && modprobe virtio_balloon']
    case 'inhibited':
      return memory.inhibitedBy === 'postcopy' ? [line('domjobinfo')] : [line('edit')]
    case 'ok':
    case 'unknown':
      return []
  }
}
