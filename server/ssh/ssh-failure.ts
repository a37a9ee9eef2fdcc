import type { TransportFailureCode } from './transport-failure.ts'

/** How an ssh process ended. */
export interface SshExit {
  /** Exit status, or null when a signal ended it. */
  code: number | null
  signal: string | null
  /** Last 8 KB of standard error, in the C locale. */
  stderr: string
  /** Whether the daemon on the other side ever said a byte. */
  sawOutput: boolean
}

/**
 * What ssh (9.2, LC_ALL=C), the shell on the host, virt-ssh-helper and nc say, in the order
 * in which it is looked for: a changed key also ends in "Host key verification failed".
 */
const SIGNS: readonly [RegExp, TransportFailureCode][] = [
  [/REMOTE HOST IDENTIFICATION HAS CHANGED|host key .* has changed/i, 'changed-key'],
  [/POSSIBLE DNS SPOOFING|REVOKED HOST KEY/, 'changed-key'],
  [/Host key verification failed|host key is known for/, 'unknown-key'],
  [/Bad configuration option|terminating, \d+ bad configuration/i, 'ssh-config'],
  [/Bad owner or permissions on|contains invalid characters|Bad port/i, 'ssh-config'],
  [/UNPROTECTED PRIVATE KEY FILE|Permission denied \(/, 'denied'],
  [/Too many authentication failures|No supported authentication methods/, 'denied'],
  [/Permission denied, please try again|not allowed because|account is locked/, 'denied'],
  [/Could not resolve hostname|Name or service not known/, 'unresolved'],
  [/Connection refused/, 'refused'],
  [/timed out|Timeout, server .* not responding|Operation timed out/i, 'timeout'],
  [/No route to host|Network is unreachable|Host is down/, 'unreachable'],
]

/** After the login: what the command on the host says when it cannot reach the daemon. */
const REMOTE_SIGNS: readonly [RegExp, TransportFailureCode][] = [
  [/BALLAST-NO-RELAY/, 'helper-missing'],
  [/cannot connect to .*(Permission denied|authentication)/i, 'no-permission'],
  [/cannot connect to .*(No such file|Connection refused)/i, 'no-libvirt'],
  [/cannot connect to|Failed to connect socket|unable to connect/i, 'no-libvirt'],
  [/nc: .*Permission denied|unix connect failed: Permission denied/i, 'no-permission'],
  [/nc: .*(No such file|refused)|unix connect failed/i, 'no-libvirt'],
  [/invalid option -- '?U|unknown option.*U\b|illegal option/i, 'helper-missing'],
  [/command not found|not found$|: not found/im, 'helper-missing'],
]

/**
 * Names the end of an ssh process. 255 is ssh's own failure, but a remote command may also
 * end so: only with no byte received is it believed to be ssh's at log-in.
 */
export function classifySshExit(exit: SshExit): TransportFailureCode {
  const stderr = withoutNoise(exit.stderr)
  if (!exit.sawOutput) {
    if (exit.code === 255) {
      const sign = SIGNS.find(([pattern]) => pattern.test(stderr))
      if (sign) return sign[1]
      return /Connection (closed|reset)|Broken pipe|kex_exchange/i.test(stderr)
        ? 'closed'
        : 'unknown'
    }
    const sign = REMOTE_SIGNS.find(([pattern]) => pattern.test(stderr))
    if (sign) return sign[1]
    if (exit.code === 127) return 'helper-missing'
    if (exit.signal !== null) return 'closed'
    return exit.code === 0 ? 'no-libvirt' : 'unknown'
  }
  if (/Timeout, server .* not responding|timed out/i.test(stderr)) return 'timeout'
  return 'closed'
}

/** What ssh said, in one to three lines fit for showing: no warnings, no control characters. */
export function lastWords(stderr: string): string {
  return withoutNoise(stderr)
    .split(/\r?\n/)
    .map((line) => line.replaceAll(/\p{Cc}/gu, ' ').trim())
    .filter((line) => line !== '' && !/^@+$/.test(line))
    .slice(-3)
    .join('\n')
    .slice(-500)
}

function withoutNoise(stderr: string): string {
  return stderr
    .split('\n')
    .filter(
      (line) => !/^Warning: Permanently added|^\*\* WARNING: connection is not/.test(line),
    )
    .join('\n')
}
