import { setTimeout as sleep } from 'node:timers/promises'

/** Time to write a password down. */
const readingMs = 10_000

/** Shows the made-up password, once; on a terminal there is time to read it, or Enter. */
export async function showRootPassword(password: string): Promise<void> {
  const { stdin, stdout } = process
  stdout.write(`Password for first root login is: ${password}\n`)
  if (!stdin.isTTY) return
  stdout.write('Installation will continue in 10 seconds (press Enter to skip)...')
  const waiting = new AbortController()
  const onEnter = () => waiting.abort()
  stdin.once('data', onEnter).resume()
  await sleep(readingMs, undefined, { signal: waiting.signal }).catch(() => undefined)
  stdin.off('data', onEnter).pause()
  stdout.write('\n')
}
