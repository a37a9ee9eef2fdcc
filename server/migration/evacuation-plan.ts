import type { PlannedMove } from '../contract/evacuation.ts'
import type { ForecastSummary } from '../contract/forecast.ts'
import type { PreflightTarget } from '../contract/preflight.ts'

/** A domain that is to go, with every host that it might go to. */
export interface LeavingDomain {
  host: string
  uuid: string
  name: string
  memoryKiB: number
  targets: readonly PreflightTarget[]
}

/** QEMU needs some besides the guest's own memory. */
export const emulatorKiB = 128 * 1024

/** What is still free on each host, as domains are given to it. */
export class Room {
  readonly #freeKiB = new Map<string, number>()

  constructor(domains: readonly LeavingDomain[]) {
    for (const { targets } of domains) {
      for (const { host, freeKiB } of targets) {
        if (freeKiB === null) continue
        const known = this.#freeKiB.get(host) ?? Infinity
        this.#freeKiB.set(host, Math.min(known, freeKiB))
      }
    }
  }

  /** Not known counts as none: no host is filled blindly. */
  free(host: string): number {
    return this.#freeKiB.get(host) ?? 0
  }

  fits(host: string, memoryKiB: number): boolean {
    return this.free(host) >= memoryKiB + emulatorKiB
  }

  take(host: string, memoryKiB: number): void {
    this.#freeKiB.set(host, this.free(host) - memoryKiB - emulatorKiB)
  }
}

/**
 * Who goes where, in which order: those with the fewest places first, then the largest, each to the
 * best host that still has room; so that none is overfilled by the sum of what comes.
 *
 * @param leaving hosts that nothing may go to: the one that is emptied
 */
export function planEvacuation(
  domains: readonly LeavingDomain[],
  leaving: ReadonlySet<string>,
): Omit<PlannedMove, 'verdict' | 'totalMs' | 'pauseMs'>[] {
  const room = new Room(domains)
  const rank = { ok: 0, warning: 1, error: 2 }
  const open = (domain: LeavingDomain) =>
    domain.targets.filter(({ host, level }) => level !== 'error' && !leaving.has(host))
  return domains
    .toSorted(
      (a, b) =>
        open(a).length - open(b).length ||
        b.memoryKiB - a.memoryKiB ||
        a.name.localeCompare(b.name),
    )
    .map((domain) => {
      const { host, uuid, name, memoryKiB, targets } = domain
      const [best] = open(domain)
        .filter((target) => room.fits(target.host, memoryKiB))
        .toSorted(
          (a, b) =>
            rank[a.level] - rank[b.level] ||
            a.copyBytes - b.copyBytes ||
            room.free(b.host) - room.free(a.host),
        )
      if (best) room.take(best.host, memoryKiB)
      const findings = best
        ? best.findings.filter(({ level }) => level !== 'ok')
        : targets.flatMap((target) =>
            target.findings.filter(({ level }) => level === 'error').slice(0, 1),
          )
      return {
        host,
        uuid,
        name,
        memoryKiB,
        target: best?.host ?? null,
        targetName: best?.hostName ?? null,
        level: best?.level ?? 'error',
        findings,
      }
    })
}

/**
 * How long all of it takes: moves that run at the same time share the source's link, so that more at
 * once is only quicker while each of them is held back by its cap.
 *
 * @param shares how many moves the link feeds at full cap; 1 without a cap
 */
export function togetherMs(
  moves: readonly { totalMs: number | null; target: string | null }[],
  parallel: number,
  shares: number,
): number | null {
  const times = moves.filter(({ target }) => target !== null).map(({ totalMs }) => totalMs)
  if (times.length === 0 || times.some((time) => time === null)) return null
  const known = times.filter((time) => time !== null)
  const atOnce = Math.max(1, Math.min(parallel, shares, known.length))
  const sum = known.reduce((total, time) => total + time, 0)
  return Math.max(sum / atOnce, ...known)
}

/** The figures of a plan's line from its forecast. */
export function figuresOf(
  made: ForecastSummary | null,
): Pick<PlannedMove, 'verdict' | 'totalMs' | 'pauseMs'> {
  return {
    verdict: made?.verdict ?? null,
    totalMs: made?.totalMs?.likely ?? null,
    pauseMs: made?.pauseMs?.likely ?? null,
  }
}
