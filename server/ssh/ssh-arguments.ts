import type { LibvirtUri, SshTarget } from './libvirt-uri.ts'
import { TransportFailure } from './transport-failure.ts'

/** What this installation of Ballast says about ssh, the same for all hosts. */
export interface SshSettings {
  /** The ssh program; default `ssh` from PATH. */
  sshCommand?: string
  /** Configuration file instead of the user's ~/.ssh/config (`-F`). */
  configFile?: string
  /** Ballast's own known_hosts file, where accepted keys are written. */
  knownHostsFile?: string
  /** Local programs that a URI may name with `command=`. None by default: whoever may add a
   * host could else run any program on this machine. */
  allowedCommands?: readonly string[]
  /** Time for name, TCP and ssh banner, in seconds. */
  connectTimeoutSeconds?: number
}

const SYSTEM_KNOWN_HOSTS = '/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2'

/** The ssh program for a target; throws `not-allowed` for a `command=` nobody allowed. */
export function sshProgram(command: string | null, settings: SshSettings): string {
  if (command === null) return settings.sshCommand ?? 'ssh'
  if (!settings.allowedCommands?.includes(command)) {
    throw new TransportFailure('not-allowed', { detail: command })
  }
  return command
}

/** Options common to all our ssh processes. The target itself comes last, behind `--`. */
export function sshOptions(target: SshTarget, settings: SshSettings): string[] {
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    `ConnectTimeout=${settings.connectTimeoutSeconds ?? 10}`,
    'ServerAliveInterval=15',
    'ServerAliveCountMax=3',
    'ClearAllForwardings=yes',
    'ForwardAgent=no',
    'ForwardX11=no',
    'PermitLocalCommand=no',
    // A control master of the user would outlive our process and hide its end.
    'ControlMaster=no',
    'ControlPath=none',
  ]
  if (settings.knownHostsFile) {
    // In the list of global files, so that the user's own list stays as ssh_config has it. A
    // key found in any of the files counts, so an accepted new key overrules an old one.
    options.push(`GlobalKnownHostsFile=${SYSTEM_KNOWN_HOSTS} "${settings.knownHostsFile}"`)
  }
  if (target.knownHostsFile) options.push(`UserKnownHostsFile=${target.knownHostsFile}`)
  return [
    ...(settings.configFile ? ['-F', settings.configFile] : []),
    '-T',
    '-e',
    'none',
    ...options.flatMap((option) => ['-o', option]),
    ...(target.keyFile ? ['-i', target.keyFile] : []),
    ...(target.port === null ? [] : ['-p', String(target.port)]),
    ...(target.user === null ? [] : ['-l', target.user]),
  ]
}

/**
 * The command for the host's shell: hands our bytes to the daemon's socket. Made of constants
 * and of paths that parseLibvirtUri has checked. `sh -c` because the login shell may be any;
 * netcat is probed for -q0 as libvirt does it (src/rpc/virnetclient.c, virNetClientSSHHelper).
 */
export function remoteCommand(uri: LibvirtUri): string {
  const socket = uri.socket ?? systemSocket(uri)
  const netcat = uri.ssh?.netcat ?? 'nc'
  const relay =
    `if command -v ${netcat} >/dev/null 2>&1; then ` +
    `if ${netcat} -q 2>&1 | grep "requires an argument" >/dev/null 2>&1; ` +
    `then exec ${netcat} -q0 -U ${socket}; else exec ${netcat} -U ${socket}; fi; ` +
    'else echo BALLAST-NO-RELAY >&2; exit 127; fi'
  const helper = `exec virt-ssh-helper ${uri.localUri}`
  // virt-ssh-helper takes no socket: it knows the usual places only.
  const proxy = uri.socket === null ? (uri.ssh?.proxy ?? 'auto') : 'netcat'
  if (proxy === 'native') return `sh -c '${helper}'`
  if (proxy === 'netcat') return `sh -c '${relay}'`
  return `sh -c 'if command -v virt-ssh-helper >/dev/null 2>&1; then ${helper}; else ${relay}; fi'`
}

function systemSocket(uri: LibvirtUri): string {
  return uri.session
    ? '${XDG_RUNTIME_DIR:-/run/user/$(id -u)}/libvirt/libvirt-sock'
    : '/var/run/libvirt/libvirt-sock'
}
