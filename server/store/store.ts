import type { DatabaseSync } from 'node:sqlite'

import { configChange, resize } from '../contract/memory.ts'
import type { ConfigChange, Resize } from '../contract/memory.ts'
import { AccountStore } from './accounts.ts'
import { AuditStore } from './audit-lines.ts'
import { openDatabase } from './database.ts'
import { ForecastRunTable } from './forecast-runs.ts'
import { HostTable } from './hosts.ts'
import { JobTable } from './jobs.ts'
import { LinkProbeTable } from './link-probes.ts'
import { MemoryPolicyTable } from './memory-policies.ts'
import { NewestChangeTable } from './newest-changes.ts'
import { PresetTable } from './presets.ts'
import { SetupTokenStore } from './setup-token.ts'
import { TokenStore } from './tokens.ts'

/**
 * The one SQLite file of Ballast and everything in it. Server and CLI may have it open at the same
 * time. Methods throw ProblemError when the database does not do its part.
 */
export class Store {
  /** For better-auth, which keeps its four tables in the same file over the same connection. */
  readonly database: DatabaseSync
  readonly accounts: AccountStore
  readonly audit: AuditStore
  readonly forecastRuns: ForecastRunTable
  readonly hosts: HostTable
  readonly jobs: JobTable
  readonly linkProbes: LinkProbeTable
  readonly memoryPolicies: MemoryPolicyTable
  readonly presets: PresetTable
  readonly resizes: NewestChangeTable<Resize>
  readonly configChanges: NewestChangeTable<ConfigChange>
  readonly setupToken: SetupTokenStore
  readonly tokens: TokenStore

  /** @throws DatabaseFileError when the file cannot be used */
  constructor(file: string) {
    const db = openDatabase(file)
    this.database = db
    this.accounts = new AccountStore(db)
    this.audit = new AuditStore(db)
    this.forecastRuns = new ForecastRunTable(db)
    this.hosts = new HostTable(db)
    this.jobs = new JobTable(db)
    this.linkProbes = new LinkProbeTable(db)
    this.memoryPolicies = new MemoryPolicyTable(db)
    this.presets = new PresetTable(db)
    this.resizes = new NewestChangeTable(db, 'resize', resize)
    this.configChanges = new NewestChangeTable(db, 'config_change', configChange)
    this.setupToken = new SetupTokenStore(db)
    this.tokens = new TokenStore(db)
  }

  close(): void {
    if (this.database.isOpen) this.database.close()
  }
}
