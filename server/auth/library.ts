import type { DatabaseSync } from 'node:sqlite'

import { betterAuth } from 'better-auth'
import { username } from 'better-auth/plugins'
import type { Logger } from 'pino'

import { username as usernameRule } from '../contract/account.ts'

/** How long a login lasts without a new one, seconds. */
const sessionSeconds = 7 * 24 * 3600

/** The header in which the server tells the library where a login came from. */
export const addressHeader = 'x-ballast-address'

export interface LibraryOptions {
  database: DatabaseSync
  secret: string
  /** Whether people reach us over https: cookies are Secure then. */
  https: boolean
  logger: Logger
}

/**
 * better-auth, as far as we use it: password hashes, sessions, signed cookies. Its HTTP routes are
 * not exposed; our own handlers call it, so there is no public sign-up and one place for limits.
 */
export function createLibrary({ database, secret, https, logger }: LibraryOptions) {
  return betterAuth({
    database,
    secret,
    // Only used for links in e-mails, of which we send none.
    baseURL: 'http://localhost',
    telemetry: { enabled: false },
    logger: {
      level: 'warn',
      log: (_level, message, ...details) => logger.debug({ details }, message),
    },
    emailAndPassword: { enabled: true, disableSignUp: true, maxPasswordLength: 256 },
    session: { expiresIn: sessionSeconds, disableSessionRefresh: true },
    user: {
      additionalFields: {
        role: { type: 'string', required: true, input: false, defaultValue: 'viewer' },
        disabled: { type: 'boolean', required: true, input: false, defaultValue: false },
        lastLoginAt: { type: 'date', required: false, input: false },
      },
    },
    plugins: [
      username({
        displayUsername: false,
        minUsernameLength: 2,
        maxUsernameLength: 32,
        usernameValidator: (name) => usernameRule.safeParse(name.toLowerCase()).success,
      }),
    ],
    advanced: {
      cookiePrefix: 'ballast',
      // The name stays the same with and without https; Secure is an attribute of its own.
      useSecureCookies: false,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', secure: https },
      ipAddress: { ipAddressHeaders: [addressHeader], ipv6Subnet: 128 },
    },
  })
}

export type Library = ReturnType<typeof createLibrary>
