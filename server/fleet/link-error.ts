import type { LibvirtCause, ProblemInit } from '../contract/problem.ts'
import { ProblemError } from '../contract/problem.ts'
import { isDeadline, isLibvirtError, RpcError } from '../libvirt/errors.ts'
import { cleanText } from './text.ts'

/** What libvirt answered, when it did. */
export function libvirtCauseOf(error: unknown): LibvirtCause | null {
  if (!isLibvirtError(error)) return null
  const { number, domain, message } = error
  return { code: number, domain, message: cleanText(message) ?? '' }
}

/** An error of a call on a host as the problem a person is shown. */
export function problemOf(
  error: unknown,
  where: Pick<ProblemInit, 'host' | 'command'>,
): ProblemError {
  if (error instanceof ProblemError) return error
  const libvirt = libvirtCauseOf(error)
  if (libvirt) {
    const gone = isLibvirtError(error, 'NO_DOMAIN')
    return new ProblemError(gone ? 'not_found' : 'libvirt', {
      ...where,
      detail: libvirt.message || 'libvirt refused without a word.',
      libvirt,
      cause: error,
    })
  }
  if (isDeadline(error)) {
    return new ProblemError('timeout', {
      ...where,
      detail: 'The host did not answer in time. The change may still take place.',
      remedy: 'Wait until the host answers again and look before you repeat it.',
      cause: error,
    })
  }
  if (error instanceof RpcError && error.code === 'encode') {
    return new ProblemError('invalid', { ...where, detail: messageOf(error), cause: error })
  }
  return new ProblemError('host_offline', {
    ...where,
    detail: `The connection to the host was lost: ${messageOf(error)}`,
    remedy: 'Ballast connects again by itself; repeat the change then.',
    retryAfterSeconds: 5,
    cause: error,
  })
}

export function messageOf(error: unknown): string {
  return (
    cleanText(error instanceof Error ? error.message : String(error)) ?? 'unknown error'
  )
}
