import type { DatabaseSync, StatementSync } from 'node:sqlite'

import {
  domainPolicy,
  hostPolicy,
  policyStep,
  policyStepsKept,
} from '../contract/memory-policy.ts'
import type { DomainPolicy, HostPolicy, PolicyStep } from '../contract/memory-policy.ts'
import { guarded } from './errors.ts'

/** What is kept of a domain: its settings, and what it had before the policy took from it. */
export interface KeptDomainPolicy {
  uuid: string
  settings: DomainPolicy | null
  baselineKiB: number | null
}

/** The memory policies of hosts and domains, and what the policies did. */
export class MemoryPolicyTable {
  readonly #hosts: StatementSync
  readonly #putHost: StatementSync
  readonly #domains: StatementSync
  readonly #putSettings: StatementSync
  readonly #putBaseline: StatementSync
  readonly #steps: StatementSync
  readonly #addStep: StatementSync
  readonly #setStep: StatementSync
  readonly #trim: StatementSync
  readonly #remove: readonly StatementSync[]

  constructor(db: DatabaseSync) {
    this.#hosts = db.prepare('select host, settings from memory_policy')
    this.#putHost = db.prepare(
      `insert into memory_policy (host, settings) values (?, ?)
       on conflict (host) do update set settings = excluded.settings`,
    )
    this.#domains = db.prepare(
      'select uuid, settings, baseline_kib from memory_policy_domain where host = ?',
    )
    this.#putSettings = db.prepare(
      `insert into memory_policy_domain (host, uuid, settings) values (?, ?, ?)
       on conflict (host, uuid) do update set settings = excluded.settings`,
    )
    this.#putBaseline = db.prepare(
      `insert into memory_policy_domain (host, uuid, baseline_kib) values (?, ?, ?)
       on conflict (host, uuid) do update set baseline_kib = excluded.baseline_kib`,
    )
    this.#steps = db.prepare(
      'select id, step from memory_policy_step where host = ? order by id desc limit ?',
    )
    this.#addStep = db.prepare('insert into memory_policy_step (host, step) values (?, ?)')
    this.#setStep = db.prepare('update memory_policy_step set step = ? where id = ?')
    this.#trim = db.prepare(
      `delete from memory_policy_step where host = ? and id <=
       (select id from memory_policy_step where host = ? order by id desc limit 1 offset ?)`,
    )
    this.#remove = ['memory_policy', 'memory_policy_domain', 'memory_policy_step'].map(
      (table) => db.prepare(`delete from ${table} where host = ?`),
    )
  }

  hosts(): Map<string, HostPolicy> {
    const rows = guarded(() => this.#hosts.all())
    return new Map(
      rows.map((row) => [
        String(row.host),
        hostPolicy.parse(JSON.parse(String(row.settings))),
      ]),
    )
  }

  putHost(host: string, settings: HostPolicy): void {
    guarded(() => this.#putHost.run(host, JSON.stringify(settings)))
  }

  domains(host: string): KeptDomainPolicy[] {
    return guarded(() => this.#domains.all(host)).map((row) => ({
      uuid: String(row.uuid),
      settings:
        row.settings === null ? null : domainPolicy.parse(JSON.parse(String(row.settings))),
      baselineKiB: row.baseline_kib === null ? null : Number(row.baseline_kib),
    }))
  }

  putDomain(host: string, uuid: string, settings: DomainPolicy): void {
    guarded(() => this.#putSettings.run(host, uuid, JSON.stringify(settings)))
  }

  putBaseline(host: string, uuid: string, baselineKiB: number | null): void {
    guarded(() => this.#putBaseline.run(host, uuid, baselineKiB))
  }

  /** Newest first. */
  steps(host: string): PolicyStep[] {
    return guarded(() => this.#steps.all(host, policyStepsKept)).map((row) =>
      policyStep.parse({ ...JSON.parse(String(row.step)), id: Number(row.id) }),
    )
  }

  /** Keeps a step and lets the oldest go. @returns its id */
  addStep(step: Omit<PolicyStep, 'id'>): number {
    return guarded(() => {
      const { lastInsertRowid } = this.#addStep.run(step.host, JSON.stringify(step))
      this.#trim.run(step.host, step.host, policyStepsKept)
      return Number(lastInsertRowid)
    })
  }

  /** What became of a step. */
  setStep({ id, ...step }: PolicyStep): void {
    guarded(() => this.#setStep.run(JSON.stringify(step), id))
  }

  removeHost(host: string): void {
    guarded(() => {
      for (const statement of this.#remove) statement.run(host)
    })
  }
}
