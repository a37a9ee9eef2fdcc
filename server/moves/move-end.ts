import { LibvirtClient } from '../libvirt/client.ts'
import type { OpenTransport } from '../libvirt/client.ts'
import { isLibvirtError } from '../libvirt/errors.ts'
import type { JobStats } from '../libvirt/jobs.ts'
import type { MigrateFlags } from '../libvirt/migration.ts'
import type { TypedParam } from '../libvirt/params.ts'
import type { DomainState } from '../libvirt/states.ts'
import { withText } from './parameters.ts'

/** What a host has of a domain at one moment. */
export interface DomainThere {
  name: string
  state: DomainState
  reason: string
  persistent: boolean
  /** A job of libvirt's has it: migration in or out, save, dump. */
  job: JobStats['operation'] | null
}

/** Signs of life of a guest, to be compared with those of a moment later. null = not said. */
export interface LifeSigns {
  cpuTimeNs: number | null
  /** When the guest last sent its balloon statistics, epoch s. */
  statsSeconds: number | null
}

export type MoveEvent =
  | { type: 'pass'; uuid: string; pass: number }
  | { type: 'job-ended'; uuid: string; fields: Readonly<Record<string, unknown>> }
  | { type: 'lifecycle'; uuid: string; event: string; detail: string }

/**
 * One end of a move: libvirt on one host, over a connection that no other work shares. That is not for
 * speed alone: the daemon of the target throws the half-arrived guest away when this connection ends.
 * Methods reject with the errors of server/libvirt.
 */
export interface MoveEnd {
  /** Resolves with the reason when the connection is lost or closed; never rejects. */
  readonly closed: Promise<Error>
  close(): Promise<void>
  listen(listener: (event: MoveEvent) => void): Promise<void>

  begin(
    uuid: string,
    params: TypedParam[],
    set: MigrateFlags,
  ): Promise<Step & { xml: string }>
  prepare(
    params: TypedParam[],
    cookie: Uint8Array,
    set: MigrateFlags,
  ): Promise<Step & { uri: string | null }>
  perform(
    uuid: string,
    params: TypedParam[],
    cookie: Uint8Array,
    set: MigrateFlags,
  ): Promise<Uint8Array>
  performPeerToPeer(
    uuid: string,
    destinationUri: string,
    params: TypedParam[],
    set: MigrateFlags,
  ): Promise<void>
  finish(
    params: TypedParam[],
    cookie: Uint8Array,
    set: MigrateFlags,
    cancelled: boolean,
  ): Promise<Step & { arrived: boolean }>
  confirm(
    uuid: string,
    params: TypedParam[],
    cookie: Uint8Array,
    set: MigrateFlags,
    cancelled: boolean,
  ): Promise<void>

  jobStats(uuid: string): Promise<JobStats>
  /** Of the last job that ended; null = none is kept. */
  completedStats(uuid: string): Promise<JobStats | null>
  abortJob(uuid: string): Promise<void>
  setMaxDowntime(uuid: string, ms: number): Promise<void>
  /** MiB/s. */
  setMaxSpeed(uuid: string, mibPerSecond: number, postCopy: boolean): Promise<void>
  limits(
    uuid: string,
  ): Promise<{ maxDowntimeMs: number | null; maxSpeedMiBps: number | null }>
  startPostCopy(uuid: string): Promise<void>
  /** How strongly auto-converge brakes from now on; by QMP. */
  setThrottle(uuid: string, incrementPercent: number, maxPercent: number): Promise<void>

  /** null = the host does not know it. */
  domain(uuid: string): Promise<DomainThere | null>
  /** The uuid of the domain with this name; null = there is none. */
  uuidOf(name: string): Promise<string | null>
  /** Whether the guest agent answers; null = the domain has no channel for one. */
  agentAnswers(uuid: string): Promise<boolean | null>
  lifeSigns(uuid: string): Promise<LifeSigns>
  resume(uuid: string): Promise<void>
  destroy(uuid: string): Promise<void>
  undefine(uuid: string): Promise<void>
  /** Removes a domain that is shut off and not written down, which libvirt keeps by mistake. */
  forgetTransient(uuid: string): Promise<void>
}

interface Step {
  cookie: Uint8Array
}

export type OpenMoveEnd = (uri: string, signal?: AbortSignal) => Promise<MoveEnd>

/** Longer than libvirt waits for a domain's lock, so that its own words arrive. */
const stepMs = 60_000
/** A look beside the move: better none than a late one. */
const lookMs = 5_000
/** As virsh's default; QEMU answers when it has written everything. */
const settleMs = 35_000
/** QEMU's "no limit", MiB/s. */
const unlimitedMiBps = 8_796_093_022_207

export function openMoveEnds(options: { openTransport: OpenTransport }): OpenMoveEnd {
  return async (uri, signal) =>
    new LibvirtMoveEnd(await LibvirtClient.connect(uri, { ...options, signal }))
}

class LibvirtMoveEnd implements MoveEnd {
  readonly closed: Promise<Error>
  readonly #client: LibvirtClient

  constructor(client: LibvirtClient) {
    this.#client = client
    this.closed = client.ended
  }

  async close(): Promise<void> {
    await this.#client.close()
  }

  async listen(listener: (event: MoveEvent) => void): Promise<void> {
    await this.#client.events.subscribe({
      migrationIteration: ({ uuid, iteration }) =>
        listener({ type: 'pass', uuid, pass: iteration }),
      jobCompleted: ({ uuid, params }) =>
        listener({ type: 'job-ended', uuid, fields: params }),
      lifecycle: ({ uuid, event, detail }) =>
        listener({ type: 'lifecycle', uuid, event, detail }),
    })
  }

  begin(uuid: string, params: TypedParam[], set: MigrateFlags) {
    return this.#client.migration.begin(uuid, params, set, { deadlineMs: stepMs })
  }

  prepare(params: TypedParam[], cookie: Uint8Array, set: MigrateFlags) {
    return this.#client.migration.prepare(params, cookie, set, { deadlineMs: stepMs })
  }

  perform(uuid: string, params: TypedParam[], cookie: Uint8Array, set: MigrateFlags) {
    return this.#client.migration.perform(uuid, params, cookie, set)
  }

  performPeerToPeer(
    uuid: string,
    destinationUri: string,
    params: TypedParam[],
    set: MigrateFlags,
  ) {
    return this.#client.migration.performPeerToPeer(uuid, destinationUri, params, set)
  }

  async finish(
    params: TypedParam[],
    cookie: Uint8Array,
    set: MigrateFlags,
    cancelled: boolean,
  ) {
    const { migration } = this.#client
    const answer = await migration.finish(params, cookie, set, cancelled)
    return { cookie: answer.cookie, arrived: !cancelled }
  }

  confirm(
    uuid: string,
    params: TypedParam[],
    cookie: Uint8Array,
    set: MigrateFlags,
    cancelled: boolean,
  ) {
    return this.#client.migration.confirm(uuid, params, cookie, set, cancelled)
  }

  jobStats(uuid: string) {
    return this.#client.jobs.stats(uuid, {}, { deadlineMs: lookMs })
  }

  async completedStats(uuid: string) {
    const kept = { completed: true, keepCompleted: true }
    const stats = await this.#client.jobs.stats(uuid, kept, { deadlineMs: lookMs })
    return stats.type === 'none' ? null : stats
  }

  abortJob(uuid: string) {
    return this.#client.jobs.abort(uuid, { deadlineMs: settleMs })
  }

  setMaxDowntime(uuid: string, ms: number) {
    return this.#client.migration.setMaxDowntime(uuid, ms)
  }

  setMaxSpeed(uuid: string, mibPerSecond: number, postCopy: boolean) {
    return this.#client.migration.setMaxSpeed(uuid, mibPerSecond, { postcopy: postCopy })
  }

  async limits(uuid: string) {
    const { migration } = this.#client
    const look = { deadlineMs: lookMs }
    const downtime = await migration.getMaxDowntime(uuid, look).catch(() => null)
    const speed = await migration.getMaxSpeed(uuid, look).catch(() => null)
    return {
      maxDowntimeMs: downtime,
      maxSpeedMiBps:
        speed === null || speed === 0 || speed >= unlimitedMiBps ? null : speed,
    }
  }

  startPostCopy(uuid: string) {
    return this.#client.migration.startPostCopy(uuid)
  }

  async setThrottle(uuid: string, incrementPercent: number, maxPercent: number) {
    await this.#client.monitor.qmp(uuid, {
      execute: 'migrate-set-parameters',
      arguments: {
        'cpu-throttle-increment': incrementPercent,
        'max-cpu-throttle': maxPercent,
      },
    })
  }

  async domain(uuid: string): Promise<DomainThere | null> {
    const { domains, jobs } = this.#client
    const look = { deadlineMs: lookMs }
    try {
      const { name } = await domains.lookupByUuid(uuid, look)
      const { state, reason } = await domains.getState(uuid, look)
      const persistent = await domains.isPersistent(uuid, look)
      // Of one that arrives libvirt tells no statistics; then its state says it.
      const job = await jobs.stats(uuid, {}, look).catch(() => null)
      const busy = job !== null && (job.type === 'bounded' || job.type === 'unbounded')
      return { name, state, reason, persistent, job: busy ? job.operation : null }
    } catch (error) {
      if (isLibvirtError(error, 'NO_DOMAIN')) return null
      throw error
    }
  }

  async uuidOf(name: string): Promise<string | null> {
    try {
      return (await this.#client.domains.lookupByName(name, { deadlineMs: lookMs })).uuid
    } catch (error) {
      if (isLibvirtError(error, 'NO_DOMAIN')) return null
      throw error
    }
  }

  async agentAnswers(uuid: string): Promise<boolean | null> {
    try {
      await this.#client.guest.timeMs(uuid, { deadlineMs: lookMs })
      return true
    } catch (error) {
      // "QEMU guest agent is not configured", or it is and nobody connected to its channel.
      if (isLibvirtError(error, 'ARGUMENT_UNSUPPORTED', 'OPERATION_UNSUPPORTED'))
        return null
      return false
    }
  }

  async lifeSigns(uuid: string): Promise<LifeSigns> {
    const [domain] = await this.#client.stats.all(
      { groups: ['cpu', 'balloon'], uuids: [uuid] },
      { deadlineMs: lookMs },
    )
    const figure = (field: string) => {
      const value = domain?.params[field]
      return value === undefined ? null : Number(value)
    }
    return {
      cpuTimeNs: figure('cpu.time'),
      statsSeconds: figure('balloon.last-update') || null,
    }
  }

  resume(uuid: string) {
    return this.#client.domains.resume(uuid, { deadlineMs: settleMs })
  }

  async destroy(uuid: string) {
    await this.#client.domains.destroy(uuid, {}, { deadlineMs: settleMs })
  }

  async undefine(uuid: string) {
    await this.#client.domains.undefine(
      uuid,
      { managedSave: true, keepNvram: true, snapshotsMetadata: true },
      { deadlineMs: settleMs },
    )
  }

  /**
   * "Cannot undefine transient domain", "domain is not running": only what is defined can be removed.
   * And only when the job of `prepare` is over, which outlives its connection: `finish` ends it, and
   * says so as an error.
   */
  async forgetTransient(uuid: string) {
    const { domains, migration } = this.#client
    const { name } = await domains.lookupByUuid(uuid, { deadlineMs: lookMs })
    const named = withText([], 'destination_name', name)
    await migration
      .finish(named, new Uint8Array(0), { offline: true }, true, { deadlineMs: settleMs })
      .catch((error: unknown) => {
        if (!isLibvirtError(error, 'MIGRATE_FINISH_OK', 'OPERATION_INVALID')) throw error
      })
    const xml = await domains.getXml(uuid, { secure: true }, { deadlineMs: settleMs })
    await domains.defineXml(xml, {}, { deadlineMs: settleMs })
    await this.undefine(uuid)
  }
}
