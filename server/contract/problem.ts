import { z } from 'zod'

/**
 * Every way a request can fail, and the HTTP status it becomes. The code is what programs compare;
 * the words around it may change.
 */
export const problemStatus = {
  bad_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  conflict: 409,
  setup_done: 410,
  too_large: 413,
  unsupported_media_type: 415,
  invalid: 422,
  below_floor: 422,
  above_maximum: 422,
  above_host: 422,
  host_short: 422,
  shrink_stopped: 422,
  balloon_inhibited: 422,
  no_balloon: 422,
  no_driver: 422,
  stats_stale: 422,
  not_running: 409,
  not_confirmed: 422,
  qemu_refused: 422,
  not_allowed_in_state: 409,
  domain_busy: 409,
  cancelled: 409,
  interrupted: 503,
  too_many_requests: 429,
  internal: 500,
  libvirt: 502,
  guest_silent: 502,
  host_offline: 503,
  timeout: 504,
} as const

export type ProblemCode = keyof typeof problemStatus

/** What libvirt itself said: virErrorNumber, virErrorDomain and its message, unchanged. */
export const libvirtCause = z.object({
  code: z.number().int(),
  domain: z.number().int(),
  message: z.string(),
})
export type LibvirtCause = z.infer<typeof libvirtCause>

/** RFC 9457 problem details as Ballast sends them (`application/problem+json`). */
export const problem = z.object({
  type: z.string().describe('a stable URN of the kind of problem'),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional().describe('what happened, on which host, in words'),
  code: z.string().describe('the ProblemCode'),
  host: z.string().optional(),
  remedy: z.string().optional().describe('what to do next'),
  libvirt: libvirtCause.optional(),
  qemu: z
    .object({ class: z.string(), desc: z.string() })
    .optional()
    .describe("QEMU's own error, unchanged"),
  command: z.string().optional().describe('the equivalent virsh line that was refused'),
  issues: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .optional()
    .describe('per field, when the input did not parse'),
})
export type Problem = z.infer<typeof problem>

export interface ProblemInit {
  detail: string
  host?: string
  remedy?: string
  libvirt?: LibvirtCause
  qemu?: { class: string; desc: string }
  command?: string
  issues?: { path: string; message: string }[]
  /** Seconds to wait before a retry makes sense (429, 503). */
  retryAfterSeconds?: number
  cause?: unknown
}

const brand = Symbol.for('ballast.ProblemError')

/**
 * The one error that crosses layers on its way to a person. Branded, because Node and Next each
 * load their own copy of this module and `instanceof` has to hold between them.
 */
export class ProblemError extends Error {
  readonly code: ProblemCode
  readonly init: ProblemInit
  readonly [brand] = true

  constructor(code: ProblemCode, init: ProblemInit) {
    super(init.detail, { cause: init.cause })
    this.name = 'ProblemError'
    this.code = code
    this.init = init
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value
  }

  get status(): number {
    return problemStatus[this.code]
  }

  toProblem(): Problem {
    const { detail, host, remedy, libvirt, qemu, command, issues } = this.init
    return {
      type: `urn:ballast:problem:${this.code}`,
      title: this.code.replaceAll('_', ' '),
      status: this.status,
      detail,
      code: this.code,
      host,
      remedy,
      libvirt,
      qemu,
      command,
      issues,
    }
  }
}
