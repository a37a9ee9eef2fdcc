import { readFileSync } from 'node:fs'
import { constants } from 'node:os'

const words: Record<string, string> = {
  ENOENT: 'No such file or directory',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  EACCES: 'Permission denied',
}

/** Why a file of this machine cannot be read, as virt-install says it; null: it can. */
export function fileProblem(path: string): string | null {
  try {
    readFileSync(path)
    return null
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const number = new Map(Object.entries(constants.errno)).get(code)
    const why = words[code] ?? (error instanceof Error ? error.message : String(error))
    return number === undefined ? why : `[Errno ${number}] ${why}: '${path}'`
  }
}
