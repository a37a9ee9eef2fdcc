import * as block from '../rpc/procedures/block.ts'
import type { TypedParam } from '../rpc/types.ts'
import { paramsByName } from './params.ts'
import type { Affect, CallOptions, Session } from './session.ts'
import { AFFECT, domainRef, flags, toNumber } from './session.ts'

const JOB_TYPES = ['unknown', 'pull', 'copy', 'commit', 'active-commit', 'backup'] as const
const COMMIT = { shallow: 1, delete: 2, active: 4, relative: 8 } as const
const ABORT = { async: 1, pivot: 2 } as const

/** Disks of a domain, by target (`vda`) or path. */
export function diskMethods(session: Session) {
  const { call } = session
  return {
    async info(uuid: string, disk: string, options?: CallOptions) {
      const args = { dom: domainRef(uuid), path: disk, flags: 0 }
      const info = await call(block.domainGetBlockInfo, args, options)
      return {
        capacityBytes: toNumber(info.capacity),
        allocationBytes: toNumber(info.allocation),
        physicalBytes: toNumber(info.physical),
      }
    },
    /** Counters by libvirt's names (`rd_bytes`, `wr_operations`, …). */
    async stats(uuid: string, disk: string, options?: CallOptions) {
      const base = { dom: domainRef(uuid), path: disk, flags: 0 }
      const { nparams } = await call(
        block.domainBlockStatsFlags,
        { ...base, nparams: 0 },
        options,
      )
      const { params } = await call(
        block.domainBlockStatsFlags,
        { ...base, nparams },
        options,
      )
      return paramsByName(params)
    },
    async resize(uuid: string, disk: string, sizeBytes: number, options?: CallOptions) {
      const args = { dom: domainRef(uuid), disk, size: sizeBytes, flags: SIZE_IN_BYTES }
      await call(block.domainBlockResize, args, options)
    },
    async errors(uuid: string, options?: CallOptions) {
      const args = { dom: domainRef(uuid), maxerrors: 256, flags: 0 }
      const { errors } = await call(block.domainGetDiskErrors, args, options)
      const names = ['none', 'unspecified', 'no-space'] as const
      return errors.map(({ disk, error }) => ({
        disk,
        error: names[error] ?? 'unspecified',
      }))
    },
    async getIoTune(
      uuid: string,
      disk: string,
      affect: Affect = {},
      options?: CallOptions,
    ) {
      const base = { dom: domainRef(uuid), disk, flags: flags(AFFECT, affect) }
      const { nparams } = await call(
        block.domainGetBlockIoTune,
        { ...base, nparams: 0 },
        options,
      )
      const { params } = await call(
        block.domainGetBlockIoTune,
        { ...base, nparams },
        options,
      )
      return paramsByName(params)
    },
    async setIoTune(
      uuid: string,
      disk: string,
      params: TypedParam[],
      affect: Affect = {},
      options?: CallOptions,
    ) {
      const args = { dom: domainRef(uuid), disk, params, flags: flags(AFFECT, affect) }
      await call(block.domainSetBlockIoTune, args, options)
    },
    /** Progress of the disk's job; null when it has none. */
    async jobInfo(uuid: string, disk: string, options?: CallOptions) {
      const args = { dom: domainRef(uuid), path: disk, flags: 0 }
      const info = await call(block.domainGetBlockJobInfo, args, options)
      if (info.found === 0) return null
      return {
        type: JOB_TYPES[info.type] ?? 'unknown',
        bandwidthMiBps: toNumber(info.bandwidth),
        doneBytes: toNumber(info.cur),
        endBytes: toNumber(info.end),
      }
    },
    async abortJob(
      uuid: string,
      disk: string,
      set?: Partial<Record<keyof typeof ABORT, boolean>>,
      options?: CallOptions,
    ) {
      const args = { dom: domainRef(uuid), path: disk, flags: flags(ABORT, set) }
      await call(block.domainBlockJobAbort, args, options)
    },
    /** Starts merging `top` into `base`; its end comes as the event `blockJob`. */
    async commit(
      uuid: string,
      disk: string,
      range: { base?: string; top?: string } = {},
      set?: Partial<Record<keyof typeof COMMIT, boolean>>,
      options?: CallOptions,
    ) {
      const args = {
        dom: domainRef(uuid),
        disk,
        base: range.base ?? null,
        top: range.top ?? null,
        bandwidth: 0,
        flags: flags(COMMIT, set),
      }
      await call(block.domainBlockCommit, args, options)
    },
    /** Starts pulling the backing files into the disk. */
    async pull(uuid: string, disk: string, options?: CallOptions) {
      const args = { dom: domainRef(uuid), path: disk, bandwidth: 0, flags: 0 }
      await call(block.domainBlockPull, args, options)
    },
    /** Starts copying to `destinationXml`, a `<disk>`; needs a transient domain or redefinition. */
    async copy(
      uuid: string,
      disk: string,
      destinationXml: string,
      params: TypedParam[] = [],
      options?: CallOptions,
    ) {
      const args = {
        dom: domainRef(uuid),
        path: disk,
        destxml: destinationXml,
        params,
        flags: 0,
      }
      await call(block.domainBlockCopy, args, options)
    },
  }
}

/** VIR_DOMAIN_BLOCK_RESIZE_BYTES: the size is in bytes, not in KiB. */
const SIZE_IN_BYTES = 1

export type Disks = ReturnType<typeof diskMethods>
