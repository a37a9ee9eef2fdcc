import { expect, vi } from 'vitest'

import { systemClock } from '../clock.ts'
import { HostAgent } from '../host-agent.ts'
import { ResizeLog } from '../resize-log.ts'
import { FakeHost, uuidOf } from './fake-host.ts'
import { silentLogger } from './stores.ts'

/** An agent on a fake host of one running domain (1) and one that is off (2), under fake timers. */
export class TestAgent {
  readonly host = new FakeHost()
  readonly agent: HostAgent
  /** UUIDs of the domains that it said are gone. */
  readonly gone: string[] = []

  constructor() {
    vi.useFakeTimers({ now: 1_800_000_000_000 })
    // The phase of the samples and every pause: the middle.
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    this.host.add(1)
    this.host.add(2, { id: -1 })
    this.agent = new HostAgent(
      {
        host: 'h',
        name: 'h',
        uri: 'test:///default',
        statsPeriodSeconds: 2,
        createdMs: 0,
      },
      {
        connect: this.host.connect,
        clock: systemClock,
        logger: silentLogger,
        resizesOf: () =>
          new ResizeLog({
            wallMs: () => Date.now(),
            load: () => null,
            save: () => undefined,
            forget: () => undefined,
            commandFor: () => '',
          }),
        onChange: () => undefined,
        onSample: () => undefined,
        onGone: (uuid) => void this.gone.push(uuid),
        onDirtyRate: () => undefined,
        onJob: () => undefined,
      },
    )
  }

  async online(): Promise<void> {
    this.agent.start()
    await vi.advanceTimersByTimeAsync(50)
    expect(this.agent.state).toBe('online')
  }

  /** RSS of the first domain as charted. */
  rss(): (number | null)[] {
    return this.agent.inventory.domains.get(uuidOf(1))!.series.read(0).rssKiB
  }

  /** Ends it, and looks that no timer is left of it. */
  async close(): Promise<void> {
    this.host.resume()
    await this.agent.close()
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
    vi.restoreAllMocks()
  }
}
