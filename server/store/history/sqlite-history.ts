import type { DatabaseSync } from 'node:sqlite'

import { decodeChunk, encodeChunk, nextFigures } from './bucket-codec.ts'
import type {
  Bucket,
  HistoryBatch,
  HistoryRange,
  HistoryStore,
  StoredEvent,
} from './history-store.ts'
import { bytesOf, entriesOf, JournalEncoder, readJournal } from './journal.ts'
import { byStart, rollUp } from './roll-up.ts'
import { openHistory } from './schema.ts'
import { SeriesIds } from './series-ids.ts'
import { prepareStatements } from './statements.ts'
import type { HistoryStatements } from './statements.ts'
import { packMs, tierFor, tiers } from './tiers.ts'
import type { Tier } from './tiers.ts'

/** How long maintenance and long readings hold up everything else at a time, ms. */
const turnMs = 6
/** Batches that wait while nothing can be written: about ten minutes of fifty hosts. */
const mostWaiting = 3_000
const mostEvents = 500

export interface SqliteHistoryOptions {
  file: string
  /** Above this many bytes even what is not too old is deleted, evenly in all tiers. */
  mostBytes?: number
  say?(message: string): void
  nowMs?(): number
}

/**
 * The history in a SQLite file of its own, so that neither its size, nor its damage, nor its locks
 * reach accounts and audit.
 *
 *   every 10 s   write() ─► journal   a row a host: all its domains, one transaction for all hosts
 *   every 30 min maintain() ─► chunk  a row a domain, tier and stretch; the journal's rows go
 */
export class SqliteHistory implements HistoryStore {
  failure: string | null = null
  readonly #db: DatabaseSync
  readonly #mostBytes: number
  readonly #nowMs: () => number
  readonly #say: (message: string) => void
  readonly #statements: HistoryStatements
  readonly #ids: SeriesIds
  readonly #journal: JournalEncoder
  #waiting: HistoryBatch[] = []
  #waitingEvents: StoredEvent[] = []
  /** While a transaction of maintenance is open; it may last over turns of the event loop. */
  #packing = false
  #maintaining: Promise<void> | null = null
  #closed = false
  /** Shortens the time everything is kept while the file is too large. */
  #keepShare = 1

  /** @throws Error when the file can be neither used nor made */
  constructor(options: SqliteHistoryOptions) {
    this.#say = options.say ?? (() => undefined)
    this.#db = openHistory(options.file, this.#say)
    this.#mostBytes = options.mostBytes ?? Infinity
    this.#nowMs = options.nowMs ?? Date.now
    this.#statements = prepareStatements(this.#db)
    this.#ids = new SeriesIds(this.#statements)
    this.#journal = new JournalEncoder(this.#ids)
  }

  get bytes(): number {
    const of = (pragma: string) =>
      Number(Object.values(this.#db.prepare(`pragma ${pragma}`).get() ?? {})[0] ?? 0)
    return (of('page_count') - of('freelist_count')) * of('page_size')
  }

  write(batches: readonly HistoryBatch[], events: readonly StoredEvent[]): void {
    this.#waiting.push(...batches)
    this.#waitingEvents.push(...events)
    if (this.#closed || this.#packing) return
    try {
      this.#db.exec('begin immediate')
      for (const batch of this.#waiting) {
        this.#statements.putJournal.run(
          batch.host,
          batch.startMs,
          this.#journal.encode(batch),
        )
      }
      for (const event of this.#waitingEvents) {
        const { atMs, host, uuid, kind, detail } = event
        this.#statements.putEvent.run(atMs, host, uuid, kind, detail)
      }
      this.#db.exec('commit')
      this.#waiting = []
      this.#waitingEvents = []
      if (this.failure) this.#say('the history is written again')
      this.failure = null
    } catch (error) {
      this.#undo()
      this.#failed(error)
      this.#waiting.splice(0, this.#waiting.length - mostWaiting)
      this.#waitingEvents.splice(0, this.#waitingEvents.length - mostWaiting)
    }
  }

  async read({ host, uuid, fromMs, toMs, stepMs }: HistoryRange): Promise<Bucket[]> {
    const tier = tierFor(fromMs, stepMs, this.#nowMs())
    const series = this.#ids.of(host, uuid)
    const buckets: Bucket[] = []
    if (series !== null) {
      const first = Math.floor(fromMs / tier.chunkMs) * tier.chunkMs
      let turn = performance.now()
      for (const row of this.#statements.chunksOf.all(tier.number, first, toMs, series)) {
        buckets.push(...this.#decode(row, tier))
        if (performance.now() - turn > turnMs) {
          await nextTurn()
          turn = performance.now()
        }
      }
      buckets.push(...readJournal(this.#statements, { host, series, fromMs, toMs }))
    }
    for (const batch of this.#waiting) {
      const row = batch.host === host && batch.rows.find((one) => one.uuid === uuid)
      if (!row) continue
      buckets.push({
        startMs: batch.startMs,
        spanMs: tiers[0]!.stepMs,
        figures: row.figures,
      })
    }
    return buckets
      .filter((one) => one.startMs + one.spanMs > fromMs && one.startMs < toMs)
      .toSorted(byStart)
  }

  events(range: {
    host: string
    uuid: string | null
    fromMs: number
    toMs: number
  }): StoredEvent[] {
    const { host, uuid, fromMs, toMs } = range
    const rows = this.#statements.events.all({ host, uuid, fromMs, toMs, most: mostEvents })
    const stored = rows.toReversed().map((row) => ({
      atMs: Number(row.at_ms),
      host,
      uuid: String(row.uuid),
      kind: String(row.kind),
      detail: String(row.detail),
    }))
    const waiting = this.#waitingEvents.filter(
      (one) =>
        one.host === host &&
        (uuid === null || one.uuid === uuid) &&
        one.atMs >= fromMs &&
        one.atMs < toMs,
    )
    return [...stored, ...waiting].slice(-mostEvents)
  }

  maintain(): Promise<void> {
    this.#maintaining ??= this.#maintain()
      .catch((error: unknown) => this.#failed(error))
      .finally(() => (this.#maintaining = null))
    return this.#maintaining
  }

  /** Lets the file grow to so many pages and no further, as a full disk would. For tests. */
  limitPages(pages: number): void {
    this.#db.exec(`pragma max_page_count = ${pages}`)
  }

  close(): void {
    if (this.#closed) return
    if (this.#packing) this.#undo()
    this.#packing = false
    this.write([], [])
    this.#closed = true
    this.#db.close()
  }

  async #maintain(): Promise<void> {
    // What is still coming in for the piece that just ended: it is left a minute.
    const endMs = Math.floor((this.#nowMs() - 60_000) / packMs) * packMs
    for (const row of this.#statements.oldJournal.all(endMs, packMs)) {
      if (this.#closed) return
      const [host, fromMs] = [String(row.host), Number(row.piece) * packMs]
      try {
        await this.#pack(host, fromMs)
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        // Bytes that mean nothing will not mean more the next time.
        this.#say(`a piece of the history of ${host} is damaged and was left out`)
        this.#statements.dropJournal.run(host, fromMs, fromMs + packMs)
      }
    }
    await this.#prune()
  }

  /** Moves half an hour of a host from the journal into the chunks of its series, in one transaction. */
  async #pack(host: string, fromMs: number): Promise<void> {
    const bySeries = new Map<number, Bucket[]>()
    let turn = performance.now()
    const pause = async () => {
      if (performance.now() - turn < turnMs) return
      await nextTurn()
      turn = performance.now()
    }
    for (const row of this.#statements.journalOf.all(host, fromMs, fromMs + packMs)) {
      const startMs = Number(row.start_ms)
      for (const { series, reader, end } of entriesOf(row.body)) {
        const into = bySeries.get(series) ?? []
        if (into.length === 0) bySeries.set(series, into)
        into.push({ startMs, spanMs: tiers[0]!.stepMs, figures: nextFigures(reader, end) })
      }
      await pause()
    }
    if (this.#closed) return
    this.#packing = true
    try {
      this.#db.exec('begin immediate')
      for (const [series, buckets] of bySeries) {
        for (const tier of tiers)
          this.#addToChunk(series, tier, rollUp(buckets, tier.stepMs))
        this.#statements.seen.run(fromMs + packMs, series)
        await pause()
        if (this.#closed) return
      }
      this.#statements.dropJournal.run(host, fromMs, fromMs + packMs)
      this.#db.exec('commit')
    } catch (error) {
      this.#undo()
      throw error
    } finally {
      this.#packing = false
    }
  }

  #addToChunk(series: number, tier: Tier, buckets: readonly Bucket[]): void {
    const startMs = Math.floor(buckets[0]!.startMs / tier.chunkMs) * tier.chunkMs
    const row = this.#statements.chunk.get(tier.number, startMs, series)
    const before = row ? this.#decode({ ...row, start_ms: startMs }, tier) : []
    // rollUp() also puts together what came twice for one time.
    const all = rollUp([...before, ...buckets].toSorted(byStart), tier.stepMs)
    const body = encodeChunk(all, startMs, tier.stepMs)
    this.#statements.putChunk.run(tier.number, startMs, series, body)
  }

  async #prune(): Promise<void> {
    if (this.bytes > this.#mostBytes)
      this.#keepShare = Math.max(0.02, this.#keepShare * 0.8)
    else if (this.bytes < this.#mostBytes * 0.7)
      this.#keepShare = Math.min(1, this.#keepShare * 1.1)
    const nowMs = this.#nowMs()
    for (const tier of tiers) {
      const untilMs = nowMs - tier.keepMs * this.#keepShare - tier.chunkMs
      for (;;) {
        if (this.#closed) return
        const done = this.#statements.dropChunks.run(tier.number, untilMs)
        if (Number(done.changes) === 0) break
        await nextTurn()
      }
    }
    const oldestMs = nowMs - tiers.at(-1)!.keepMs * this.#keepShare
    this.#statements.dropEvents.run(oldestMs)
    this.#statements.dropSeries.run(oldestMs - tiers.at(-1)!.chunkMs)
    this.#ids.forget()
  }

  #decode(row: Record<string, unknown>, tier: Tier): Bucket[] {
    try {
      return decodeChunk(bytesOf(row.body), Number(row.start_ms), tier.stepMs)
    } catch (error) {
      // One that cannot be read is a gap.
      this.#say(`a piece of the history cannot be read: ${String(error)}`)
      return []
    }
  }

  #undo(): void {
    // Series that were made in it are gone with it.
    this.#ids.forget()
    try {
      if (this.#db.isTransaction) this.#db.exec('rollback')
    } catch (error) {
      this.#failed(error)
    }
  }

  #failed(error: unknown): void {
    const words = error instanceof Error ? error.message : String(error)
    if (this.failure !== words) this.#say(`the history cannot be written: ${words}`)
    this.failure = words
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
