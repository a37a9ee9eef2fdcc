import { domainGetMaxMemory } from '../rpc/procedures/domains.ts'
import * as memory from '../rpc/procedures/memory.ts'
import type { TypedParam } from '../rpc/types.ts'
import type { Affect, CallOptions, Session } from './session.ts'
import { AFFECT, domainRef, flags, toNumber } from './session.ts'

/** virDomainMemoryStatTags in the order of their numbers; the unit is in the name. */
export const MEMORY_STATS = [
  'swapInKiB',
  'swapOutKiB',
  'majorFaults',
  'minorFaults',
  /** Free as the guest counts it. */
  'unusedKiB',
  /** Total as the guest sees it. */
  'availableKiB',
  /** Size of the balloon. */
  'actualKiB',
  /** Resident size of the QEMU process. */
  'rssKiB',
  /** MemAvailable: what could be had without swapping. */
  'usableKiB',
  /** When the guest last reported, seconds of the epoch by the host's clock. */
  'lastUpdateSeconds',
  'diskCachesKiB',
  'hugetlbAllocations',
  'hugetlbFailures',
] as const
export type MemoryStat = (typeof MEMORY_STATS)[number]
/** A field that the guest or the device does not report is absent. */
export type MemoryStats = Partial<Record<MemoryStat, number>>

const SET = { ...AFFECT, maximum: 4 } as const

/** Memory of a domain: the balloon, its statistics and limits. Sizes in KiB. */
export function memoryMethods(session: Session) {
  const { call } = session
  return {
    /**
     * Sets the balloon's target (or, with `maximum`, the upper limit). Resolves when QEMU took
     * the word: without a driver in the guest nothing happens all the same.
     */
    async set(
      uuid: string,
      targetKiB: number,
      set: Affect & { maximum?: boolean } = {},
      options?: CallOptions,
    ) {
      const args = { dom: domainRef(uuid), memory: targetKiB, flags: flags(SET, set) }
      await call(memory.domainSetMemoryFlags, args, options)
    },
    async getMaximum(uuid: string, options?: CallOptions) {
      const answer = await call(domainGetMaxMemory, { dom: domainRef(uuid) }, options)
      return toNumber(answer.memory)
    },
    async stats(uuid: string, options?: CallOptions): Promise<MemoryStats> {
      const args = { dom: domainRef(uuid), maxStats: MEMORY_STATS.length + 19, flags: 0 }
      const answer = await call(memory.domainMemoryStats, args, options)
      const stats: MemoryStats = {}
      for (const { tag, val } of answer.stats) {
        const name = MEMORY_STATS[tag]
        if (name !== undefined) stats[name] = toNumber(val)
      }
      return stats
    },
    /** How often the guest reports, in seconds; 0 = not by itself. */
    async setStatsPeriod(
      uuid: string,
      periodSeconds: number,
      affect: Affect = {},
      options?: CallOptions,
    ) {
      const args = {
        dom: domainRef(uuid),
        period: periodSeconds,
        flags: flags(AFFECT, affect),
      }
      await call(memory.domainSetMemoryStatsPeriod, args, options)
    },
    /** The cgroup limits: `hard_limit`, `soft_limit`, `swap_hard_limit`; 2^53 - 1 = none. */
    async getParameters(uuid: string, affect: Affect = {}, options?: CallOptions) {
      const dom = domainRef(uuid)
      const word = flags(AFFECT, affect)
      const { nparams } = await call(
        memory.domainGetMemoryParameters,
        { dom, nparams: 0, flags: word },
        options,
      )
      const args = { dom, nparams, flags: word }
      return (await call(memory.domainGetMemoryParameters, args, options)).params
    },
    async setParameters(
      uuid: string,
      params: TypedParam[],
      affect: Affect = {},
      options?: CallOptions,
    ) {
      const args = { dom: domainRef(uuid), params, flags: flags(AFFECT, affect) }
      await call(memory.domainSetMemoryParameters, args, options)
    },
  }
}

export type Memory = ReturnType<typeof memoryMethods>
