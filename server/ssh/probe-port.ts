import { spawn } from 'node:child_process'

import { parseLibvirtUri } from './libvirt-uri.ts'
import { sshOptions, sshProgram } from './ssh-arguments.ts'
import type { SshSettings } from './ssh-arguments.ts'

/** How long a host that drops packets is waited for. */
const connectSeconds = 3
const wholeMs = 12_000
/** What may be a name or address in the argument of a remote shell. */
const hostnamePattern = /^[A-Za-z0-9][A-Za-z0-9.:-]{0,254}$/

/**
 * Tries from one host whether a TCP port of another one can be reached, with the netcat that the way
 * to libvirt uses anyway. `open`: something listens, or the port is closed but the host says so itself;
 * `closed`: a firewall swallows it, or there is no way or no such name; `unknown`: cannot be tried.
 */
export function createProbePort(
  settings: SshSettings,
): (
  sourceUri: string,
  hostname: string,
  port: number,
) => Promise<'open' | 'closed' | 'unknown'> {
  return (sourceUri, hostname, port) =>
    new Promise((resolve) => {
      if (!hostnamePattern.test(hostname) || !Number.isInteger(port)) {
        resolve('unknown')
        return
      }
      const { ssh } = parseLibvirtUri(sourceUri)
      const netcat = ['-v', '-z', '-w', String(connectSeconds), hostname, String(port)]
      const [program, args] =
        ssh === null
          ? ['nc', netcat]
          : [
              sshProgram(ssh.command, settings),
              [
                ...sshOptions(ssh, settings),
                '--',
                ssh.host,
                ['LC_ALL=C nc', ...netcat].join(' '),
              ],
            ]
      const child = spawn(program, args, {
        stdio: ['ignore', 'ignore', 'pipe'],
        timeout: wholeMs,
      })
      let words = ''
      child.stderr.on('data', (chunk: Buffer) => {
        if (words.length < 4_096) words += chunk.toString()
      })
      child.on('error', () => resolve('unknown'))
      child.on('close', (code) => resolve(readNetcat(code, words)))
    })
}

/** What netcat's end means. OpenBSD's, traditional and nmap's say it in nearly the same words. */
export function readNetcat(
  code: number | null,
  words: string,
): 'open' | 'closed' | 'unknown' {
  if (code === 0 || /connection refused/i.test(words)) return 'open'
  const shut =
    /timed? ?out|no route|unreachable|not known|resolve|forward host lookup|prohibited/i
  return shut.test(words) ? 'closed' : 'unknown'
}
