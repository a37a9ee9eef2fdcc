import { z } from 'zod'

/** Each role may all that the ones before it may. */
export const roles = ['viewer', 'operator', 'admin'] as const
export const role = z.enum(roles)
export type Role = z.infer<typeof role>

/** Whether somebody with role `has` may do what needs `needs`. */
export function roleAllows(has: Role, needs: Role): boolean {
  return roles.indexOf(has) >= roles.indexOf(needs)
}

export const locale = z.enum(['en', 'zh'])
export type Locale = z.infer<typeof locale>
export const theme = z.enum(['system', 'dark', 'light'])

export const username = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{1,31}$/, '2 to 32 of small letters, digits, . _ -')
export const password = z.string().min(10).max(256)

export const setupRequest = z.strictObject({
  token: z.string().max(200),
  username,
  password,
})
export const loginRequest = z.strictObject({
  username: z.string().min(1).max(100),
  password: z.string().min(1).max(256),
})
export const changePasswordRequest = z.strictObject({
  currentPassword: z.string().max(256),
  newPassword: password,
})

export const user = z.object({
  id: z.string(),
  username: z.string(),
  role,
  createdMs: z.number(),
  lastLoginMs: z.number().nullable(),
  disabled: z.boolean(),
})
export type User = z.infer<typeof user>

export const createUserRequest = z.strictObject({ username, password, role })
export const patchUserRequest = z.strictObject({
  role: role.optional(),
  password: password.optional(),
  disabled: z.boolean().optional(),
})

/** Who is asking: a person with a session, or a program with a token. */
export const me = z.object({
  id: z.string(),
  username: z.string(),
  role,
  via: z.enum(['session', 'token']),
})
export type Me = z.infer<typeof me>

export const session = z.object({
  id: z.string(),
  createdMs: z.number(),
  seenMs: z.number(),
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
  current: z.boolean(),
})
export type Session = z.infer<typeof session>

export const apiToken = z.object({
  id: z.string(),
  name: z.string(),
  role,
  createdMs: z.number(),
  expiresMs: z.number().nullable(),
  usedMs: z.number().nullable(),
  owner: z.string().describe('username'),
})
export type ApiToken = z.infer<typeof apiToken>

export const createTokenRequest = z.strictObject({
  name: z.string().trim().min(1).max(100),
  role,
  expiresMs: z.number().int().positive().nullable().default(null),
})
/** The only time the token itself is shown. */
export const createTokenResponse = z.object({ token: z.string(), info: apiToken })
