import type { DatabaseSync, StatementSync } from 'node:sqlite'

import { auditEntry } from '../contract/audit.ts'
import type { AuditPage, AuditQuery, NewAuditEntry } from '../contract/audit.ts'
import { guarded } from './errors.ts'

/** The audit log: lines are added and read, nothing else. */
export class AuditStore {
  readonly #insert: StatementSync
  readonly #page: StatementSync

  constructor(db: DatabaseSync) {
    this.#insert = db.prepare(
      `insert into audit (at_ms, who, address, action, host, domain_uuid, domain_name,
         command, outcome, detail)
       values (:atMs, :who, :address, :action, :host, :domainUuid, :domainName,
         :command, :outcome, :detail)`,
    )
    this.#page = db.prepare(
      `select * from audit
       where (:before is null or id < :before)
         and (:host is null or host = :host)
         and (:domainUuid is null or domain_uuid = :domainUuid)
         and (:who is null or who = :who)
         and (:action is null or action = :action)
         and (:search is null
           or who like :search escape '\\' or action like :search escape '\\'
           or host like :search escape '\\' or domain_name like :search escape '\\'
           or command like :search escape '\\' or detail like :search escape '\\')
       order by id desc limit :limit`,
    )
  }

  add(entry: NewAuditEntry & { atMs: number }): void {
    guarded(() => this.#insert.run(entry))
  }

  /** Newest first. */
  list(query: AuditQuery): AuditPage {
    const rows = guarded(() =>
      this.#page.all({
        before: query.before ?? null,
        host: query.host ?? null,
        domainUuid: query.domainUuid ?? null,
        who: query.who ?? null,
        action: query.action ?? null,
        search: query.search ? `%${query.search.replaceAll(/[\\%_]/g, '\\$&')}%` : null,
        // One more than asked for tells whether there are older ones.
        limit: query.limit + 1,
      }),
    )
    const entries = rows.slice(0, query.limit).map((row) =>
      auditEntry.parse({
        ...row,
        atMs: row.at_ms,
        domainUuid: row.domain_uuid,
        domainName: row.domain_name,
      }),
    )
    return { entries, more: rows.length > query.limit }
  }
}
