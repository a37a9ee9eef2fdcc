import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'

/** A process that cannot be mistaken for a later one with the same pid. */
export interface ProcessId {
  pid: number
  /** Clock ticks after boot, field 22 of /proc/PID/stat. */
  startTicks: string
}

export interface ProcessInfo extends ProcessId {
  command: string
  /** Arguments, separated by spaces; empty for a zombie. */
  commandLine: string
}

/** The environment variable by which the lab's own processes are known again: the state folder. */
export const OWNER_VARIABLE = 'BALLAST_LAB_OWNER'

/**
 * Reads one line of /proc/PID/stat. The command's name may hold spaces and brackets, so the
 * fields are counted from the last bracket (proc(5)).
 */
export function parseStat(
  line: string,
): { command: string; state: string; startTicks: string } | undefined {
  const open = line.indexOf('(')
  const close = line.lastIndexOf(')')
  if (open < 0 || close < open) return undefined
  const fields = line.slice(close + 2).split(' ')
  const [state] = fields
  const startTicks = fields[19]
  if (!state || !startTicks) return undefined
  return { command: line.slice(open + 1, close), state, startTicks }
}

function readProc(pid: number | string, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return undefined // It ended meanwhile.
  }
}

/** The process of this pid as it is now, or undefined when there is none or only its zombie. */
export function identify(pid: number): ProcessId | undefined {
  const stat = parseStat(readProc(pid, 'stat') ?? '')
  if (!stat || stat.state === 'Z' || stat.state === 'X') return undefined
  return { pid, startTicks: stat.startTicks }
}

/** Whether exactly this process still runs. */
export function isAlive(process: ProcessId): boolean {
  return identify(process.pid)?.startTicks === process.startTicks
}

function pids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
}

function info(pid: number): ProcessInfo | undefined {
  const stat = parseStat(readProc(pid, 'stat') ?? '')
  if (!stat || stat.state === 'Z') return undefined
  const commandLine = (readProc(pid, 'cmdline') ?? '').replaceAll('\0', ' ').trim()
  return { pid, startTicks: stat.startTicks, command: stat.command, commandLine }
}

/** All processes that carry this lab's mark, found without the state file. */
export function findOwned(owner: string): ProcessInfo[] {
  const mark = `${OWNER_VARIABLE}=${owner}`
  return pids()
    .filter((pid) => readProc(pid, 'environ')?.split('\0').includes(mark))
    .map(info)
    .filter((found) => found !== undefined)
}

function pidNamespace(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`)
  } catch {
    return undefined // It ended meanwhile.
  }
}

/** All processes in the pid namespace of a host's pid 1, as the machine sees them. */
export function findInNamespace(init: ProcessId): ProcessInfo[] {
  const wanted = pidNamespace(init.pid)
  if (!wanted || !isAlive(init)) return []
  return pids()
    .filter((pid) => pidNamespace(pid) === wanted)
    .map(info)
    .filter((found) => found !== undefined)
}

/** The first child of a process, or undefined as long as it has none. */
export function firstChild(pid: number): ProcessId | undefined {
  const child = Number(readProc(pid, `task/${pid}/children`)?.split(' ')[0])
  return child ? identify(child) : undefined
}

/** Sends a signal to a process if it still is this one; says whether it was. */
export function signal(target: ProcessId, name: NodeJS.Signals): boolean {
  if (!isAlive(target)) return false
  try {
    process.kill(target.pid, name)
    return true
  } catch {
    return false
  }
}

/**
 * Lets a process and its threads yield to others. Where the kernel groups processes by session
 * (sched_autogroup) the group's own nice value is what counts.
 */
export function yieldToOthers(target: ProcessId): void {
  if (!isAlive(target)) return
  try {
    for (const thread of readdirSync(`/proc/${target.pid}/task`))
      setPriority(Number(thread), 10)
    if (existsSync(`/proc/${target.pid}/autogroup`))
      writeFileSync(`/proc/${target.pid}/autogroup`, '10')
  } catch (error) {
    // It may have ended meanwhile.
    if (isAlive(target)) throw error
  }
}
