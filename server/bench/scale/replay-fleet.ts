import { pino } from 'pino'

import { getLab } from '../../../e2e/lab/index.ts'
import { BallastServer } from '../../../e2e/support/ballast-server.ts'
import { recordHost, type RecordedAnswer } from './recording.ts'
import { ReplayHosts } from './replay-hosts.ts'

/** Records host alpha of the lab over its own socket. */
export function recordAlpha(): Promise<RecordedAnswer[]> {
  const uri = `qemu+unix:///system?socket=${getLab().host('alpha').libvirtSocket}`
  return recordHost(uri, pino({ level: 'silent' }))
}

/** Many hosts that replay one, and a Ballast that watches them all. */
export class ReplayFleet {
  readonly ballast: BallastServer
  readonly domains: number
  readonly #hosts: ReplayHosts

  private constructor(ballast: BallastServer, domains: number, hosts: ReplayHosts) {
    this.ballast = ballast
    this.domains = domains
    this.#hosts = hosts
  }

  /** Starts both, and waits until every domain of every host has been sampled. */
  static async start(
    recording: readonly RecordedAnswer[],
    hosts: number,
    each: number,
  ): Promise<ReplayFleet> {
    const replayed = await ReplayHosts.start(recording, hosts, each)
    const ballast = await BallastServer.start()
    const admin = await ballast.login('admin')
    for (let number = 1; number <= hosts; number++) {
      const name = `host-${String(number).padStart(2, '0')}`
      const host = { uri: replayed.uriOf(number), name }
      const added = await ballast.api(admin, 'POST', '/hosts', host)
      if (!added.ok) throw new Error(`${name}: ${await added.text()}`)
    }
    const fleet = new ReplayFleet(ballast, hosts * each, replayed)
    await fleet.#whenSampled()
    return fleet
  }

  async #whenSampled(): Promise<void> {
    const cookie = await this.ballast.login('viewer')
    const until = Date.now() + 120_000
    for (;;) {
      const answer = await this.ballast.api(cookie, 'GET', '/domains?state=running&limit=1')
      const page: unknown = await answer.json()
      const matched =
        page !== null && typeof page === 'object' && 'matched' in page ? page.matched : 0
      if (matched === this.domains) return
      if (Date.now() > until)
        throw new Error(
          `${String(matched)} of ${this.domains} domains after two minutes: ${JSON.stringify(page).slice(0, 300)}\n${this.ballast.log.slice(-2_000)}`,
        )
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  }

  /** See ReplayHosts.sweeps. */
  sweeps() {
    return this.#hosts.sweeps()
  }

  async stop(): Promise<void> {
    await this.ballast.stop()
    await this.#hosts.stop()
  }
}
