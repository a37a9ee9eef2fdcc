import type { HostFailure, HostState } from '../contract/host.ts'
import { RpcError } from '../libvirt/errors.ts'
import { backoffMs } from './backoff.ts'
import type { Clock } from './clock.ts'
import { DirtyRateRunner } from './dirty-rate-runner.ts'
import { classifyFailure, notAnswering } from './host-failure.ts'
import { HostFigures } from './host-figures.ts'
import type { ConnectHost, HostFacts, HostLink, JobFields } from './host-link.ts'
import type { HostRecord } from './host-store.ts'
import { Inventory } from './inventory.ts'
import type { InventoryOptions } from './inventory.ts'
import type { LiveDomain } from './live-domain.ts'
import type { Logger } from './logger.ts'
import { asError, pause, whenAborted } from './pause.ts'
import { Sampler } from './sampler.ts'
import type { HostSample } from './sampler.ts'
import { setMissingStatsPeriod } from './stats-period.ts'
import { TickSchedule } from './tick-schedule.ts'

/** How long a try may take, from the start of ssh to the first listing. */
const connectMs = 25_000
/** A connection that held this long was a good one: the pause before the next try starts small again. */
const goodMs = 5_000

const noFacts: HostFacts = {
  hostname: null,
  hostUuid: null,
  versions: null,
  cpu: null,
  topology: null,
}
/** Domains that are asked for a job after connecting, one after the other. */
const mostJobLooks = 500

export interface HostAgentOptions {
  connect: ConnectHost
  clock: Clock
  logger: Logger
  resizesOf: InventoryOptions['resizesOf']
  /** Something of this host changed; `reorder`: also names, states or membership of domains. */
  onChange(reorder: boolean): void
  /** A sample of this host came in. */
  onSample(): void
  onGone(uuid: string): void
  /** A job has a domain, or one has ended; `fields` null = it goes on. */
  onJob(uuid: string, fields: JobFields | null): void
  /** The dirty rate of a domain, or what is done about it, changed. */
  onDirtyRate(uuid: string): void
}

/**
 * One host for as long as it is in the list: connects, samples, reconnects.
 *
 *   connecting ─► online ◄─► degraded          (answers again by itself)
 *       ▲  │         │           │
 *       │  ├─────────┴───────────┴─► offline   (next try by itself, the pause doubles)
 *       │  └─► refused                         (waits for reconnect())
 *       └──────────┴── reconnect()
 *
 * Each connection has an epoch; whatever comes from an older one is dropped.
 */
export class HostAgent {
  record: HostRecord
  readonly inventory: Inventory
  readonly figures = new HostFigures()
  readonly dirtyRates: DirtyRateRunner

  state: HostState = 'connecting'
  sinceMs: number
  failure: HostFailure | null = null
  nextTryMs: number | null = null
  facts: HostFacts | null = null

  readonly #options: HostAgentOptions
  #schedule = new TickSchedule()
  #sampler: Sampler | null = null
  #link: HostLink | null = null
  #epoch = 0
  #failures = 0
  #closed = false
  /** Ends the try or the pause under way. */
  #interrupt = new AbortController()
  #loop: Promise<void> | null = null

  constructor(record: HostRecord, options: HostAgentOptions) {
    this.record = record
    this.#options = options
    this.sinceMs = options.clock.wallMs()
    this.inventory = new Inventory({
      clock: options.clock,
      logger: options.logger,
      resizesOf: options.resizesOf,
      onChange: () => options.onChange(false),
      onReorder: () => options.onChange(true),
      onGone: (uuid) => options.onGone(uuid),
      onRead: (domain) => void this.#setMissingPeriod(domain),
    })
    this.dirtyRates = new DirtyRateRunner({
      link: () => this.link,
      domains: this.inventory.domains,
      clock: options.clock,
      logger: options.logger,
      onChange: (uuid) => options.onDirtyRate(uuid),
    })
  }

  /** Grows with each connection. */
  get epoch(): number {
    return this.#epoch
  }

  /** The sampling interval in force, ms. */
  get tickMs(): number {
    return this.#schedule.tickMs
  }

  /** The open link while the host answers; null = nothing can be asked of it now. */
  get link(): HostLink | null {
    return this.state === 'online' || this.state === 'degraded' ? this.#link : null
  }

  /** Whether the figures are older than three ticks. */
  get stale(): boolean {
    const { sampledAtMs } = this.figures
    if (this.state !== 'online' || sampledAtMs === null) return true
    return this.#options.clock.monotonicMs() - sampledAtMs > 3 * this.tickMs + 500
  }

  start(): void {
    this.#loop ??= this.#run()
  }

  /** Tries at once, whatever the state: ends a pause, a try, a connection. */
  reconnect(): void {
    this.#failures = 0
    this.#interrupt.abort()
    this.#link?.close()
  }

  /** Takes a changed record; another address means another connection. */
  update(record: HostRecord): void {
    const moved = record.uri !== this.record.uri
    this.record = record
    if (moved) {
      this.facts = null
      this.reconnect()
    } else {
      for (const domain of this.inventory.domains.values()) {
        void this.#setMissingPeriod(domain)
      }
    }
    this.#options.onChange(true)
  }

  /** Ends everything of this host. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true
    this.#interrupt.abort()
    this.#link?.close()
    await this.#loop
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      this.#interrupt = new AbortController()
      const openedAtMs = this.#options.clock.monotonicMs()
      this.#enter('connecting', this.failure)
      const error = await this.#connectOnce(this.#interrupt.signal)
      if (this.#closed) break
      if (this.#interrupt.signal.aborted) continue
      if (this.#options.clock.monotonicMs() - openedAtMs >= goodMs && error.wasOnline) {
        this.#failures = 0
      }
      this.#failures++
      const { failure, retry } = classifyFailure(error.reason)
      this.#options.logger.warn(
        { host: this.record.host, kind: failure.kind, err: error.reason },
        'host lost',
      )
      const pauseMs = retry ? backoffMs(this.#failures) : null
      this.nextTryMs = pauseMs === null ? null : this.#options.clock.wallMs() + pauseMs
      this.#enter(retry ? 'offline' : 'refused', failure)
      await pause(pauseMs, this.#interrupt.signal)
      this.nextTryMs = null
    }
  }

  /** One connection from its first byte to its end. Gives the reason of the end; never rejects. */
  async #connectOnce(
    interrupt: AbortSignal,
  ): Promise<{ reason: unknown; wasOnline: boolean }> {
    const epoch = ++this.#epoch
    const timeout = AbortSignal.timeout(connectMs)
    let link: HostLink | null = null
    let wasOnline = false
    try {
      link = await openOrAbort(
        (signal) => this.#options.connect(this.record.uri, signal),
        AbortSignal.any([interrupt, timeout]),
      )
      if (interrupt.aborted) return { reason: interrupt.reason, wasOnline }
      this.#link = link
      const lost = link.closed.then((reason) => {
        throw asError(reason)
      })
      // Raced below; by itself it must not count as unhandled.
      lost.catch(() => undefined)
      await Promise.race([this.#open(link, epoch), lost, whenAborted(timeout)])
      wasOnline = true
      await lost
      return { reason: new Error('closed'), wasOnline }
    } catch (error) {
      const reason =
        timeout.aborted && !wasOnline
          ? new RpcError('deadline', `no session within ${connectMs / 1000} s`, {
              cause: error,
            })
          : error
      return { reason, wasOnline }
    } finally {
      this.#lose(link)
    }
  }

  async #open(link: HostLink, epoch: number): Promise<void> {
    await link.listen((event) => {
      if (this.#epoch !== epoch || this.#link !== link) return
      this.inventory.handle(event)
      if (event.type === 'job-pass') this.#options.onJob(event.uuid, null)
      if (event.type === 'job-ended') this.#options.onJob(event.uuid, event.fields)
    })
    await this.inventory.attach(link)
    await new Promise<void>((resolve, reject) => {
      this.#schedule = new TickSchedule()
      const sampler = new Sampler({
        link,
        clock: this.#options.clock,
        schedule: this.#schedule,
        leftOut: (row) => this.inventory.leftOut(row),
        onSample: (sample) => {
          if (this.#epoch !== epoch || this.#sampler !== sampler) return
          this.#take(sample)
          resolve()
        },
        onSilence: (silentMs) => {
          if (this.state !== 'online' || this.#sampler !== sampler) return
          this.#enter(
            'degraded',
            notAnswering(`no answer for ${Math.round(silentMs / 1000)} s`),
          )
        },
        onError: (error) => {
          this.#options.logger.warn({ host: this.record.host, err: error }, 'sweep failed')
          // Once online a failed sweep is a gap; without a first one there is nothing to show.
          reject(asError(error))
        },
      })
      this.#sampler = sampler
      sampler.start()
    })
    void this.#readFacts(link)
    void this.#findJobs(link)
  }

  #take(sample: HostSample): void {
    this.inventory.sample(sample.rows, sample.time)
    this.figures.sample(sample, this.inventory.domains.values())
    if (this.state !== 'online') this.#enter('online', null)
    this.dirtyRates.tick()
    this.#options.onSample()
  }

  #lose(link: HostLink | null): void {
    this.#sampler?.stop()
    this.#sampler = null
    this.#link = null
    link?.close()
    this.dirtyRates.interrupt(
      new RpcError('closed', 'The connection to the host was lost.'),
    )
    this.inventory.detach()
    this.figures.lose()
  }

  #enter(state: HostState, failure: HostFailure | null): void {
    if (state !== this.state) this.sinceMs = this.#options.clock.wallMs()
    this.state = state
    this.failure = failure
    // Rows carry `stale`, so all of them are another now.
    for (const domain of this.inventory.domains.values()) domain.version++
    this.#options.onChange(false)
  }

  /** Jobs that were under way before the connection tell nothing by themselves until their next pass. */
  async #findJobs(link: HostLink): Promise<void> {
    const active = [...this.inventory.domains.values()].filter((domain) => domain.active)
    for (const { uuid } of active.slice(0, mostJobLooks)) {
      if (this.#link !== link) return
      // One that cannot say now tells it by its next event.
      const job = await link.domainJob(uuid).catch(() => null)
      if (job?.active && this.#link === link) this.#options.onJob(uuid, null)
    }
  }

  /** Slow on some hosts (it may probe QEMU), so never waited for; what was known before stays. */
  async #readFacts(link: HostLink): Promise<void> {
    try {
      await link.hostFacts((facts) => {
        if (this.#link !== link) return
        this.facts = { ...noFacts, ...this.facts, ...facts }
        this.#options.onChange(false)
      })
    } catch (error) {
      this.#options.logger.warn({ host: this.record.host, err: error }, 'no host facts')
    }
  }

  async #setMissingPeriod(domain: LiveDomain): Promise<void> {
    const link = this.link ?? this.#link
    if (!link) return
    await setMissingStatsPeriod(
      link,
      domain,
      this.record.statsPeriodSeconds,
      this.#options.logger,
    )
  }
}

/** A link that arrives after the try was given up is closed, not kept. */
async function openOrAbort(
  open: (signal: AbortSignal) => Promise<HostLink>,
  signal: AbortSignal,
): Promise<HostLink> {
  const opening = open(signal)
  try {
    return await Promise.race([opening, whenAborted(signal)])
  } catch (error) {
    opening.then(
      (link) => link.close(),
      () => undefined,
    )
    throw error
  }
}
