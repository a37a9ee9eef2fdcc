import { nextFigures, putFigures, VarintReader, VarintWriter } from './bucket-codec.ts'
import type { Bucket, HistoryBatch } from './history-store.ts'
import type { SeriesIds } from './series-ids.ts'
import type { HistoryStatements } from './statements.ts'
import { tiers } from './tiers.ts'

/** Writes the body of a row of the journal: all domains of a host in one bucket of time. */
export class JournalEncoder {
  readonly #ids: SeriesIds
  readonly #writer = new VarintWriter()
  readonly #one = new VarintWriter()

  constructor(ids: SeriesIds) {
    this.#ids = ids
  }

  /** Holds until the next call. */
  encode(batch: HistoryBatch): Uint8Array {
    const writer = this.#writer
    writer.clear()
    for (const { uuid, figures } of batch.rows) {
      this.#one.clear()
      putFigures(this.#one, figures)
      writer.put(this.#ids.make(batch.host, uuid, batch.startMs))
      writer.put(this.#one.length)
      writer.putBytes(this.#one.view())
    }
    return writer.view()
  }
}

/** What the journal has of one series and is not packed yet. */
export function readJournal(
  statements: Pick<HistoryStatements, 'journalOf'>,
  of: { host: string; series: number; fromMs: number; toMs: number },
): Bucket[] {
  const { host, series, fromMs, toMs } = of
  const buckets: Bucket[] = []
  const spanMs = tiers[0]!.stepMs
  for (const row of statements.journalOf.iterate(host, fromMs - spanMs, toMs)) {
    for (const entry of entriesOf(row.body)) {
      if (entry.series !== series) continue
      const figures = nextFigures(entry.reader, entry.end)
      buckets.push({ startMs: Number(row.start_ms), spanMs, figures })
    }
  }
  return buckets
}

/** The entries of a row of the journal; the reader stands at the figures of each. */
export function* entriesOf(
  body: unknown,
): Generator<{ series: number; reader: VarintReader; end: number }> {
  const reader = new VarintReader(bytesOf(body))
  while (!reader.ended) {
    const series = reader.next()
    const length = reader.next()
    const end = reader.at + length
    yield { series, reader, end }
    reader.at = end
  }
}

export function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw new TypeError('history: no bytes')
}
