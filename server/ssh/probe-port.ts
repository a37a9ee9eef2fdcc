import { hostnamePattern, startScript } from './remote-shell.ts'
import type { SshSettings } from './ssh-arguments.ts'

/** How long a host that drops packets is waited for. */
const connectSeconds = 3
const wholeMs = 12_000

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
      const script = `LC_ALL=C nc -v -z -w ${connectSeconds} ${hostname} ${port}`
      const child = startScript(sourceUri, settings, script, { timeoutMs: wholeMs })
      child.stdout?.resume()
      let words = ''
      child.stderr?.on('data', (chunk: Buffer) => {
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
