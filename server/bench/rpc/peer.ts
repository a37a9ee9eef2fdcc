import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

import type { LibvirtClient } from '../../libvirt/client.ts'

/** What each client of the comparison is made to do; all times in ms. */
export interface Peer {
  name: string
  /** One `hostname` call: a round trip that the daemon answers at once. */
  call(): Promise<number>
  /** Calls per second for `count` of them, as many under way as the client can. */
  pipelined(count: number): Promise<number>
  /** One stats call for all running domains with the groups of the sampler. */
  sweep(): Promise<number>
  close(): Promise<void>
}

const IN_FLIGHT = 64

/** Ballast's own client, the way the sampler uses it. */
export function ballastPeer(client: LibvirtClient, sweep: () => Promise<unknown>): Peer {
  const hostname = () => client.node.hostname()
  return {
    name: 'Ballast',
    call: () => timed(hostname),
    sweep: () => timed(sweep),
    async pipelined(count) {
      let left = count
      const worker = async () => {
        while (left-- > 0) await hostname()
      }
      const ms = await timed(() => Promise.all(Array.from({ length: IN_FLIGHT }, worker)))
      return (count / ms) * 1000
    },
    close: () => client.close(),
  }
}

/**
 * A persistent virsh, fed through a pipe. Each command is followed by an `echo` of virsh's own whose
 * words end the measurement.
 */
export async function virshPeer(
  uri: string,
  statsOptions: readonly string[],
): Promise<Peer> {
  const child = spawn('stdbuf', ['-oL', 'virsh', '-c', uri], { stdio: 'pipe' })
  const lines = new LineWaiter(child)
  let turn = 0
  const run = async (commands: string) => {
    const mark = `@@${turn++}`
    const start = performance.now()
    child.stdin.write(`${commands}\necho ${mark}\n`)
    await lines.until(mark)
    return performance.now() - start
  }
  await run('hostname')
  return {
    name: 'virsh',
    call: () => run('hostname'),
    sweep: () => run(`domstats ${statsOptions.join(' ')} --list-running --nowait`),
    pipelined: async (count) =>
      (count / (await run(Array.from({ length: count }, () => 'hostname').join('\n')))) *
      1000,
    close: () => end(child, 'quit\n'),
  }
}

/** python3-libvirt; its own clock measures, so that the pipe to it does not count. */
export async function pythonPeer(
  uri: string,
  statsMask: number,
): Promise<Peer & { sweepCpu(): Promise<number> }> {
  const script = join(import.meta.dirname, 'python_peer.py')
  const child = spawn('/usr/bin/python3', [script, uri, String(statsMask)], {
    stdio: 'pipe',
  })
  const lines = new LineWaiter(child)
  const run = async (command: string) => {
    child.stdin.write(`${command}\n`)
    return Number((await lines.until('=')).slice(1))
  }
  await run('call')
  return {
    name: 'python3-libvirt',
    call: () => run('call'),
    sweep: () => run('sweep'),
    /** CPU ms of its process. */
    sweepCpu: () => run('sweep-cpu'),
    pipelined: async (count) => (count / (await run(`pipelined ${count}`))) * 1000,
    close: () => end(child, ''),
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

async function end(child: ChildProcessWithoutNullStreams, words: string): Promise<void> {
  const ended = once(child, 'exit')
  child.stdin.end(words)
  await ended
}

/** Waits for lines of a child's output, and fails with its words when it ends before. */
class LineWaiter {
  private rest = ''
  private errors = ''
  private wanted: { prefix: string; done: PromiseWithResolvers<string> } | null = null

  constructor(child: ChildProcessWithoutNullStreams) {
    child.stdout.setEncoding('utf8').on('data', (text: string) => this.take(text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.errors += text))
    child.on('close', () =>
      this.wanted?.done.reject(new Error(`the peer ended: ${this.errors.trim()}`)),
    )
  }

  until(prefix: string): Promise<string> {
    const done = Promise.withResolvers<string>()
    this.wanted = { prefix, done }
    return done.promise
  }

  private take(text: string): void {
    const lines = (this.rest + text).split('\n')
    this.rest = lines.pop() ?? ''
    for (const line of lines) {
      if (this.wanted && line.startsWith(this.wanted.prefix)) {
        const { done } = this.wanted
        this.wanted = null
        done.resolve(line)
      }
    }
  }
}
