import { array, i32, none, struct, u32 } from '../codec.ts'
import { Max } from '../limits.ts'
import type { Procedure } from '../procedure.ts'
import { REMOTE_PROGRAM } from '../procedure.ts'
import { domain, params } from '../types.ts'

/** Bulk statistics and dirty-rate measurement. */

export const connectGetAllDomainStats = {
  program: REMOTE_PROGRAM,
  number: 344,
  name: 'connect_get_all_domain_stats',
  args: struct({ doms: array(domain, Max.domains), stats: u32, flags: u32 }),
  ret: struct({
    retStats: array(
      struct({ dom: domain, params: params(Max.statsParams) }),
      Max.statsRecords,
    ),
  }),
} as const satisfies Procedure

export const domainStartDirtyRateCalc = {
  program: REMOTE_PROGRAM,
  number: 427,
  name: 'domain_start_dirty_rate_calc',
  args: struct({ dom: domain, seconds: i32, flags: u32 }),
  ret: none,
} as const satisfies Procedure
