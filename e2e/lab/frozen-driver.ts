import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'

import type { Host } from './host.ts'
import { until } from './run.ts'

/** `mov eax, 10; ret`: all ten statistics are there, and none is gathered. */
const repeatAll = 'b80a000000c3'
const routine = 'update_balloon_stats'

/**
 * Makes the balloon driver in a guest's kernel repeat its last statistics: QEMU's gdb server overwrites
 * the routine that gathers them, so each period's answer is the buffer as it was. The guest stands
 * still for a moment and goes on.
 *
 * @returns what puts the routine back
 */
export async function freezeStatistics(
  host: Host,
  name: string,
): Promise<() => Promise<void>> {
  const address = await addressInGuest(host, name)
  // In a program of its own the guest has next to nothing of its kernel mapped (pti=on): again then.
  const write = (bytes: string) =>
    until(`the code of ${name} to be written`, 30_000, () =>
      patch(host, name, address, bytes),
    )
  const before = await write(repeatAll)
  return async () => {
    await write(before)
  }
}

/** Where the routine is, as the guest's own shell on its first serial line says. */
async function addressInGuest(host: Host, name: string): Promise<string> {
  const tty = (await host.virsh('ttyconsole', name)).trim()
  const log = host.outside(`/var/log/libvirt/qemu/${name}-serial.log`)
  const asked = `grep '${routine}[[:space:]]' /proc/kallsyms`
  return await until(`the address of ${routine} in ${name}`, 30_000, async () => {
    // QEMU looks once a second whether somebody is on the line: what comes sooner is lost.
    await host.exec('sh', '-c', `(echo; echo "$1"; sleep 2) >"$2"`, 'sh', asked, tty)
    return new RegExp(`([0-9a-f]{16}) t ${routine}\\s`).exec(readFileSync(log, 'utf8'))?.[1]
  })
}

/** Overwrites code of the guest's kernel; answers what was there. */
async function patch(host: Host, name: string, address: string, bytes: string) {
  const path = `/run/lab/${name}.gdb`
  const hmp = (line: string) => host.virsh('qemu-monitor-command', name, '--hmp', line)
  await hmp(`gdbserver unix:${path},server=on,wait=off`)
  const socket = connect(host.outside(path)).setEncoding('latin1')
  const gdb = new GdbLine(socket)
  try {
    await once(socket, 'connect')
    // QEMU stops the guest for whoever connects; what comes before it says so is lost.
    await gdb.ask('?')
    try {
      const size = bytes.length / 2
      const before = await gdb.ask(`m${address},${size.toString(16)}`)
      if (before.length !== bytes.length)
        throw new Error(`no code at ${address}: ${before}`)
      const written = await gdb.ask(`M${address},${size.toString(16)}:${bytes}`)
      if (written !== 'OK') throw new Error(`the code at ${address} stays: ${written}`)
      return before
    } finally {
      await gdb.ask('D')
    }
  } finally {
    socket.destroy()
    await hmp('gdbserver none')
    await until(
      `${name} to go on`,
      5_000,
      async () => (await host.virsh('domstate', name)).trim() === 'running',
    )
  }
}

/** gdb's remote protocol: `$body#checksum`, answered alike. */
class GdbLine {
  readonly #socket: Socket
  #text = ''

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (piece) => (this.#text += String(piece)))
  }

  async ask(body: string): Promise<string> {
    const sum = [...body].reduce((all, letter) => all + letter.charCodeAt(0), 0) & 0xff
    this.#socket.write(`$${body}#${sum.toString(16).padStart(2, '0')}`)
    return await until(`the guest's answer to ${body}`, 5_000, () => this.#answer(body), 10)
  }

  /** That the guest stopped is told besides, whenever that was; it answers `?` alone. */
  #answer(body: string): string | undefined {
    for (;;) {
      const packet = /\$([^#]*)#[0-9a-f]{2}/.exec(this.#text)
      if (!packet) return undefined
      this.#text = this.#text.slice(packet.index + packet[0].length)
      this.#socket.write('+')
      const [, answer = ''] = packet
      if (body === '?' || !/^[ST][0-9a-f]{2}/.test(answer)) return answer
    }
  }
}
