import type { DatabaseSync, StatementSync } from 'node:sqlite'

export type HistoryStatements = ReturnType<typeof prepareStatements>

/** Every statement of the history, prepared once. */
export function prepareStatements(
  db: DatabaseSync,
): Record<
  | 'putJournal'
  | 'journalOf'
  | 'oldJournal'
  | 'dropJournal'
  | 'chunk'
  | 'chunksOf'
  | 'putChunk'
  | 'dropChunks'
  | 'seriesId'
  | 'addSeries'
  | 'seen'
  | 'dropSeries'
  | 'putEvent'
  | 'events'
  | 'dropEvents',
  StatementSync
> {
  return {
    putJournal: db.prepare(
      // A server that was restarted within a bucket has a second part of it.
      `insert into journal values (?, ?, ?)
       on conflict (host, start_ms) do update set body = cast(body || excluded.body as blob)`,
    ),
    journalOf: db.prepare(
      'select start_ms, body from journal where host = ? and start_ms >= ? and start_ms < ? order by start_ms',
    ),
    // Numbers are bound as floating ones: without the cast every row would be a piece of its own.
    oldJournal: db.prepare(
      'select distinct host, start_ms / cast(?2 as integer) as piece from journal where start_ms < ?1 order by piece',
    ),
    dropJournal: db.prepare(
      'delete from journal where host = ? and start_ms >= ? and start_ms < ?',
    ),
    chunk: db.prepare(
      'select body from chunk where tier = ? and start_ms = ? and series = ?',
    ),
    // The distinct starts first, then one look-up each: the key has the series last.
    chunksOf: db.prepare(
      `with recursive at(ms) as (
         select (select min(start_ms) from chunk where tier = ?1 and start_ms >= ?2)
         union all
         select (select min(start_ms) from chunk where tier = ?1 and start_ms > ms) from at
         where ms < ?3
       )
       select start_ms, body from at join chunk on tier = ?1 and start_ms = ms and series = ?4
       where ms < ?3 order by ms`,
    ),
    putChunk: db.prepare('insert or replace into chunk values (?, ?, ?, ?)'),
    dropChunks: db.prepare(
      `delete from chunk where (tier, start_ms, series) in (
         select tier, start_ms, series from chunk where tier = ? and start_ms < ?
         order by tier, start_ms, series limit 500)`,
    ),
    seriesId: db.prepare('select id from series where host = ? and uuid = ?'),
    addSeries: db.prepare('insert into series (host, uuid, seen_ms) values (?, ?, ?)'),
    seen: db.prepare('update series set seen_ms = ? where id = ?'),
    dropSeries: db.prepare('delete from series where seen_ms < ?'),
    putEvent: db.prepare(
      'insert into event (at_ms, host, uuid, kind, detail) values (?, ?, ?, ?, ?)',
    ),
    events: db.prepare(
      `select * from event where host = :host and at_ms >= :fromMs and at_ms < :toMs
         and (:uuid is null or uuid = :uuid) order by at_ms desc, id desc limit :most`,
    ),
    dropEvents: db.prepare('delete from event where at_ms < ?'),
  }
}
