import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { RecordedAnswer } from './recording.ts'
import type { ReplayHost } from './replay-host.ts'

type Sweeps = ReplayHost['sweeps']

/** Hosts that replay a recorded one, each on a socket of its own, in a process of their own. */
export class ReplayHosts {
  readonly #folder: string
  readonly #process: ChildProcess

  private constructor(folder: string, child: ChildProcess) {
    this.#folder = folder
    this.#process = child
  }

  /** @param each how many domains each host has */
  static async start(
    recording: readonly RecordedAnswer[],
    hosts: number,
    each: number,
  ): Promise<ReplayHosts> {
    const folder = mkdtempSync(join(tmpdir(), 'ballast-scale-'))
    const file = join(folder, 'recording.json')
    writeFileSync(file, JSON.stringify(recording))
    const program = join(import.meta.dirname, 'replay-process.ts')
    const child = fork(program, [folder, file, String(hosts), String(each)])
    await once(child, 'message')
    return new ReplayHosts(folder, child)
  }

  /** The libvirt URI of a host, by its number from 1 on. */
  uriOf(number: number): string {
    return `qemu+unix:///system?socket=${join(this.#folder, `${number}.sock`)}`
  }

  /** The sweeps of each host since this was asked last. */
  async sweeps(): Promise<Sweeps[]> {
    const answer = once(this.#process, 'message')
    this.#process.send('sweeps')
    const [sweeps] = (await answer) as [Sweeps[]]
    return sweeps
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, 'exit')
    this.#process.disconnect()
    await ended
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
