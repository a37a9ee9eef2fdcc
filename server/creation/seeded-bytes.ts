import { createHash, randomBytes } from 'node:crypto'

/** A new seed: 16 random bytes as hexadecimal digits. */
export function newSeed(): string {
  return randomBytes(16).toString('hex')
}

/**
 * Bytes that look random and are the same for the same seed, so that uuid, MACs and file names of a
 * preview are those of the domain that is then made. The seed itself is random, so they are as hard
 * to guess as any.
 */
export function seededBytes(seed: string): (count: number) => Uint8Array {
  let counter = 0
  return (count) => {
    const parts: Buffer[] = []
    for (let length = 0; length < count; length += 32) {
      parts.push(createHash('sha256').update(`${seed}/${counter++}`).digest())
    }
    return Buffer.concat(parts).subarray(0, count)
  }
}
