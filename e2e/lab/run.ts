import { spawn } from 'node:child_process'

/** A command that could not be started or ended with another code than 0. */
export class CommandError extends Error {
  readonly command: string
  readonly code: number | null
  readonly stderr: string

  constructor(command: string, code: number | null, stderr: string) {
    super(`${command}: ${stderr.trim() || `ended with code ${code}`}`)
    this.name = 'CommandError'
    this.command = command
    this.code = code
    this.stderr = stderr
  }
}

/** The variables that a process is given. (Next's types demand a NODE_ENV in NodeJS.ProcessEnv.) */
export type Environment = Record<string, string | undefined>

/** An environment in the type that node:child_process wants. */
export function asProcessEnv(env: Environment): NodeJS.ProcessEnv {
  return Object.assign(Object.create(null), env)
}

export interface RunOptions {
  /** Text for the command's standard input; without it the input is empty. */
  input?: string | Uint8Array
  env?: Environment
  cwd?: string
  /** After this time the command is killed and the call fails. */
  timeoutMs?: number
}

/** Runs a command without a shell and answers its raw standard output; throws CommandError. */
export function runRaw(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Buffer> {
  const shown = [command, ...args].join(' ')
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: options.env && asProcessEnv(options.env),
      cwd: options.cwd,
      timeout: options.timeoutMs,
      killSignal: 'SIGKILL',
    })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    child.on('error', (cause) => reject(new CommandError(shown, null, cause.message)))
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(Buffer.concat(out))
      const text = Buffer.concat(err).toString()
      reject(new CommandError(shown, code, signal ? `${text} (killed by ${signal})` : text))
    })
    // A command that does not read its input (EPIPE) is judged by its exit code alone.
    child.stdin.on('error', () => undefined)
    child.stdin.end(options.input)
  })
}

/** As runRaw, with the output as text. */
export async function run(
  command: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<string> {
  return (await runRaw(command, args, options)).toString()
}

/**
 * Asks again until the answer is a value, and throws what `describe` says after `timeoutMs`.
 * For things of another machine that announce nothing: a socket that appears, a guest that boots.
 */
export async function until<T>(
  describe: string,
  timeoutMs: number,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  everyMs = 100,
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  let last = ''
  for (;;) {
    try {
      const answer = await ask()
      if (answer !== undefined && answer !== false) return answer
    } catch (error) {
      last = error instanceof Error ? ` (${error.message})` : ''
    }
    if (Date.now() > deadline)
      throw new Error(`${describe}: not within ${timeoutMs / 1000} s${last}`)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
