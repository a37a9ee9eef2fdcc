import type { RemoteErrorDetails } from '../rpc/errors.ts'
import { RpcError } from '../rpc/errors.ts'
import type { LibvirtErrorCode } from './error-codes.ts'
import { errorCodeName, errorDomainName } from './error-codes.ts'

export { RpcError } from '../rpc/errors.ts'
export type { RpcErrorCode } from '../rpc/errors.ts'
export type { LibvirtErrorCode } from './error-codes.ts'

const LIBVIRT_BRAND = Symbol.for('ballast.libvirt.LibvirtError')
const FAILURE_BRAND = Symbol.for('ballast.ssh.TransportFailure')

/** The daemon refused or failed; `message` is libvirt's own, text from outside. */
export class LibvirtError extends Error {
  /** virErrorNumber without VIR_ERR_: `NO_DOMAIN`, `OPERATION_INVALID`, … */
  readonly code: LibvirtErrorCode
  /** virErrorNumber. */
  readonly number: number
  /** virErrorDomain. */
  readonly domain: number
  /** virErrorDomain without VIR_FROM_: `QEMU`, `STORAGE`, … */
  readonly domainName: string
  /** Name of the procedure that was called. */
  readonly procedure: string
  /** errno where `code` is SYSTEM_ERROR, else as the driver filled it. */
  readonly errno: number

  constructor(remote: RemoteErrorDetails, procedure: string) {
    super(remote.message)
    this.name = 'LibvirtError'
    this.code = errorCodeName(remote.number)
    this.number = remote.number
    this.domain = remote.domain
    this.domainName = errorDomainName(remote.domain)
    this.procedure = procedure
    this.errno = remote.int1
    Object.defineProperty(this, LIBVIRT_BRAND, { value: true })
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return hasBrand(value, LIBVIRT_BRAND)
  }
}

function hasBrand(value: unknown, brand: symbol): boolean {
  return typeof value === 'object' && value !== null && brand in value
}

/** Whether libvirt refused, with one of the given codes where any are given. */
export function isLibvirtError(
  error: unknown,
  ...codes: LibvirtErrorCode[]
): error is LibvirtError {
  return error instanceof LibvirtError && (codes.length === 0 || codes.includes(error.code))
}

/** Whether the answer did not come in time; the call may still be running on the host. */
export function isDeadline(error: unknown): boolean {
  return error instanceof RpcError && error.code === 'deadline'
}

/**
 * Why a host could not be reached, as server/ssh classifies it. The class is that of another
 * layer: here only its shape is known, and its brand.
 */
export interface TransportFailureLike extends Error {
  code: string
  advice: string
  retry: boolean
  detail: string
  hostKey: { type: string; fingerprint: string; line: string } | null
}

/** Whether an error says that the way to the host failed (ssh, socket). */
export function isTransportFailure(error: unknown): error is TransportFailureLike {
  return hasBrand(error, FAILURE_BRAND)
}

/** Whether the connection itself is gone, so that no call on it can work any more. */
export function isConnectionLost(error: unknown): boolean {
  if (isTransportFailure(error)) return true
  return (
    error instanceof RpcError &&
    (error.code === 'closed' || error.code === 'keepalive' || error.code === 'framing')
  )
}
