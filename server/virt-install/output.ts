/** What a line says: words on stdout unless it is to be quiet, warnings and errors on stderr. */
export class Output {
  readonly #quiet: boolean

  constructor(quiet: boolean) {
    this.#quiet = quiet
  }

  say(text: string): void {
    if (!this.#quiet) process.stdout.write(`${text}\n`)
  }

  /** Without an end of line; null: nothing is to be said. */
  get raw(): NodeJS.WriteStream | null {
    return this.#quiet ? null : process.stdout
  }

  /** What was asked for, also of a quiet one. */
  always(text: string): void {
    process.stdout.write(text)
  }

  warn(text: string): void {
    if (!this.#quiet) process.stderr.write(`WARNING  ${text}\n`)
  }

  error(text: string): void {
    process.stderr.write(`ERROR    ${text}\n`)
  }

  /** On stderr as it is. */
  complain(text: string): void {
    process.stderr.write(`${text}\n`)
  }
}
