import { createHash, randomBytes } from 'node:crypto'

/** Marks our tokens, so that scanners of leaked secrets can tell them. */
export const tokenPrefix = 'blst_'

/** 256 bits from the system's generator, in letters that need no quoting in a URL or a shell. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** What is kept instead of the secret. A plain hash will do: 256 random bits cannot be guessed. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
