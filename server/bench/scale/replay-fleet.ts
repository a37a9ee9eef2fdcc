import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { pino } from 'pino'

import { getLab } from '../../../e2e/lab/index.ts'
import { BallastServer } from '../../../e2e/support/ballast-server.ts'
import { recordHost, type RecordedAnswer } from './recording.ts'
import type { ReplayHost } from './replay-host.ts'

type Sweeps = ReplayHost['sweeps']

/** Records host alpha of the lab over its own socket. */
export function recordAlpha(): Promise<RecordedAnswer[]> {
  const uri = `qemu+unix:///system?socket=${getLab().host('alpha').libvirtSocket}`
  return recordHost(uri, pino({ level: 'silent' }))
}

/** Many hosts that replay one, and a Ballast that watches them all. */
export class ReplayFleet {
  readonly ballast: BallastServer
  readonly domains: number
  readonly #folder: string
  readonly #process: ChildProcess

  private constructor(
    ballast: BallastServer,
    domains: number,
    folder: string,
    child: ChildProcess,
  ) {
    this.ballast = ballast
    this.domains = domains
    this.#folder = folder
    this.#process = child
  }

  /** Starts both, and waits until every domain of every host has been sampled. */
  static async start(
    recording: readonly RecordedAnswer[],
    hosts: number,
    each: number,
  ): Promise<ReplayFleet> {
    const folder = mkdtempSync(join(tmpdir(), 'ballast-scale-'))
    const file = join(folder, 'recording.json')
    writeFileSync(file, JSON.stringify(recording))
    const program = join(import.meta.dirname, 'replay-process.ts')
    const child = fork(program, [folder, file, String(hosts), String(each)])
    await once(child, 'message')
    const ballast = await BallastServer.start()
    const admin = await ballast.login('admin')
    for (let at = 1; at <= hosts; at++) {
      const name = `host-${String(at).padStart(2, '0')}`
      const uri = `qemu+unix:///system?socket=${join(folder, `${at}.sock`)}`
      const added = await ballast.api(admin, 'POST', '/hosts', { uri, name })
      if (!added.ok) throw new Error(`${name}: ${await added.text()}`)
    }
    const fleet = new ReplayFleet(ballast, hosts * each, folder, child)
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

  /** The sweeps of each host since this was asked last. */
  async sweeps(): Promise<Sweeps[]> {
    const answer = once(this.#process, 'message')
    this.#process.send('sweeps')
    const [sweeps] = (await answer) as [Sweeps[]]
    return sweeps
  }

  async stop(): Promise<void> {
    await this.ballast.stop()
    const ended = once(this.#process, 'exit')
    this.#process.disconnect()
    await ended
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
