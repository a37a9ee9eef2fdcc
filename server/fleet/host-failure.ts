import type { HostFailure, HostFailureKind } from '../contract/host.ts'
import { isLibvirtError, isTransportFailure, RpcError } from '../libvirt/errors.ts'
import { libvirtCauseOf, messageOf } from './link-error.ts'
import { cleanText } from './text.ts'

/** The transport's words for a failure as the contract names them. */
const transportKinds: Record<string, HostFailureKind> = {
  'unknown-key': 'unknown-key',
  'changed-key': 'changed-key',
  denied: 'denied',
  refused: 'connection-refused',
  unresolved: 'unresolved',
  timeout: 'timeout',
  unreachable: 'unreachable',
  'no-libvirt': 'no-libvirt',
  'no-permission': 'no-permission',
  'helper-missing': 'no-libvirt',
  'ssh-missing': 'no-ssh',
  'ssh-config': 'no-ssh',
  'not-allowed': 'bad-uri',
  closed: 'closed',
  unknown: 'closed',
}

const remedies = {
  'bad-uri': 'Correct the address of the host.',
  'not-answering': 'Look on the host whether libvirtd hangs: systemctl status libvirtd.',
  closed: 'Nothing to do: Ballast tries again by itself.',
  protocol: 'Check that the address leads to a libvirt daemon.',
  libvirt: 'See the message of libvirt; its log on the host says more.',
  'no-permission': 'Add the user to the group libvirt there (usermod -aG libvirt USER).',
} as const satisfies Partial<Record<HostFailureKind, string>>

/** Why a host is not online, and whether trying again can help without anybody's help. */
export interface ClassifiedFailure {
  failure: HostFailure
  retry: boolean
}

/** Reads the error with which a connection failed or ended; the reason may stand in a cause. */
export function classifyFailure(error: unknown): ClassifiedFailure {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; depth++) {
    if (isTransportFailure(at)) return transportFailureOf(at)
    at = at.cause
  }
  const libvirt = libvirtCauseOf(error)
  if (libvirt) {
    const denied = isLibvirtError(
      error,
      'AUTH_FAILED',
      'AUTH_CANCELLED',
      'AUTH_UNAVAILABLE',
      'ACCESS_DENIED',
    )
    const classified = failed(
      denied ? 'no-permission' : 'libvirt',
      libvirt.message,
      !denied,
    )
    return { ...classified, failure: { ...classified.failure, libvirt } }
  }
  if (error instanceof RpcError) {
    switch (error.code) {
      case 'deadline':
      case 'keepalive':
        return failed('not-answering', messageOf(error), true)
      case 'auth':
        return failed('no-permission', messageOf(error), false)
      case 'framing':
      case 'decode':
        return failed('protocol', messageOf(error), true)
      default:
        return failed('closed', messageOf(error), true)
    }
  }
  const badUri = error instanceof Error && 'code' in error && error.code === 'uri'
  return badUri
    ? failed('bad-uri', messageOf(error), false)
    : failed('closed', messageOf(error), true)
}

export function notAnswering(message: string): HostFailure {
  return failed('not-answering', message, true).failure
}

function transportFailureOf(
  error: Error & {
    code: string
    advice: string
    retry: boolean
    detail: string
    hostKey: { type: string; fingerprint: string } | null
  },
): ClassifiedFailure {
  const words = cleanText(error.detail)
  const failure: HostFailure = {
    kind: transportKinds[error.code] ?? 'closed',
    message: words ? `${error.message} ${words}` : error.message,
    remedy: error.advice,
  }
  if (error.hostKey) {
    const { type, fingerprint } = error.hostKey
    failure.hostKeys = [{ type, fingerprint }]
  }
  return { failure, retry: error.retry }
}

function failed(
  kind: keyof typeof remedies,
  message: string,
  retry: boolean,
): ClassifiedFailure {
  return { retry, failure: { kind, message, remedy: remedies[kind] } }
}
