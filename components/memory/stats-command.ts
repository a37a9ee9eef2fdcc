import type { BalloonHealth } from '../../server/contract/domain.ts'
import { virshLine } from '../../server/contract/virsh-line.ts'

/** What Ballast sets where the statistics are off. */
export const usualPeriodSeconds = 2

/** The command that mends what is amiss; null where there is none. */
export function mendingCommand(
  health: BalloonHealth,
  uri: string,
  domain: { name: string; uuid: string },
): string | null {
  switch (health) {
    case 'stats-off':
      return virshLine(
        uri,
        'dommemstat',
        domain,
        '--period',
        String(usualPeriodSeconds),
        '--live',
      )
    case 'no-driver':
      // In the guest, not on the host.
      return 'modprobe virtio_balloon'
    case 'no-device':
      return virshLine(uri, 'edit', domain)
    case 'not-running':
      return virshLine(uri, 'start', domain)
    case 'ok':
    case 'stale':
    case 'unknown':
      return null
  }
}
