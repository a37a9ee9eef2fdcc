import * as job from '../rpc/procedures/jobs.ts'
import type { TypedParam } from '../rpc/types.ts'
import { paramsByName } from './params.ts'
import type { CallOptions, Session } from './session.ts'
import { domainRef } from './session.ts'
import { JOB_OPERATIONS, JOB_TYPES } from './states.ts'

const STATS = { completed: 1, keepCompleted: 2 } as const

export interface JobStats {
  type: (typeof JOB_TYPES)[number]
  operation: (typeof JOB_OPERATIONS)[number]
  /**
   * libvirt's fields: `time_elapsed` (ms), `memory_remaining` (bytes), `memory_dirty_rate`
   * (pages/s), `memory_bps`, `memory_iteration`, `auto_converge_throttle` (%), …
   */
  params: Record<string, TypedParam['value']>
}

/** The job of a domain: migration, save, dump, backup. */
export function jobMethods(session: Session) {
  const { call } = session
  return {
    /** Progress; with `completed` the numbers of the last job that ended. */
    async stats(
      uuid: string,
      set: { completed?: boolean; keepCompleted?: boolean } = {},
      options?: CallOptions,
    ): Promise<JobStats> {
      const word =
        (set.completed ? STATS.completed : 0) |
        (set.keepCompleted ? STATS.keepCompleted : 0)
      const args = { dom: domainRef(uuid), flags: word }
      const answer = await call(job.domainGetJobStats, args, options)
      const params = paramsByName(answer.params)
      return {
        type: JOB_TYPES[answer.type] ?? 'none',
        operation: JOB_OPERATIONS[Number(params['operation'] ?? 0)] ?? 'unknown',
        params,
      }
    },
    async abort(uuid: string, options?: CallOptions) {
      await call(job.domainAbortJob, { dom: domainRef(uuid) }, options)
    },
  }
}

export type Jobs = ReturnType<typeof jobMethods>
