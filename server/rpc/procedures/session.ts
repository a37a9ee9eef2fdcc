import { array, i32, none, optional, string, struct, u32 } from '../codec.ts'
import { Max } from '../limits.ts'
import type { Procedure } from '../procedure.ts'
import { REMOTE_PROGRAM } from '../procedure.ts'

/** Opening and closing a session: authentication, features, the driver connection. */

export const authList = {
  program: REMOTE_PROGRAM,
  number: 66,
  name: 'auth_list',
  args: none,
  ret: struct({ types: array(i32, Max.authTypes) }),
  priority: true,
} as const satisfies Procedure

export const authPolkit = {
  program: REMOTE_PROGRAM,
  number: 70,
  name: 'auth_polkit',
  args: none,
  ret: struct({ complete: i32 }),
  priority: true,
} as const satisfies Procedure

export const connectOpen = {
  program: REMOTE_PROGRAM,
  number: 1,
  name: 'connect_open',
  args: struct({ name: optional(string), flags: u32 }),
  ret: none,
  priority: true,
} as const satisfies Procedure

export const connectClose = {
  program: REMOTE_PROGRAM,
  number: 2,
  name: 'connect_close',
  args: none,
  ret: none,
  priority: true,
} as const satisfies Procedure

export const connectSupportsFeature = {
  program: REMOTE_PROGRAM,
  number: 60,
  name: 'connect_supports_feature',
  args: struct({ feature: i32 }),
  ret: struct({ supported: i32 }),
  priority: true,
} as const satisfies Procedure

export const connectRegisterCloseCallback = {
  program: REMOTE_PROGRAM,
  number: 360,
  name: 'connect_register_close_callback',
  args: none,
  ret: none,
  priority: true,
} as const satisfies Procedure

export const connectUnregisterCloseCallback = {
  program: REMOTE_PROGRAM,
  number: 361,
  name: 'connect_unregister_close_callback',
  args: none,
  ret: none,
  priority: true,
} as const satisfies Procedure
