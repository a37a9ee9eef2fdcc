import { virshLine } from '../contract/virsh-line.ts'

/** The virsh line that starts a domain, as virt-install writes it. */
export const startLine = (uri: string, name: string) =>
  virshLine(uri, 'start', { name, uuid: name }).replace(/^virsh -c /, 'virsh --connect ')

/** After an error of an installation that had begun. */
export const restartWords = (uri: string, name: string) =>
  'Domain installation does not appear to have been successful.\n' +
  'If it was, you can restart your domain by running:\n' +
  `  ${startLine(uri, name)}\n` +
  'otherwise, please restart your installation.'

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
