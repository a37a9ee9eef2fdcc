import { none, optional, string, struct, u32 } from '../codec.ts'
import type { Procedure } from '../procedure.ts'
import { REMOTE_PROGRAM } from '../procedure.ts'
import { domain } from '../types.ts'

/** Consoles, channels and screenshots: calls that open a stream. */

export const domainOpenConsole = {
  program: REMOTE_PROGRAM,
  number: 201,
  name: 'domain_open_console',
  args: struct({ dom: domain, devName: optional(string), flags: u32 }),
  ret: none,
  stream: 'both',
} as const satisfies Procedure

export const domainOpenChannel = {
  program: REMOTE_PROGRAM,
  number: 296,
  name: 'domain_open_channel',
  args: struct({ dom: domain, name: optional(string), flags: u32 }),
  ret: none,
  stream: 'both',
} as const satisfies Procedure

export const domainScreenshot = {
  program: REMOTE_PROGRAM,
  number: 211,
  name: 'domain_screenshot',
  args: struct({ dom: domain, screen: u32, flags: u32 }),
  ret: struct({ mime: optional(string) }),
  stream: 'download',
} as const satisfies Procedure
