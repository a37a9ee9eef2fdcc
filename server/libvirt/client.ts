import type { Duplex } from 'node:stream'

import { RpcConnection } from '../rpc/connection.ts'
import { RpcError } from '../rpc/errors.ts'
import { Feature, handshake } from '../rpc/handshake.ts'
import { connectClose } from '../rpc/procedures/session.ts'
import { consoleMethods } from './console.ts'
import type { Console } from './console.ts'
import { deviceMethods } from './devices.ts'
import type { Devices } from './devices.ts'
import { diskMethods } from './disks.ts'
import type { Disks } from './disks.ts'
import { domainMethods } from './domains.ts'
import type { Domains } from './domains.ts'
import { isTransportFailure } from './errors.ts'
import { Events } from './events.ts'
import { guestMethods } from './guest.ts'
import type { Guest } from './guest.ts'
import { hostInterfaceMethods } from './host-interfaces.ts'
import type { HostInterfaces } from './host-interfaces.ts'
import { jobMethods } from './jobs.ts'
import type { Jobs } from './jobs.ts'
import { memoryMethods } from './memory.ts'
import type { Memory } from './memory.ts'
import { migrationMethods } from './migration.ts'
import type { Migration } from './migration.ts'
import { networkMethods } from './networks.ts'
import type { Networks } from './networks.ts'
import { nodeDeviceMethods } from './node-devices.ts'
import type { NodeDevices } from './node-devices.ts'
import { nodeMethods } from './node.ts'
import type { Node } from './node.ts'
import { poolMethods } from './pools.ts'
import type { Pools } from './pools.ts'
import { monitorMethods } from './qmp.ts'
import type { Monitor } from './qmp.ts'
import { savedStateMethods } from './saved-states.ts'
import type { SavedStates } from './saved-states.ts'
import type { Session } from './session.ts'
import { createSession, withLibvirtErrors } from './session.ts'
import { snapshotMethods } from './snapshots.ts'
import type { Snapshots } from './snapshots.ts'
import { statsMethods } from './stats.ts'
import type { Stats } from './stats.ts'
import { vcpuMethods } from './vcpus.ts'
import type { Vcpus } from './vcpus.ts'
import { volumeMethods } from './volumes.ts'
import type { Volumes } from './volumes.ts'

/** Opens the way to a daemon: server/ssh makes one, a test hands in its own. */
export type OpenTransport = (
  uri: string,
  options: { signal?: AbortSignal },
) => Promise<{ stream: Duplex; localUri: string }>

/** The part of pino that is used here. */
export interface Logger {
  debug(details: object, message: string): void
  warn(details: object, message: string): void
}

export interface ConnectOptions {
  openTransport: OpenTransport
  /** Gives up connecting; has no effect on a client that is connected. */
  signal?: AbortSignal
  logger?: Logger
  /** Opens the session for reading only; the daemon then refuses every change. */
  readOnly?: boolean
  deadlines?: {
    /** From the start to an open session, ssh's login included. */
    connectMs?: number
    /**
     * Of each call that names none. Above the 30 s for which libvirt itself waits for a
     * domain's job lock, so that its own error is the one that arrives.
     */
    callMs?: number
  }
  /** Silence after which the daemon is pinged; dead after five such in a row. */
  pingIntervalMs?: number
  maxMissedPings?: number
}

const CONNECT_MS = 20_000
const CALL_MS = 35_000
/** How long a daemon may take to say goodbye before the stream is cut. */
const GOODBYE_MS = 500

/**
 * One open session with a libvirt daemon. Domains, networks and pools are named by UUID.
 * When the connection ends the client is of no more use: make a new one, subscribe and list
 * anew.
 */
export class LibvirtClient {
  /** The URI it was connected with. */
  readonly uri: string
  /** Resolves once, with the reason, when the connection has ended. Never rejects. */
  readonly ended: Promise<Error>
  readonly domains: Domains
  readonly memory: Memory
  readonly stats: Stats
  readonly node: Node
  readonly networks: Networks
  readonly pools: Pools
  readonly volumes: Volumes
  readonly jobs: Jobs
  readonly monitor: Monitor
  readonly console: Console
  readonly devices: Devices
  readonly disks: Disks
  readonly guest: Guest
  readonly hostInterfaces: HostInterfaces
  readonly migration: Migration
  readonly nodeDevices: NodeDevices
  readonly savedStates: SavedStates
  readonly snapshots: Snapshots
  readonly vcpus: Vcpus
  readonly events: Events
  readonly #connection: RpcConnection

  private constructor(
    uri: string,
    connection: RpcConnection,
    session: Session,
    events: Events,
    ended: Promise<Error>,
  ) {
    this.uri = uri
    this.#connection = connection
    this.ended = ended
    this.domains = domainMethods(session)
    this.memory = memoryMethods(session)
    this.stats = statsMethods(session)
    this.node = nodeMethods(session)
    this.networks = networkMethods(session, {
      updateOrder: () => this.node.supportsFeature(Feature.networkUpdateOrder),
    })
    this.pools = poolMethods(session)
    this.volumes = volumeMethods(session)
    this.jobs = jobMethods(session)
    this.monitor = monitorMethods(session)
    this.console = consoleMethods(session)
    this.devices = deviceMethods(session)
    this.disks = diskMethods(session)
    this.guest = guestMethods(session)
    this.hostInterfaces = hostInterfaceMethods(session)
    this.migration = migrationMethods(session)
    this.nodeDevices = nodeDeviceMethods(session)
    this.savedStates = savedStateMethods(session)
    this.snapshots = snapshotMethods(session)
    this.vcpus = vcpuMethods(session)
    this.events = events
  }

  /**
   * Connects and opens a session. Throws what openTransport throws (UriError,
   * TransportFailure), LibvirtError when the daemon refuses, RpcError `deadline`, `aborted`,
   * `auth`. Nothing is left running after a failure.
   */
  static async connect(uri: string, options: ConnectOptions): Promise<LibvirtClient> {
    const { logger } = options
    const connectMs = options.deadlines?.connectMs ?? CONNECT_MS
    const startedMs = performance.now()
    const late = AbortSignal.timeout(connectMs)
    const signal = options.signal ? AbortSignal.any([options.signal, late]) : late
    const { stream, localUri } = await options.openTransport(uri, { signal })

    const ended = Promise.withResolvers<Error>()
    // Set before the first byte can arrive: the stream is read from the next tick on.
    let events: Events | null = null
    const connection = new RpcConnection(stream, {
      deadlineMs: options.deadlines?.callMs ?? CALL_MS,
      pingIntervalMs: options.pingIntervalMs,
      maxMissedPings: options.maxMissedPings,
      onEvent: (program, procedure, payload) =>
        events?.receive(program, procedure, payload),
      onClose: (reason) => ended.resolve(realReason(reason)),
      onLateReply: (procedure, lateMs) =>
        logger?.debug({ uri, procedure, lateMs }, 'an answer came after its deadline'),
    })
    const session = createSession(connection)
    events = new Events(session, (error, name) =>
      logger?.warn({ uri, event: name, err: error }, 'an event could not be handled'),
    )
    try {
      await withLibvirtErrors(
        handshake(connection, {
          name: localUri,
          readOnly: options.readOnly,
          deadlineMs: Infinity,
          signal,
        }),
      )
    } catch (error) {
      await connection.close()
      if (late.aborted && !options.signal?.aborted) {
        throw new RpcError('deadline', `no session within ${connectMs} ms`, {
          cause: error,
        })
      }
      throw realReason(error)
    }
    logger?.debug({ uri, elapsedMs: performance.now() - startedMs }, 'session is open')
    return new LibvirtClient(uri, connection, session, events, ended.promise)
  }

  /** Slots taken by slow calls; a call that was given up counts until its answer comes. */
  get busySlots(): number {
    return this.#connection.busySlots
  }

  /** Calls whose answer is outstanding, given-up ones included. */
  get pendingCalls(): number {
    return this.#connection.pendingCalls
  }

  /** Whether the connection still lives. */
  get connected(): boolean {
    return this.#connection.endReason === null
  }

  /** Ends the session; all that waits fails with RpcError `closed`. Idempotent. */
  async close(): Promise<void> {
    if (this.connected) {
      // A courtesy: the daemon tidies up as well when the stream just ends.
      const goodbye = this.#connection.call(connectClose, undefined, {
        deadlineMs: GOODBYE_MS,
      })
      await goodbye.catch(() => undefined)
    }
    await this.#connection.close()
  }
}

/** What ended the way says more than that the way ended. */
function realReason(error: unknown): Error {
  if (error instanceof RpcError && isTransportFailure(error.cause)) return error.cause
  return error instanceof Error ? error : new Error(String(error))
}
