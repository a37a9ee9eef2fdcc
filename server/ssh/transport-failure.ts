const FAILURE_BRAND = Symbol.for('ballast.ssh.TransportFailure')

/** Why a host cannot be reached, or was lost. */
export type TransportFailureCode =
  | 'unknown-key'
  | 'changed-key'
  | 'denied'
  | 'refused'
  | 'unresolved'
  | 'timeout'
  | 'unreachable'
  | 'no-libvirt'
  | 'no-permission'
  | 'helper-missing'
  | 'ssh-missing'
  | 'ssh-config'
  | 'not-allowed'
  | 'closed'
  | 'unknown'

/** A host's public key, for a person to compare and accept. */
export interface HostKey {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, … */
  type: string
  /** `SHA256:…` as ssh prints it. */
  fingerprint: string
  /** The known_hosts line that accepts it. */
  line: string
}

export interface TransportFailureDetails {
  /** Last words of ssh or of the system, unchanged apart from control characters. */
  detail?: string
  hostKey?: HostKey | null
  cause?: unknown
}

/** Advice and retry policy by code. `retry`: false = nothing changes until a person acts. */
const ABOUT: Record<
  TransportFailureCode,
  { message: string; advice: string; retry: boolean }
> = {
  'unknown-key': {
    message: 'The host’s key is not known yet.',
    advice: 'Compare the fingerprint with the host’s and accept it.',
    retry: false,
  },
  'changed-key': {
    message: 'The host’s key is not the one known so far.',
    advice:
      'Somebody may be in between, or the host was installed anew. Compare the fingerprint on the host itself before you accept it.',
    retry: false,
  },
  denied: {
    message: 'The host refused the login.',
    advice:
      'Add the public key of the user that runs Ballast to ~/.ssh/authorized_keys on the host, or correct the user name. Passwords are not asked for.',
    retry: false,
  },
  refused: {
    message: 'Nothing answers on the host’s ssh port.',
    advice: 'Check that sshd runs there and that the port is right.',
    retry: true,
  },
  unresolved: {
    message: 'The host’s name is not known.',
    advice: 'Check the spelling, DNS and ~/.ssh/config.',
    retry: true,
  },
  timeout: {
    message: 'The host does not answer.',
    advice: 'Check that it is up and that no firewall drops the packets.',
    retry: true,
  },
  unreachable: {
    message: 'There is no way to the host’s network.',
    advice: 'Check the network of this machine and the host’s address.',
    retry: true,
  },
  'no-libvirt': {
    message: 'No libvirt daemon answers on the host.',
    advice:
      'Install it (Debian: libvirt-daemon-system) or start it: systemctl start libvirtd, or virtqemud.socket.',
    retry: true,
  },
  'no-permission': {
    message: 'The user may not use libvirt on the host.',
    advice: 'Add the user to the group libvirt there (usermod -aG libvirt USER).',
    retry: false,
  },
  'helper-missing': {
    message: 'The host has neither virt-ssh-helper nor a netcat that knows sockets.',
    advice: 'Install libvirt-daemon (virt-ssh-helper) or netcat-openbsd on the host.',
    retry: false,
  },
  'ssh-missing': {
    message: 'The ssh program cannot be run on this machine.',
    advice: 'Install openssh-client, or correct “command” in the address.',
    retry: false,
  },
  'ssh-config': {
    message: 'ssh does not accept its configuration.',
    advice: 'Correct ~/.ssh/config or the parameters of the address.',
    retry: false,
  },
  'not-allowed': {
    message: 'The address asks for a program that Ballast may not run.',
    advice: 'Whoever runs Ballast has to allow it in its configuration.',
    retry: false,
  },
  closed: {
    message: 'The host closed the connection.',
    advice: 'Nothing to do: Ballast tries again by itself.',
    retry: true,
  },
  unknown: {
    message: 'The connection failed.',
    advice: 'What ssh said is shown below.',
    retry: true,
  },
}

/** A classified end of a transport: what happened, what to do, whether to try again. */
export class TransportFailure extends Error {
  readonly code: TransportFailureCode
  /** What a person can do about it. */
  readonly advice: string
  /** Whether trying again later can help without anybody's help. */
  readonly retry: boolean
  /** The last words of ssh or the system; text from outside. */
  readonly detail: string
  /** For unknown-key and changed-key, when the key could be fetched. */
  readonly hostKey: HostKey | null

  constructor(code: TransportFailureCode, details: TransportFailureDetails = {}) {
    const about = ABOUT[code]
    super(about.message, { cause: details.cause })
    this.name = 'TransportFailure'
    this.code = code
    this.advice = about.advice
    this.retry = about.retry
    this.detail = details.detail ?? ''
    this.hostKey = details.hostKey ?? null
    Object.defineProperty(this, FAILURE_BRAND, { value: true })
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && FAILURE_BRAND in value
  }
}
