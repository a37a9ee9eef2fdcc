import { chmodSync, existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

import { sqliteCode } from './errors.ts'
import { migrations } from './migrations.ts'

/** How long a statement waits for another process (the CLI, a backup) to let go of the file. */
const busyTimeoutMs = 5000

/** The file cannot be used; the message names it and says what to do. Only thrown at start. */
export class DatabaseFileError extends Error {
  override name = 'DatabaseFileError'
}

/**
 * Opens the database, checks it, and brings its schema up to date.
 *
 * @throws DatabaseFileError when the file is damaged, locked, not ours, or newer than this program
 */
export function openDatabase(file: string): DatabaseSync {
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(file, {
      timeout: busyTimeoutMs,
      enableForeignKeyConstraints: true,
    })
    // NORMAL with WAL: a crash of the machine may lose the last commit, but never harms the file.
    db.exec('pragma journal_mode = wal; pragma synchronous = normal')
    check(db, file)
    migrate(db, file)
    // Password hashes and session keys are in it.
    if (existsSync(file)) chmodSync(file, 0o600)
    return db
  } catch (error) {
    db?.close()
    throw error instanceof DatabaseFileError ? error : fileError(file, error)
  }
}

function check(db: DatabaseSync, file: string): void {
  const rows = db.prepare('pragma quick_check(3)').all()
  const found = rows.map((row) => String(row.quick_check))
  if (found.length === 1 && found[0] === 'ok') return
  throw damaged(file, found.join('; '))
}

/** Two processes may start at once: the step counter is read inside the write transaction. */
function migrate(db: DatabaseSync, file: string): void {
  // Nothing is written when nothing is to be done: a server on a full disk still starts.
  if (schemaVersion(db) === migrations.length) return
  db.exec('begin immediate')
  try {
    const done = schemaVersion(db)
    if (done > migrations.length) {
      throw new DatabaseFileError(
        `${file} was written by a newer Ballast (schema ${done}, this one knows ${migrations.length}). ` +
          'Start the newer version, or use another BALLAST_DATA_DIR.',
      )
    }
    for (const step of migrations.slice(done)) db.exec(step)
    db.exec(`pragma user_version = ${migrations.length}`)
    db.exec('commit')
  } catch (error) {
    if (db.isTransaction) db.exec('rollback')
    throw error
  }
}

function schemaVersion(db: DatabaseSync): number {
  return Number(db.prepare('pragma user_version').get()?.user_version ?? 0)
}

function fileError(file: string, error: unknown): DatabaseFileError {
  const message = error instanceof Error ? error.message : String(error)
  const code = sqliteCode(error)
  if (code === 11 || code === 26) return damaged(file, message)
  if (code === 5 || code === 6) {
    return new DatabaseFileError(
      `${file} is locked by another process. End that process and start again.`,
      { cause: error },
    )
  }
  if (code === 13) {
    return new DatabaseFileError(
      `The disk under ${file} is full. Free some space and start again.`,
      { cause: error },
    )
  }
  return new DatabaseFileError(`Cannot use ${file}: ${message}`, { cause: error })
}

function damaged(file: string, message: string): DatabaseFileError {
  return new DatabaseFileError(
    `${file} is damaged (${message}). Put back a copy of it, or move it away together with ` +
      `${file}-wal and ${file}-shm to start with an empty one. Nothing was changed.`,
  )
}
