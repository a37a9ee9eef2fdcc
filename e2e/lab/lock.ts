import { readFileSync, rmSync, writeFileSync } from 'node:fs'

import { identify, isAlive, type ProcessId } from './processes.ts'
import { until } from './run.ts'

function holder(file: string): ProcessId | undefined {
  try {
    const [pid, startTicks] = readFileSync(file, 'utf8').trim().split(' ')
    return { pid: Number(pid), startTicks: startTicks ?? '' }
  } catch {
    return undefined
  }
}

/** Runs `work` while no other process does the same under this file's name. A dead holder's lock is taken over. */
export async function withLock<T>(
  file: string,
  waitMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const me = identify(process.pid)!
  await until(`the lock ${file}`, waitMs, () => {
    try {
      writeFileSync(file, `${me.pid} ${me.startTicks}\n`, { flag: 'wx' })
      return true
    } catch {
      const other = holder(file)
      // An empty file is one that is just being written.
      if (other?.startTicks && !isAlive(other)) rmSync(file, { force: true })
      return false
    }
  })
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}
