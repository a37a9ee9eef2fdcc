import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'

import { parseLibvirtUri } from './libvirt-uri.ts'
import { sshOptions, sshProgram } from './ssh-arguments.ts'
import type { SshSettings } from './ssh-arguments.ts'

/** What may be a name or address in a script of a remote shell. */
export const hostnamePattern = /^[A-Za-z0-9][A-Za-z0-9.:-]{0,254}$/

/**
 * Starts a short script in the shell of a libvirt host, over the user's own OpenSSH; of this machine
 * where the URI names no ssh. The script is ours: without a single quote, and nothing of others in it
 * that was not checked.
 *
 * @throws TransportFailure not-allowed, for a `command=` that nobody allowed
 */
export function startScript(
  uri: string,
  settings: SshSettings,
  script: string,
  { timeoutMs }: { timeoutMs: number },
): ChildProcess {
  if (script.includes("'")) throw new Error('a script for a remote shell has a quote in it')
  const { ssh } = parseLibvirtUri(uri)
  const [program, args] =
    ssh === null
      ? ['sh', ['-c', script]]
      : [
          sshProgram(ssh.command, settings),
          [...sshOptions(ssh, settings), '--', ssh.host, `sh -c '${script}'`],
        ]
  return spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs })
}
