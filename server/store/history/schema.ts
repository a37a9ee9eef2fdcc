import { existsSync, renameSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

import { sqliteCode } from '../errors.ts'

/** As in ../migrations.ts: numbered by place, never changed once released. */
const migrations = [
  `
  create table series (
    id integer primary key, host text not null, uuid text not null, seen_ms integer not null,
    unique (host, uuid)
  ) strict;
  -- The newest buckets: one row a host and bucket, all its domains in it.
  create table journal (
    host text not null, start_ms integer not null, body blob not null,
    primary key (host, start_ms)
  ) strict;
  -- The rest: one row a series and stretch of time. In this order appending is at the end, deleting
  -- takes neighbours, and reading a series is one look-up a chunk.
  create table chunk (
    tier integer not null, start_ms integer not null, series integer not null,
    body blob not null, primary key (tier, start_ms, series)
  ) strict, without rowid;
  create table event (
    id integer primary key, at_ms integer not null, host text not null, uuid text not null,
    kind text not null, detail text not null
  ) strict;
  create index event_host on event (host, at_ms);
  create index event_at on event (at_ms);
  `,
]

/**
 * Opens the file of the history. A damaged one is moved aside and begun anew: samples of the past are
 * not worth a server that does not start.
 *
 * @throws Error when the file can be neither used nor made
 */
export function openHistory(file: string, say: (message: string) => void): DatabaseSync {
  try {
    return open(file)
  } catch (error) {
    const code = sqliteCode(error)
    if (code !== 11 && code !== 26) throw error
    const aside = `${file}.damaged-${Date.now()}`
    for (const end of ['', '-wal', '-shm']) {
      if (existsSync(file + end)) renameSync(file + end, aside + end)
    }
    say(`${file} is damaged: moved to ${aside}, the history begins anew`)
    return open(file)
  }
}

function open(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 50 })
  try {
    db.exec('pragma journal_mode = wal; pragma synchronous = normal')
    const found = Number(db.prepare('pragma user_version').get()?.user_version ?? 0)
    if (found > migrations.length) throw new Error(`${file} was written by a newer Ballast`)
    for (const [at, step] of migrations.entries()) {
      if (at < found) continue
      db.exec(`begin immediate; ${step}; pragma user_version = ${at + 1}; commit`)
    }
    // Touches every table, so that damage shows now and not at the first reading.
    db.exec('select count(*) from series; select max(start_ms) from journal')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}
