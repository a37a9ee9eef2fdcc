// Plain JavaScript for Node 20: this runs before any package is installed.
import { spawn } from 'node:child_process'

const HEARTBEAT_MS = 10_000

/** What was done so far, for the table at the end of the tests. */
export const doneSteps = []

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`

/**
 * Does one long thing and shows that it goes on: its title at once, a line every ten seconds (a
 * running clock on a terminal), and how long it took.
 */
export async function step(title, work) {
  const began = Date.now()
  const terminal = process.stdout.isTTY
  const show = (mark, end) => {
    const line = `${mark} ${title}  ${seconds(Date.now() - began)}`
    process.stdout.write(terminal ? `\r\x1b[K${line}${end}` : `${line}\n`)
  }
  process.stdout.write(terminal ? `… ${title}` : `… ${title}\n`)
  const timer = setInterval(() => show('…', ''), terminal ? 1000 : HEARTBEAT_MS)
  try {
    const result = await work()
    doneSteps.push({ title, ms: Date.now() - began })
    clearInterval(timer)
    show('✓', '\n')
    return result
  } catch (error) {
    clearInterval(timer)
    show('✗', '\n')
    throw error
  }
}

/** Runs a command with no input and keeps its output; throws with the last lines of it. */
export function quietly(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const keep = (chunk) => {
      output = (output + chunk).slice(-100_000)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', (error) => reject(new Error(`${command}: ${error.message}`)))
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output)
      const lines = output.trimEnd().split('\n')
      const shown =
        lines.length > 40 ? [...lines.slice(0, 15), '…', ...lines.slice(-20)] : lines
      const how = signal ? `was ended by ${signal}` : `ended with ${code}`
      const message = `${[command, ...args].join(' ')} ${how}\n${shown.join('\n')}`
      reject(Object.assign(new Error(message), { output }))
    })
  })
}

/** Says what went wrong without a stack trace and ends with code 1. */
export function fail(error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
