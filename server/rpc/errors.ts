/**
 * Errors of the protocol layer. They are branded, because a module that Node and Next
 * both load exists twice in the process and `instanceof` would fail across the copies.
 */

const RPC_BRAND = Symbol.for('ballast.rpc.RpcError')
const REMOTE_BRAND = Symbol.for('ballast.rpc.RemoteError')

/**
 * - `framing`    the peer sent something that is no frame; the connection is gone
 * - `decode`     a payload does not have the layout of its procedure
 * - `encode`     an argument cannot be put on the wire (too long, out of range)
 * - `closed`     the connection ended before the answer came (`cause` says why)
 * - `keepalive`  the peer did not answer pings; the connection is gone
 * - `deadline`   no answer in time; the call may still be running on the host
 * - `aborted`    the caller's AbortSignal fired
 * - `queue-full` too many calls are waiting on this connection
 * - `stream`     a stream was aborted or used after its end
 * - `auth`       the daemon asks for a kind of authentication that Ballast does not do
 * - `remote`     the daemon answered with an error (see RemoteError)
 */
export type RpcErrorCode =
  | 'framing'
  | 'decode'
  | 'encode'
  | 'closed'
  | 'keepalive'
  | 'deadline'
  | 'aborted'
  | 'queue-full'
  | 'stream'
  | 'auth'
  | 'remote'

function hasBrand(value: unknown, brand: symbol): boolean {
  return typeof value === 'object' && value !== null && brand in value
}

/** Anything that goes wrong in this folder. */
export class RpcError extends Error {
  readonly code: RpcErrorCode

  constructor(code: RpcErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'RpcError'
    this.code = code
    Object.defineProperty(this, RPC_BRAND, { value: true })
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return hasBrand(value, RPC_BRAND)
  }
}

/** What the daemon says in an error reply. Numbers as on the wire (libvirt's virterror.h). */
export interface RemoteErrorDetails {
  /** virErrorNumber: 42 no domain, 55 operation invalid, 68 timeout, … */
  number: number
  /** virErrorDomain: who raised it; 7 RPC, 10 QEMU, 20 domain, … */
  domain: number
  /** 1 warning, 2 error. */
  level: number
  message: string
  str1: string | null
  str2: string | null
  str3: string | null
  int1: number
  int2: number
}

/** The daemon's own error reply. The connection lives on. */
export class RemoteError extends RpcError {
  readonly remote: RemoteErrorDetails
  /** Name of the procedure that was called. */
  readonly procedure: string

  constructor(remote: RemoteErrorDetails, procedure: string) {
    super('remote', remote.message)
    this.name = 'RemoteError'
    this.remote = remote
    this.procedure = procedure
    Object.defineProperty(this, REMOTE_BRAND, { value: true })
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return hasBrand(value, REMOTE_BRAND)
  }
}

/** An error of any kind as one of this folder; RpcErrors stay what they are. */
export function asRpcError(error: unknown, code: 'encode' | 'framing'): RpcError {
  if (error instanceof RpcError) return error
  return new RpcError(code, 'a message could not be handled', { cause: error })
}
