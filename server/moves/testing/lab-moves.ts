import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Guest } from '../../../e2e/lab/index.ts'
import type { Host } from '../../../e2e/lab/index.ts'
import type { JobSummary, JobWithLog } from '../../contract/job.ts'
import { jobIsActive } from '../../contract/job.ts'
import { migrationDetail, migrationOptions } from '../../contract/migration.ts'
import type { MigrationDetail, MigrationOptionsInput } from '../../contract/migration.ts'
import type { SampleSink } from '../../fleet/sample-sink.ts'
import { LabFleet } from '../../fleet/testing/lab-fleet.ts'
import { silentLogger } from '../../fleet/testing/stores.ts'
import { Jobs } from '../../jobs/index.ts'
import { createOpenTransport } from '../../ssh/open-transport.ts'
import { Store } from '../../store/store.ts'
import { openMoveEnds } from '../move-end.ts'
import { Moves } from '../moves.ts'
import { hooked } from './hooked-end.ts'
import type { BeforeCall } from './hooked-end.ts'

/** What keeps the history, as far as moves are concerned. */
type Recorder = SampleSink & { migrated: (job: JobSummary, takenUp?: boolean) => void }

/** A fleet on hosts of the lab with its jobs and moves, as main.ts puts them together. */
export class LabMoves {
  readonly labFleet: LabFleet
  readonly #dir: string
  readonly #keepDir: boolean
  readonly #store: Store
  readonly jobs: Jobs
  readonly moves: Moves

  /** @param options.dir keeps the store there, for another one after this */
  constructor(
    hosts: string[],
    options: { dir?: string; before?: BeforeCall; recorder?: Recorder } = {},
  ) {
    const { recorder } = options
    this.#keepDir = options.dir !== undefined
    this.#dir = options.dir ?? mkdtempSync(join(tmpdir(), 'ballast-moves-'))
    this.#store = new Store(join(this.#dir, 'ballast.db'))
    this.jobs = new Jobs({
      store: this.#store.jobs,
      logger: silentLogger,
      ...(recorder && {
        onBegin: (job, takenUp) => recorder.migrated(job, takenUp),
        onEnd: (job) => recorder.migrated(job),
      }),
    })
    this.labFleet = new LabFleet(hosts, undefined, recorder)
    const openEnd = openMoveEnds({
      openTransport: createOpenTransport({ knownHostsFile: '/dev/null' }),
    })
    this.moves = new Moves({
      fleet: this.labFleet.fleet,
      jobs: this.jobs,
      openEnd: options.before ? hooked(openEnd, options.before) : openEnd,
      logger: silentLogger,
    })
  }

  async start(): Promise<this> {
    await this.labFleet.start()
    return this
  }

  async close(): Promise<void> {
    await this.moves.close()
    await this.jobs.close()
    await this.labFleet.fleet.close()
    this.#store.close()
    if (!this.#keepDir) rmSync(this.#dir, { recursive: true, force: true })
  }

  host(name: string): Host {
    return this.labFleet.host(name)
  }

  /** A guest of the lab on the host where it is just then. */
  guest(host: string, name: string): Guest {
    return new Guest(this.labFleet.lab.dir, host, name)
  }

  /** Waits until the fleet has the domain as running on a host. */
  async whenOn(host: string, name: string): Promise<string> {
    const { uuid } = this.guest(host, name)
    await this.labFleet.when(
      `${name} on ${host}`,
      () =>
        this.labFleet.fleet.hostOf(host).inventory.domains.get(uuid)?.state === 'running',
      20_000,
    )
    return uuid
  }

  /** Starts a move; gives the number of its job. */
  async begin(
    name: string,
    from: string,
    to: string,
    options: MigrationOptionsInput = {},
  ): Promise<string> {
    return this.startMove(from, await this.whenOn(from, name), to, options)
  }

  /** The same for a domain that need not run. @throws what refuses it at once */
  startMove(
    from: string,
    uuid: string,
    to: string,
    options: MigrationOptionsInput,
  ): string {
    return this.moves.start(from, uuid, {
      target: to,
      options: migrationOptions.parse(options),
      forecast: null,
      by: 'otto',
      role: 'operator',
    }).job.id
  }

  job(id: string): JobWithLog {
    return this.jobs.get(id)
  }

  detail(id: string): MigrationDetail {
    return migrationDetail.parse(this.jobs.get(id).job.detail)
  }

  /** Waits until `look` holds of a move that runs. */
  async when(
    id: string,
    what: string,
    look: (detail: MigrationDetail) => boolean,
    timeoutMs = 30_000,
  ): Promise<MigrationDetail> {
    const holds = () => {
      const { detail } = this.jobs.get(id).job
      return detail !== null && look(this.detail(id))
    }
    try {
      await this.labFleet.when(what, holds, timeoutMs)
    } catch (cause) {
      const { job, log } = this.job(id)
      const { phase, controls } = this.detail(id)
      const said = log.map(({ text }) => text)
      throw new Error(JSON.stringify({ what, state: job.state, phase, controls, said }), {
        cause,
      })
    }
    return this.detail(id)
  }

  /** Waits until a job has ended; gives it. */
  async end(id: string, timeoutMs = 90_000): Promise<JobWithLog> {
    await this.labFleet.when(
      `the end of job ${id}`,
      () => !jobIsActive(this.jobs.get(id).job.state),
      timeoutMs,
    )
    return this.jobs.get(id)
  }
}
