import type { DirtyRateMode } from '../contract/dirty-rate.ts'
import { finePagesPerGiB, normalPagesPerGiB } from '../dirty-rate/sampling.ts'
import { nextInRotation, nextWindow } from '../dirty-rate/schedule.ts'
import type { RotationEntry } from '../dirty-rate/schedule.ts'
import { isLibvirtError } from '../libvirt/errors.ts'
import type { Clock } from './clock.ts'
import type { AskedWindow } from './dirty-rate-log.ts'
import { ramKiBOf } from './dirty-rate-view.ts'
import { readDomainXml } from './domain-xml.ts'
import type { DirtyRateAsk, DirtyRateReading, HostLink } from './host-link.ts'
import { messageOf } from './link-error.ts'
import type { LiveDomain } from './live-domain.ts'
import type { Logger } from './logger.ts'

/** QEMU is asked a little after the window's end, and again in steps when it is late. */
const graceMs = 80
const againMs = 200
/** A measurement that is later than this has failed. */
const lateMs = 15_000
/** After a failure, and while a job has the domain, one that is watched waits so long. */
const pauseMs = 5_000
const jobPauseMs = 1_000

export interface DirtyRateRunnerOptions {
  link(): HostLink | null
  domains: ReadonlyMap<string, LiveDomain>
  clock: Clock
  logger: Logger
  /** Something about the dirty rate of this domain changed. */
  onChange(uuid: string): void
}

const nobodyWaits = () => undefined

/** Raised where `dirty-bitmap` would end QEMU. */
export class EmulatedDomainError extends Error {}

/**
 * Measures dirty rates on one host:
 *
 *   watched domain    window ─► window ─► window …    while a topic wants it
 *   asked windows     before everything else of that domain
 *   all the others    one at a time, who waits longest first
 *
 * QEMU measures one thing at a time, so each domain has one flight. Nothing is begun while a job
 * (a migration, a save, a backup) has the domain; a migration's own figure is taken instead.
 */
export class DirtyRateRunner {
  readonly #options: DirtyRateRunnerOptions
  readonly #flying = new Set<string>()
  #rotating = false
  #interrupt = new AbortController()

  constructor(options: DirtyRateRunnerOptions) {
    this.#options = options
  }

  /** A sample of the host came in: who is due? */
  tick(): void {
    const { domains, clock } = this.#options
    for (const domain of domains.values()) {
      if (this.#watched(domain)) this.#fly(domain)
    }
    if (this.#rotating) return
    const next = domains.get(nextInRotation(this.#entries(), clock.monotonicMs()) ?? '')
    if (!next) return
    this.#rotating = true
    void this.#flight(next, () => this.#rotate(next)).finally(() => {
      this.#rotating = false
    })
  }

  *#entries(): Generator<RotationEntry> {
    for (const domain of this.#options.domains.values()) {
      const { watchers, triedMs, failure } = domain.dirtyRate
      yield {
        uuid: domain.uuid,
        running: domain.state === 'running' && domain.live !== null,
        watched: watchers > 0 || this.#flying.has(domain.uuid),
        triedMs,
        failed: failure !== null,
      }
    }
  }

  /** Keeps a domain measured without a pause until the function that it gives is called. */
  watch(domain: LiveDomain): () => void {
    domain.dirtyRate.watchers++
    this.#fly(domain)
    let watching = true
    return () => {
      if (watching) domain.dirtyRate.watchers--
      watching = false
    }
  }

  /** Measures these windows one after the other. Settles when the first has begun, or could not. */
  ask(domain: LiveDomain, mode: DirtyRateMode, seconds: readonly number[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const windows = seconds.map((length, at): AskedWindow => ({
        mode,
        seconds: length,
        begun: (error) => {
          if (error === null) resolve()
          else reject(error)
          // Without the first the others make no sense: they would fail alike.
          if (error !== null && at === 0) {
            const { dirtyRate } = domain
            dirtyRate.asked = dirtyRate.asked.filter((one) => !windows.includes(one))
          }
        },
      }))
      domain.dirtyRate.asked.push(...windows)
      this.#options.onChange(domain.uuid)
      this.#fly(domain)
    })
  }

  /** The link is gone: everything under way ends, and who waits is told. */
  interrupt(reason: Error): void {
    this.#interrupt.abort(reason)
    this.#interrupt = new AbortController()
    for (const domain of this.#options.domains.values()) {
      const { dirtyRate } = domain
      dirtyRate.running = null
      for (const one of dirtyRate.asked.splice(0)) one.begun(reason)
    }
  }

  #fly(domain: LiveDomain): void {
    if (this.#flying.has(domain.uuid) || !this.#options.link()) return
    void this.#flight(domain, () => this.#follow(domain))
  }

  async #flight(domain: LiveDomain, fly: () => Promise<void>): Promise<void> {
    const { logger, onChange } = this.#options
    const signal = this.#interrupt.signal
    this.#flying.add(domain.uuid)
    try {
      await fly()
    } catch (error) {
      if (!signal.aborted) logger.debug({ err: error, uuid: domain.uuid }, 'no dirty rate')
    } finally {
      this.#flying.delete(domain.uuid)
      domain.dirtyRate.running = null
      domain.version++
      onChange(domain.uuid)
    }
    // Asked for, or watched, while the last answer was on its way.
    if (!signal.aborted && (domain.dirtyRate.asked.length > 0 || this.#watched(domain))) {
      this.#fly(domain)
    }
  }

  async #rotate(domain: LiveDomain): Promise<void> {
    await this.#measure(domain, {
      mode: 'page-sampling',
      seconds: 1,
      begun: nobodyWaits,
    })
  }

  async #follow(domain: LiveDomain): Promise<void> {
    const { clock } = this.#options
    const log = domain.dirtyRate
    const signal = this.#interrupt.signal
    while (!signal.aborted) {
      const asked = log.asked.shift()
      if (!asked && !this.#watched(domain)) return
      const window = asked ?? this.#ownWindow(domain, clock.wallMs())
      try {
        const measured = await this.#measure(domain, window)
        if (!measured) await sleep(jobPauseMs, signal)
      } catch (error) {
        if (signal.aborted) return
        this.#options.logger.debug({ err: error, uuid: domain.uuid }, 'no dirty rate')
        if (!asked && log.failure !== null) await sleep(pauseMs, signal)
      }
    }
  }

  /** What to measure of one that is watched. Once a run libvirt is asked whether it can dirty-ring. */
  #ownWindow(domain: LiveDomain, nowMs: number): AskedWindow {
    const { refused, measurements } = domain.dirtyRate
    if (refused['dirty-ring'] === undefined && measurements.length >= 3) {
      return { mode: 'dirty-ring', seconds: 1, begun: nobodyWaits }
    }
    return {
      mode: 'page-sampling',
      seconds: nextWindow(measurements, nowMs),
      begun: nobodyWaits,
    }
  }

  #watched(domain: LiveDomain): boolean {
    return (
      domain.dirtyRate.watchers > 0 &&
      domain.state === 'running' &&
      this.#options.domains.get(domain.uuid) === domain &&
      this.#options.link() !== null
    )
  }

  /** @returns false when a job has the domain and nothing was begun */
  async #measure(domain: LiveDomain, window: AskedWindow): Promise<boolean> {
    const { clock, onChange } = this.#options
    const { signal } = this.#interrupt
    const log = domain.dirtyRate
    const { run } = log
    const { mode } = window
    log.triedMs = clock.monotonicMs()
    try {
      const link = this.#options.link()
      if (!link) throw new Error('The host is not connected.')
      const job = await link.domainJob(domain.uuid)
      if (log.run !== run) throw new Error('The domain stopped.')
      log.job = job.active
      if (job.active) {
        this.#takeFromJob(domain, job.dirtyMiBps)
        window.begun(new Error('A job has the domain.'))
        return false
      }
      await this.#begin(link, domain, window)
      signal.throwIfAborted()
      window.begun(null)
      const startedMs = clock.wallMs()
      log.running = { mode, seconds: window.seconds, startedMs }
      onChange(domain.uuid)
      await sleep(window.seconds * 1000 + graceMs, signal)
      const reading = await this.#result(link, domain.uuid, signal)
      if (log.run !== run || reading.rateMiBps === null) return true
      log.add(
        {
          endedMs: clock.wallMs(),
          seconds: reading.seconds,
          mode: reading.mode,
          rateMiBps: reading.rateMiBps,
          pagesPerGiB:
            reading.mode !== 'page-sampling'
              ? null
              : log.fine
                ? finePagesPerGiB
                : normalPagesPerGiB,
          vcpuMiBps: reading.vcpuMiBps,
        },
        ramKiBOf(domain),
      )
      return true
    } catch (error) {
      if (!signal.aborted && log.run === run) {
        if (mode !== 'page-sampling' && isRefusal(error))
          log.refused[mode] = messageOf(error)
        else log.failure = messageOf(error)
      }
      window.begun(error)
      throw error
    } finally {
      log.running = null
      domain.version++
      onChange(domain.uuid)
    }
  }

  async #begin(link: HostLink, domain: LiveDomain, window: AskedWindow): Promise<void> {
    const { mode, seconds } = window
    try {
      await link.startDirtyRate(domain.uuid, seconds, await askOf(link, domain, mode))
      domain.dirtyRate.refused[mode] = null
    } catch (error) {
      // Somebody else began one: its result is as good.
      const theirs = /already being measured/.test(messageOf(error))
      if (!theirs || mode !== 'page-sampling') throw error
    }
  }

  async #result(
    link: HostLink,
    uuid: string,
    signal: AbortSignal,
  ): Promise<DirtyRateReading> {
    const { clock } = this.#options
    const untilMs = clock.monotonicMs() + lateMs
    for (;;) {
      const reading = await link.readDirtyRate(uuid)
      signal.throwIfAborted()
      if (reading && !reading.measuring) return reading
      if (clock.monotonicMs() > untilMs) throw new Error('The measurement did not end.')
      await sleep(againMs, signal)
    }
  }

  #takeFromJob(domain: LiveDomain, rateMiBps: number | null): void {
    if (rateMiBps === null) return
    const endedMs = this.#options.clock.wallMs()
    domain.dirtyRate.add(
      {
        endedMs,
        seconds: 1,
        mode: 'migration',
        rateMiBps,
        pagesPerGiB: null,
        vcpuMiBps: null,
      },
      ramKiBOf(domain),
    )
  }
}

/** @throws EmulatedDomainError for dirty-bitmap on anything but a running KVM domain */
async function askOf(
  link: HostLink,
  domain: LiveDomain,
  mode: DirtyRateMode,
): Promise<DirtyRateAsk> {
  if (mode === 'dirty-ring') return { mode }
  if (mode === 'page-sampling') {
    return { mode, pagesPerGiB: domain.dirtyRate.fine ? finePagesPerGiB : null }
  }
  // Read now, not remembered: between two starts a domain may have become another.
  const xml = readDomainXml(await link.domainXml(domain.uuid, { inactive: false }))
  if (xml?.virtType !== 'kvm' || domain.live?.virtType !== 'kvm') {
    throw new EmulatedDomainError(
      'dirty-bitmap would end QEMU: the domain does not run on KVM',
    )
  }
  return { mode, virtType: xml.virtType }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', ended)
      resolve()
    }, ms)
    function ended(): void {
      clearTimeout(timer)
      reject(signal.reason instanceof Error ? signal.reason : new Error('ended'))
    }
    if (signal.aborted) ended()
    else signal.addEventListener('abort', ended, { once: true })
  })
}

/** Whether libvirt itself refused, rather than the way to it. */
function isRefusal(error: unknown): boolean {
  return isLibvirtError(error) || error instanceof EmulatedDomainError
}
