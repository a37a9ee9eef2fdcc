import { username } from '../../../server/contract/account.ts'
import type { Me } from '../../../server/contract/account.ts'
import type { NewAuditEntry } from '../../../server/contract/audit.ts'
import type { ProblemError } from '../../../server/contract/problem.ts'
import type { Runtime } from '../../../server/runtime.ts'
import type { RouteSpec } from './route-spec.ts'

interface Outcome {
  command?: string | null
  host?: string
  detail?: string
  me?: Me
}

/**
 * The line that one request leaves in the audit log, filled in as more becomes known. Routes that
 * change nothing leave none.
 */
export class AuditLine {
  readonly #runtime: Runtime
  readonly #spec: RouteSpec
  readonly #address: string | null
  #me: Me | null = null
  /** The name somebody claims to have who is not logged in yet. */
  #claimed: string | null = null
  #subject: { host?: string; uuid?: string; action?: string; domainName?: string } = {}

  constructor(runtime: Runtime, spec: RouteSpec, address: string | null) {
    this.#runtime = runtime
    this.#spec = spec
    this.#address = address
  }

  /** Who asks, and the path parameters. The domain's name is noted now: afterwards it may be gone. */
  caller(me: Me | null, params: unknown): void {
    this.#me = me
    if (!me || !this.#spec.audit || typeof params !== 'object' || params === null) return
    this.#subject = { ...params }
    const { host, uuid } = this.#subject
    if (host === undefined || uuid === undefined) return
    try {
      this.#subject.domainName = this.#runtime.fleet.getDomain(host, uuid).name
    } catch {
      // Unknown: the request itself will be refused with the reason.
    }
  }

  input(body: unknown): void {
    if (this.#me || typeof body !== 'object' || body === null) return
    const claimed = 'username' in body ? username.safeParse(body.username) : null
    this.#claimed = claimed?.data ?? null
  }

  ok(done: Outcome): void {
    if (done.me) this.#me = done.me
    this.#add('ok', done)
  }

  failed(problem: ProblemError): void {
    const { detail, command, host } = problem.init
    // A guess at the door is worth a line; that the door is shut for now is not.
    const stranger = !this.#me && !this.#claimed
    if (stranger || problem.code === 'too_many_requests') return
    const outcome = problem.status < 500 ? 'refused' : 'failed'
    this.#add(outcome, { detail, command, host })
  }

  #add(outcome: NewAuditEntry['outcome'], more: Outcome): void {
    if (!this.#spec.audit) return
    const { host, uuid, action, domainName } = this.#subject
    this.#runtime.audit.add({
      who: this.#me?.username ?? this.#claimed ?? 'nobody',
      address: this.#address,
      action: this.#spec.audit.replace('{action}', action ?? '?'),
      host: host ?? more.host ?? null,
      domainUuid: uuid ?? null,
      domainName: domainName ?? null,
      command: more.command ?? null,
      outcome,
      detail: more.detail ?? null,
    })
  }
}
