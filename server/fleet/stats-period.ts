import { isLibvirtError } from '../libvirt/errors.ts'
import type { HostLink } from './host-link.ts'
import type { LiveDomain } from './live-domain.ts'
import type { Logger } from './logger.ts'

/** Domains that were set to 0 on purpose, or that refused; forgotten with the domain. */
const leftAlone = new WeakSet<LiveDomain>()

/** A person chose this domain's period: it is not set again by itself. */
export function leaveStatsPeriodAlone(domain: LiveDomain): void {
  leftAlone.add(domain)
}

/**
 * Switches a running guest's statistics on where they are off, live only: the config stays as it is.
 *
 * @param seconds the host's setting; 0 = leave alone
 */
export async function setMissingStatsPeriod(
  link: HostLink,
  domain: LiveDomain,
  seconds: number,
  logger: Logger,
): Promise<void> {
  const { live } = domain
  if (seconds === 0 || !domain.active || !live || leftAlone.has(domain)) return
  if (live.statsPeriodSeconds !== 0) return
  if (live.balloonModel === null) return
  domain.statsPeriodSeconds = seconds
  try {
    await link.setStatsPeriod(domain.uuid, seconds, { live: true, config: false })
  } catch (error) {
    domain.statsPeriodSeconds = 0
    // Refused for good; a lost connection or a busy domain is another matter at the next reading.
    if (isLibvirtError(error) && !isLibvirtError(error, 'OPERATION_TIMEOUT')) {
      leftAlone.add(domain)
    }
    logger.warn({ err: error, uuid: domain.uuid }, 'statistics period not set')
  }
}
