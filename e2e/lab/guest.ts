import { connect } from 'node:net'
import { join } from 'node:path'

import { IDLE, FLEET, uuidFor, workloadNumbers, type Workload } from './plan.ts'
import { until } from './run.ts'

const PAGES_PER_MIB = 256
let nextRequest = 1

/** The guest's workload as its agent sees it. */
export interface WorkloadStatus {
  workload: Workload
  filledMiB: number
  workingSetReachedMiB: number
  /** Pages written by the dirtying since the agent started. */
  dirtiedPages: number
  /** How often the OOM killer took the workload. */
  restarts: number
}

/** Reads `Name: 123 kB` or `Name 123` lines into numbers. */
export function parseNumbers(text: string): Record<string, number> {
  const numbers: Record<string, number> = {}
  for (const line of text.split('\n')) {
    const match = /^([^\s:]+):?\s+(\d+)(?: kB)?\s*$/.exec(line)
    if (match) numbers[match[1]!] = Number(match[2])
  }
  return numbers
}

/** A guest of the lab on one host, spoken to through its second serial line, not through libvirt. */
export class Guest {
  readonly hostName: string
  readonly name: string
  readonly uuid: string
  private readonly socket: string

  constructor(dir: string, hostName: string, name: string) {
    this.hostName = hostName
    this.name = name
    this.uuid = uuidFor(name)
    this.socket = join(dir, hostName, 'agent', `${name}.sock`)
  }

  /**
   * Sends one request to the agent in the guest and answers its lines. QEMU serves one connection
   * at a time and lets others wait, so tests may ask in parallel.
   */
  ask(request: string, timeoutMs = 5000): Promise<string> {
    const id = `r${process.pid}x${nextRequest++}`
    return new Promise((resolve, reject) => {
      const socket = connect(this.socket)
      let text = ''
      const finish = (error: Error | undefined, answer = '') => {
        clearTimeout(timer)
        socket.destroy()
        if (error)
          reject(new Error(`guest ${this.name} on ${this.hostName}: ${error.message}`))
        else resolve(answer)
      }
      const timer = setTimeout(
        () => finish(new Error(`no answer to "${request}" within ${timeoutMs} ms`)),
        timeoutMs,
      )
      socket.setEncoding('utf8')
      socket.on('error', finish)
      socket.on('end', () => finish(new Error('the line was closed')))
      socket.on('connect', () => socket.write(`\n${id} ${request}\n`))
      socket.on('data', (chunk: string) => {
        text += chunk
        const from = text.indexOf(`BEGIN ${id}\n`)
        const to = text.indexOf(`END ${id}\n`)
        if (from >= 0 && to > from) finish(undefined, text.slice(from + id.length + 7, to))
      })
    })
  }

  /** The guest's own /proc/meminfo, KiB (HugePages_* are counts). */
  async meminfo(): Promise<Record<string, number>> {
    return parseNumbers(await this.ask('meminfo'))
  }

  /** What the workload is set to and what it has reached. */
  async workload(): Promise<WorkloadStatus> {
    const numbers = parseNumbers(await this.ask('status'))
    const get = (name: string) => {
      const value = numbers[name]
      if (value === undefined)
        throw new Error(`guest ${this.name}: no ${name} in its status`)
      return value
    }
    return {
      workload: {
        fillMiB: get('fill'),
        dirtyMiBps: get('dirty'),
        workingSetMiB: get('wset'),
        waveMiB: get('wave'),
        wavePeriodS: get('period'),
        cacheMiB: get('cache'),
        busy: get('busy') === 1,
      },
      filledMiB: get('filledPages') / PAGES_PER_MIB,
      workingSetReachedMiB: get('workingSetPages') / PAGES_PER_MIB,
      dirtiedPages: get('dirtiedPages'),
      restarts: get('restarts'),
    }
  }

  /**
   * Changes the workload while the guest runs; what is not named becomes idle, also the wave.
   * Resolves when the memory is held, unless `wait` is false (a fill that cannot be reached).
   */
  async setWorkload(
    change: Partial<Workload>,
    options: { wait?: boolean } = {},
  ): Promise<void> {
    const wanted = { ...IDLE, ...change }
    await this.ask(`set ${workloadNumbers(wanted).join(' ')}`)
    if (options.wait === false) return
    await until(`workload of guest ${this.name}`, 45_000, async () => {
      const now = await this.workload()
      const filled = wanted.waveMiB
        ? now.filledMiB >= wanted.fillMiB
        : now.filledMiB === wanted.fillMiB
      return filled && now.workingSetReachedMiB === wanted.workingSetMiB
    })
  }

  /** Puts the workload back to what the plan gives this guest. */
  async resetWorkload(): Promise<void> {
    const plan = FLEET.flatMap(({ guests }) => guests).find(
      ({ name }) => name === this.name,
    )
    await this.setWorkload(plan?.workload ?? IDLE)
  }

  /** Resolves when the guest has booted: its agent answers. */
  async waitReady(timeoutMs = 90_000): Promise<void> {
    await until(
      `guest ${this.name} on ${this.hostName} to boot`,
      timeoutMs,
      async () => {
        await this.ask('status', 1000)
        return true
      },
      250,
    )
  }
}
