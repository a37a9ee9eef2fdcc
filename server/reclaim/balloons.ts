import type { Resize } from '../contract/memory.ts'
import { ProblemError } from '../contract/problem.ts'
import type { Clock } from '../fleet/clock.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { HostAgent } from '../fleet/host-agent.ts'
import type { LiveDomain } from '../fleet/live-domain.ts'
import { pause } from '../fleet/pause.ts'
import type { ReclaimFacts } from './plan.ts'
import type { Balloons } from './reclaim-run.ts'

/** How often a balloon that grows is looked at, and how long it may take. */
const lookMs = 250
const growLimitMs = 90_000
/** After a start of Ballast hosts take a while to be connected. */
const connectLimitMs = 60_000

interface Options {
  fleet: Pick<Fleet, 'hosts' | 'beginShrink' | 'setMemoryTarget'>
  clock: Clock
  facts(agent: HostAgent, domain: LiveDomain): ReclaimFacts
}

/** The balloons of the fleet, as carrying out a plan needs them. */
export class FleetBalloons implements Balloons {
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  facts(host: string, uuid: string): ReclaimFacts | null {
    const found = this.#find(host, uuid)
    return found ? this.#options.facts(found.agent, found.domain) : null
  }

  resizeOf(host: string, uuid: string): Resize | null {
    return this.#find(host, uuid)?.domain.resizes.current ?? null
  }

  beginShrink(...args: Parameters<Fleet['beginShrink']>): ReturnType<Fleet['beginShrink']> {
    return this.#options.fleet.beginShrink(...args)
  }

  async grow(
    host: string,
    uuid: string,
    toKiB: number,
    by: string,
    signal: AbortSignal,
  ): Promise<Resize> {
    const { result } = await this.#options.fleet.setMemoryTarget(host, uuid, {
      targetKiB: toKiB,
      affects: 'live',
      pace: 'at-once',
      // The guest had it before: whether the host can spare it was decided then.
      force: true,
      by,
    })
    const { clock } = this.#options
    const untilMs = clock.monotonicMs() + growLimitMs
    for (;;) {
      const now = this.resizeOf(host, uuid)
      if (!now || !result || now.id !== result.id) {
        throw new ProblemError('conflict', {
          host,
          detail: 'Somebody else changed the memory target meanwhile',
        })
      }
      if (now.status !== 'following') return now
      if (clock.monotonicMs() > untilMs) return now
      await pause(lookMs, signal)
      signal.throwIfAborted()
    }
  }

  /** Waits until the hosts of these domains answer, or a minute. */
  async untilConnected(
    domains: readonly { host: string; uuid: string }[],
    signal: AbortSignal,
  ): Promise<void> {
    const untilMs = this.#options.clock.monotonicMs() + connectLimitMs
    const there = () =>
      domains.every(({ host, uuid }) => {
        const facts = this.facts(host, uuid)
        return facts !== null && facts.blocked !== 'host-offline'
      })
    while (!there() && this.#options.clock.monotonicMs() < untilMs) {
      await pause(lookMs, signal)
      signal.throwIfAborted()
    }
  }

  #find(host: string, uuid: string): { agent: HostAgent; domain: LiveDomain } | null {
    for (const agent of this.#options.fleet.hosts) {
      if (agent.record.host !== host) continue
      const domain = agent.inventory.domains.get(uuid.toLowerCase())
      return domain ? { agent, domain } : null
    }
    return null
  }
}
