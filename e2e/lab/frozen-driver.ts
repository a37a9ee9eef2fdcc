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
  const before = await patch(host, name, address, repeatAll)
  return async () => {
    await patch(host, name, address, before)
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
  try {
    await once(socket, 'connect')
    const size = bytes.length / 2
    const before = await ask(socket, `m${address},${size.toString(16)}`)
    if (before.length !== bytes.length) throw new Error(`no code at ${address}: ${before}`)
    const written = await ask(socket, `M${address},${size.toString(16)}:${bytes}`)
    if (written !== 'OK') throw new Error(`the code at ${address} stays: ${written}`)
    await ask(socket, 'D')
    return before
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

/** One command of gdb's remote protocol: `$body#checksum`, answered alike. */
async function ask(socket: Socket, body: string): Promise<string> {
  const sum = [...body].reduce((all, letter) => all + letter.charCodeAt(0), 0) & 0xff
  socket.write(`$${body}#${sum.toString(16).padStart(2, '0')}`)
  let text = ''
  for (;;) {
    const [piece]: unknown[] = await once(socket, 'data', {
      signal: AbortSignal.timeout(5_000),
    })
    text += String(piece)
    const answer = /\$([^#]*)#[0-9a-f]{2}/.exec(text)?.[1]
    if (answer === undefined) continue
    socket.write('+')
    return answer
  }
}
