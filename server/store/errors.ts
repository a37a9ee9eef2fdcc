import { ProblemError } from '../contract/problem.ts'

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html) that have words of their own. */
const sqliteWords: Record<number, { detail: string; remedy: string }> = {
  5: {
    detail: 'The database is locked by another process',
    remedy: 'Try again; if it stays so, look for a program that holds ballast.db open',
  },
  6: {
    detail: 'The database is locked',
    remedy: 'Try again in a moment',
  },
  8: {
    detail: 'The database is read-only',
    remedy:
      'Make the data directory and ballast.db writable for the user that runs Ballast',
  },
  10: {
    detail: 'The disk under the database fails',
    remedy: 'Look at the kernel log of the machine that runs Ballast',
  },
  11: {
    detail: 'The database file is damaged',
    remedy: 'Stop Ballast and put back a copy of ballast.db',
  },
  13: {
    detail: 'The disk under the database is full: nothing was changed',
    remedy: 'Free space where the data directory of Ballast lies, then try again',
  },
  14: {
    detail: 'The database file cannot be opened',
    remedy: 'Look at the owner and the mode of the data directory',
  },
  26: {
    detail: 'ballast.db is not a database',
    remedy: 'Stop Ballast and put back a copy of ballast.db',
  },
}

/** The primary result code, or null when the error is none of SQLite's. */
export function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error)) return null
  // Extended codes carry the primary one in their low byte.
  return typeof error.errcode === 'number' ? error.errcode & 0xff : null
}

/** SQLITE_CONSTRAINT: a value that must be unique is there already, or a reference leads nowhere. */
export function isConstraint(error: unknown): boolean {
  return sqliteCode(error) === 19
}

/** What went wrong with the database in words a person can act on. Other errors come back as they are. */
export function storeProblem(error: unknown): unknown {
  const code = sqliteCode(error)
  if (code === null || code === 19) return error
  const words = sqliteWords[code] ?? {
    detail: 'The database does not answer as it should',
    remedy: 'Look at the log of Ballast',
  }
  return new ProblemError('internal', { ...words, cause: error })
}

/** Runs one piece of database work; its failures become problems. */
export function guarded<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw storeProblem(error)
  }
}
